import { isDeepStrictEqual } from 'node:util';
import type { ActivityFeed } from '../activity.ts';
import { DeployError, messageOf } from '../errors.ts';
import { arnOf } from '../place.ts';
import { describeUse, exportsBut, importersOf, refuseExports, refuseForeign } from './ownership.ts';
import { type Plan, planStack } from './plan.ts';
import type { Planned, World } from './resource-kind.ts';
import { lineOf } from './template-lines.ts';

/** What one deployment does to one resource, for whoever follows it. */
export interface StackEvent {
  /** Milliseconds since 1970. */
  at: number;
  logicalId: string;
  physicalId: string;
  type: string;
  status: string;
  reason?: string;
}

export type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_COMPLETE'
  | 'DELETE_COMPLETE'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'DELETE_FAILED';

export interface Stack {
  name: string;
  id: string;
  plan: Plan;
  status: StackStatus;
  createdAt: number;
  updatedAt?: number;
  events: StackEvent[];
}

export interface StackSource {
  name: string;
  /** Given where a change set or an earlier run has settled it already. */
  id?: string;
  template: string;
  parameters?: Readonly<Record<string, string>>;
  /** Given to several stacks: only those that have such a parameter take it. */
  common?: Readonly<Record<string, string>>;
}

/** Events of a stack that are kept, and stacks that are gone. */
const maxEvents = 1_000;
const maxDeparted = 100;

/** The stacks that are deployed, each added, updated and removed on its own while the rest runs. */
export class Stacks {
  #world: World;
  #feed: ActivityFeed;
  #stacks = new Map<string, Stack>();
  /** Removed or failed to create, by id: whoever followed them may still ask how it ended. */
  #departed = new Map<string, Stack>();
  /** One change at a time: two stacks may touch one another through exports. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(world: World, feed: ActivityFeed) {
    this.#world = world;
    this.#feed = feed;
  }

  get(name: string): Stack | undefined {
    return this.#stacks.get(name);
  }

  /** By name, or by id also when it is gone. */
  find(reference: string): Stack | undefined {
    const byName = this.#stacks.get(reference);
    return byName ?? this.all().find(({ id }) => id === reference) ?? this.#departed.get(reference);
  }

  /** Whether deploying the plan would do anything. */
  differs(plan: Plan): boolean {
    const current = this.#stacks.get(plan.stack)?.plan;
    const essence = ({ resources, outputs }: Plan) => ({
      outputs,
      resources: resources.map(({ logicalId, kind, ref, attributes, properties }) => [
        logicalId,
        kind.type,
        ref,
        attributes,
        properties,
      ]),
    });
    return !current || !isDeepStrictEqual(essence(current), essence(plan));
  }

  all(): Stack[] {
    return [...this.#stacks.values()];
  }

  /** What the template would come to, without doing it. @throws DeployError */
  plan({ name, id, template, parameters = {}, common = {} }: StackSource): Plan {
    const { place, ssm } = this.#world;
    return planStack({
      text: template,
      stack: name,
      stackId: this.#stacks.get(name)?.id ?? id ?? stackIdOf(place, name),
      place,
      parameters,
      common,
      exported: (exportName) => exportsBut(name, this.all()).get(exportName)?.value,
      ssm: (parameterName, version) => {
        const parameter = ssm.get(parameterName);
        return version === undefined || parameter?.version === version ? parameter?.value : undefined;
      },
    });
  }

  /** Adds a stack, or brings it to the template. All is checked before anything is made. @throws DeployError */
  deploy(source: StackSource, onEvent?: (event: StackEvent) => void): Promise<Stack> {
    return this.#inTurn(source.name, () => this.#deploy(source, onEvent));
  }

  /** @throws DeployError `unknown-stack`, `export-in-use`, `resource-failed` (a bucket that is not empty, say) */
  remove(name: string, onEvent?: (event: StackEvent) => void): Promise<void> {
    return this.#inTurn(name, () => this.#remove(name, onEvent));
  }

  #inTurn<T>(stack: string, run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(run);
    this.#turn = result.catch((error: unknown) => {
      const code = error instanceof DeployError ? error.code : 'resource-failed';
      this.#feed.tell({ kind: 'stack-failed', stack, code, error: messageOf(error) });
    });
    return result;
  }

  async #deploy(source: StackSource, onEvent?: (event: StackEvent) => void): Promise<Stack> {
    const plan = this.plan(source);
    refuseForeign(plan, this.all());
    refuseExports(plan, this.all());
    const previous = this.#stacks.get(source.name);
    const stack: Stack = previous ?? {
      name: source.name,
      id: plan.stackId,
      plan,
      status: 'CREATE_IN_PROGRESS',
      createdAt: Date.now(),
      events: [],
    };
    const record = recorder(stack, onEvent);
    const action = previous ? 'UPDATE' : 'CREATE';
    record(stack.name, stack.id, 'AWS::CloudFormation::Stack', `${action}_IN_PROGRESS`, 'User Initiated');
    const before = new Map(previous?.plan.resources.map((resource) => [resource.logicalId, resource]));
    const done: { resource: Planned; old: Planned | undefined }[] = [];
    for (const resource of plan.resources) {
      const old = before.get(resource.logicalId);
      const same = old && old.kind === resource.kind && old.ref === resource.ref;
      const unchanged =
        same &&
        isDeepStrictEqual(old.properties, resource.properties) &&
        isDeepStrictEqual(old.attributes, resource.attributes);
      if (unchanged && !resource.kind.refreshed) continue;
      const verb = old ? 'UPDATE' : 'CREATE';
      const { kind, logicalId, ref } = resource;
      record(logicalId, ref, kind.type, `${verb}_IN_PROGRESS`);
      try {
        await kind.put(resource, this.#world, same ? old : undefined);
      } catch (error) {
        record(logicalId, ref, kind.type, `${verb}_FAILED`, messageOf(error));
        await this.#rollBack(done, record);
        record(
          stack.name,
          stack.id,
          'AWS::CloudFormation::Stack',
          previous ? 'UPDATE_ROLLBACK_COMPLETE' : 'ROLLBACK_COMPLETE',
          messageOf(error),
        );
        stack.status = previous ? 'UPDATE_ROLLBACK_COMPLETE' : 'ROLLBACK_COMPLETE';
        if (!previous) this.#depart(stack);
        throw this.#failure(plan, resource, error);
      }
      done.push({ resource, old });
      record(logicalId, ref, kind.type, `${verb}_COMPLETE`);
    }
    // Gone from the template, or replaced under another name.
    const kept = new Set(plan.resources.map(({ kind, ref }) => `${kind.type} ${ref}`));
    const staying = new Set(plan.resources.map(({ logicalId }) => logicalId));
    for (const resource of [...(previous?.plan.resources ?? [])].reverse()) {
      const { kind, logicalId, ref, deletionPolicy, replacePolicy } = resource;
      if (kept.has(`${kind.type} ${ref}`)) continue;
      const policy = staying.has(logicalId) ? replacePolicy : deletionPolicy;
      if (policy !== 'Delete') {
        record(logicalId, ref, kind.type, 'DELETE_SKIPPED');
        continue;
      }
      record(logicalId, ref, kind.type, 'DELETE_IN_PROGRESS');
      try {
        await kind.remove(resource, this.#world);
        record(logicalId, ref, kind.type, 'DELETE_COMPLETE');
      } catch (error) {
        // As on AWS: the update stands, and what could not be removed stays.
        record(logicalId, ref, kind.type, 'DELETE_FAILED', messageOf(error));
      }
    }
    stack.plan = plan;
    stack.status = `${action}_COMPLETE`;
    if (previous) stack.updatedAt = Date.now();
    this.#stacks.set(stack.name, stack);
    record(stack.name, stack.id, 'AWS::CloudFormation::Stack', stack.status);
    const kind = previous ? 'stack-updated' : 'stack-deployed';
    this.#feed.tell({ kind, stack: stack.name, resources: plan.resources.length });
    return stack;
  }

  async #rollBack(done: { resource: Planned; old: Planned | undefined }[], record: Recorder): Promise<void> {
    for (const { resource, old } of done.reverse()) {
      const { kind, logicalId, ref, deletionPolicy } = resource;
      // `RetainExceptOnCreate` is there to not leave these behind.
      if (!old && deletionPolicy === 'Retain') {
        record(logicalId, ref, kind.type, 'DELETE_SKIPPED');
        continue;
      }
      try {
        if (old && old.ref === ref) await kind.put(old, this.#world, resource);
        else {
          await kind.remove(resource, this.#world);
          record(logicalId, ref, kind.type, 'DELETE_COMPLETE');
        }
      } catch (error) {
        record(logicalId, ref, kind.type, 'DELETE_FAILED', messageOf(error));
      }
    }
  }

  async #remove(name: string, onEvent?: (event: StackEvent) => void): Promise<void> {
    const stack = this.#stacks.get(name);
    if (!stack) throw new DeployError('unknown-stack', `There is no stack ${name}`);
    const use = importersOf(stack, this.all());
    if (use)
      throw new DeployError('export-in-use', `Delete canceled. ${describeUse('delete', use)}`, {
        stack: name,
      });
    const record = recorder(stack, onEvent);
    record(name, stack.id, 'AWS::CloudFormation::Stack', 'DELETE_IN_PROGRESS', 'User Initiated');
    const left: Planned[] = [];
    let failure: DeployError | undefined;
    for (const resource of [...stack.plan.resources].reverse()) {
      const { kind, logicalId, ref, deletionPolicy } = resource;
      if (deletionPolicy !== 'Delete') {
        record(logicalId, ref, kind.type, 'DELETE_SKIPPED');
        continue;
      }
      // Without its bucket a bucket policy has nothing to say; what a failed one depends on stays too.
      if (left.some(({ dependsOn }) => dependsOn.includes(logicalId))) continue;
      try {
        await kind.remove(resource, this.#world);
        record(logicalId, ref, kind.type, 'DELETE_COMPLETE');
      } catch (error) {
        record(logicalId, ref, kind.type, 'DELETE_FAILED', messageOf(error));
        left.unshift(resource);
        failure ??= this.#failure(stack.plan, resource, error);
      }
    }
    if (failure) {
      stack.status = 'DELETE_FAILED';
      stack.plan = { ...stack.plan, resources: left };
      record(name, stack.id, 'AWS::CloudFormation::Stack', 'DELETE_FAILED', failure.message);
      throw failure;
    }
    this.#stacks.delete(name);
    stack.status = 'DELETE_COMPLETE';
    this.#depart(stack);
    record(name, stack.id, 'AWS::CloudFormation::Stack', 'DELETE_COMPLETE');
    this.#feed.tell({ kind: 'stack-removed', stack: name, resources: stack.plan.resources.length });
  }

  #failure(plan: Plan, resource: Planned, error: unknown): DeployError {
    if (error instanceof DeployError) return error;
    const line = lineOf(plan.template.text, ['Resources', resource.logicalId]);
    return new DeployError(
      'resource-failed',
      `${resource.kind.type} ${resource.ref}: ${messageOf(error)}`,
      { stack: plan.stack, resource: resource.logicalId, ...(line !== undefined && { line }) },
      { cause: error },
    );
  }

  #depart(stack: Stack): void {
    this.#departed.set(stack.id, stack);
    const [oldest] = this.#departed.keys();
    if (oldest && this.#departed.size > maxDeparted) this.#departed.delete(oldest);
  }
}

type Recorder = (
  logicalId: string,
  physicalId: string,
  type: string,
  status: string,
  reason?: string,
) => void;

function recorder(stack: Stack, onEvent?: (event: StackEvent) => void): Recorder {
  return (logicalId, physicalId, type, status, reason) => {
    const event = {
      at: Date.now(),
      logicalId,
      physicalId,
      type,
      status,
      ...(reason !== undefined && { reason }),
    };
    stack.events.push(event);
    if (stack.events.length > maxEvents) stack.events.shift();
    onEvent?.(event);
  };
}

function stackIdOf(place: World['place'], name: string): string {
  return arnOf(place, 'cloudformation', `stack/${name}/${crypto.randomUUID()}`);
}

import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { AwsError, DeployError } from '../errors.ts';
import { readMembers, sendQueryResult } from '../http/query-protocol.ts';
import type { Access, Identity } from '../iam/access.ts';
import { arnOf, type Place } from '../place.ts';
import { parseObjectUrl, readStoredObject } from '../stored-object.ts';
import { type ChangeSet, ChangeSets } from './change-sets.ts';
import { capabilities, changesOf, describeResources, describeStack, iso } from './descriptions.ts';
import type { Stack, StackSource, Stacks } from './stacks.ts';
import { parseTemplate } from './template.ts';

const namespace = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
const noUpdates = 'No updates are to be performed.';
const noChanges =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

export interface CloudFormationSettings {
  place: Place;
  access: Access;
  stacks: Stacks;
  /** Told of what was deployed or removed over the API, to keep it for the next start. */
  deployed(stack: Stack, source: StackSource): Promise<void>;
  removed(name: string): Promise<void>;
}

type Operation = (form: URLSearchParams) => Promise<Parameters<typeof sendQueryResult>[3]>;

/**
 * CloudFormation over the query protocol, as far as `serverless deploy` and `remove` speak it: stacks, change sets,
 * events, templates. A deployment is done when its call returns.
 */
export class CloudFormationApi {
  #settings: CloudFormationSettings;
  #changeSets = new ChangeSets();

  constructor(settings: CloudFormationSettings) {
    this.#settings = settings;
  }

  /** @throws AwsError */
  async handle(
    action: string,
    form: URLSearchParams,
    response: ServerResponse,
    caller: Identity,
  ): Promise<void> {
    const operation = Object.hasOwn(this.#operations, action) ? this.#operations[action] : undefined;
    if (!operation)
      throw new AwsError('InvalidAction', `CloudFormation ${action} is not there in the local AWS`);
    const name = form.get('StackName') ?? '*';
    const resource =
      this.#settings.stacks.find(name)?.id ??
      arnOf(this.#settings.place, 'cloudformation', `stack/${name}/*`);
    this.#settings.access.demand(caller, { action: `cloudformation:${action}`, resource });
    try {
      sendQueryResult(response, namespace, action, await operation(form));
    } catch (error) {
      if (error instanceof DeployError) throw new AwsError('ValidationError', error.message);
      throw error;
    }
  }

  #operations: Record<string, Operation> = {
    ValidateTemplate: async (form) => {
      const template = parseTemplate(await this.#templateOf(form), 'ValidateTemplate');
      return {
        Description: template.Description,
        Capabilities: capabilities,
        Parameters: Object.entries(template.Parameters).map(([ParameterKey, one]) => ({
          ParameterKey,
          DefaultValue: one.Default === undefined ? undefined : String(one.Default),
          NoEcho: String(one.NoEcho ?? false),
          Description: one.Description,
        })),
      };
    },

    CreateStack: async (form) => {
      const source = await this.#sourceOf(form);
      if (this.#settings.stacks.get(source.name)) {
        throw new AwsError('AlreadyExistsException', `Stack [${source.name}] already exists`);
      }
      return { StackId: await this.#deploy(source) };
    },

    UpdateStack: async (form) => {
      const source = await this.#sourceOf(form);
      this.#demand(source.name);
      if (!this.#settings.stacks.differs(this.#settings.stacks.plan(source)))
        throw new AwsError('ValidationError', noUpdates);
      return { StackId: await this.#deploy(source) };
    },

    DeleteStack: async (form) => {
      const stack = this.#settings.stacks.find(required(form, 'StackName'));
      if (!stack || stack.status === 'DELETE_COMPLETE') return {};
      try {
        await this.#settings.stacks.remove(stack.name);
        await this.#settings.removed(stack.name);
      } catch (error) {
        // As on AWS the call itself succeeds; the events say what failed. An import in use refuses the whole.
        if (!(error instanceof DeployError) || error.code === 'export-in-use') throw error;
      }
      return {};
    },

    DescribeStacks: async (form) => {
      const name = form.get('StackName');
      const stacks = name === null ? this.#settings.stacks.all() : [this.#demand(name)];
      return { Stacks: stacks.map(describeStack) };
    },

    ListStacks: async () => ({
      StackSummaries: this.#settings.stacks.all().map((stack) => {
        const { StackId, StackName, StackStatus, CreationTime, LastUpdatedTime } = describeStack(stack);
        return { StackId, StackName, StackStatus, CreationTime, LastUpdatedTime };
      }),
    }),

    DescribeStackEvents: async (form) => {
      const stack = this.#demand(required(form, 'StackName'));
      const events = stack.events.map((event, index) => ({
        StackId: stack.id,
        EventId: `${event.logicalId}-${index}-${event.at}`,
        StackName: stack.name,
        LogicalResourceId: event.logicalId,
        PhysicalResourceId: event.physicalId,
        ResourceType: event.type,
        Timestamp: iso(event.at),
        ResourceStatus: event.status,
        ResourceStatusReason: event.reason,
      }));
      return { StackEvents: events.reverse() };
    },

    DescribeStackResources: async (form) => {
      const stack = this.#demand(required(form, 'StackName'));
      return { StackResources: describeResources(stack) };
    },

    ListStackResources: async (form) => {
      const stack = this.#demand(required(form, 'StackName'));
      return {
        StackResourceSummaries: describeResources(stack).map(
          ({ Timestamp, StackId: _id, StackName: _name, ...one }) => ({
            ...one,
            LastUpdatedTimestamp: Timestamp,
          }),
        ),
      };
    },

    DescribeStackResource: async (form) => {
      const stack = this.#demand(required(form, 'StackName'));
      const logicalId = required(form, 'LogicalResourceId');
      const found = describeResources(stack).find((one) => one.LogicalResourceId === logicalId);
      if (!found) {
        throw new AwsError('ValidationError', `Resource ${logicalId} does not exist for stack ${stack.name}`);
      }
      const { Timestamp, ...resource } = found;
      return { StackResourceDetail: { ...resource, LastUpdatedTimestamp: Timestamp } };
    },

    GetTemplate: async (form) => ({
      TemplateBody: this.#demand(required(form, 'StackName')).plan.template.text,
      StagesAvailable: ['Original', 'Processed'],
    }),

    ListExports: async () => ({
      Exports: this.#settings.stacks
        .all()
        .flatMap(({ id, plan }) =>
          plan.outputs
            .filter(({ exportName }) => exportName !== undefined)
            .map(({ exportName, value }) => ({ ExportingStackId: id, Name: exportName, Value: value })),
        ),
    }),

    CreateChangeSet: async (form) => this.#createChangeSet(form),

    DescribeChangeSet: async (form) => {
      const { id, name, source, status, reason, execution, changes, createdAt } = this.#demandChangeSet(form);
      return {
        ChangeSetId: id,
        ChangeSetName: name,
        StackId: source.id,
        StackName: source.name,
        Status: status,
        StatusReason: reason,
        ExecutionStatus: execution,
        CreationTime: iso(createdAt),
        Changes: changes.map(({ action, logicalId, type }) => ({
          Type: 'Resource',
          ResourceChange: { Action: action, LogicalResourceId: logicalId, ResourceType: type },
        })),
      };
    },

    ExecuteChangeSet: async (form) => {
      const changeSet = this.#demandChangeSet(form);
      if (changeSet.execution !== 'AVAILABLE') {
        throw new AwsError(
          'InvalidChangeSetStatus',
          `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`,
        );
      }
      changeSet.execution = 'EXECUTE_COMPLETE';
      await this.#deploy(changeSet.source);
      return {};
    },

    DeleteChangeSet: async (form) => {
      const found = this.#findChangeSet(form);
      if (found) this.#changeSets.delete(found);
      return {};
    },

    // Policies guard against mistakes in a shared account; here nobody shares.
    SetStackPolicy: async (form) => {
      this.#demand(required(form, 'StackName'));
      return {};
    },
  };

  /** @returns the stack's id, also when making its resources failed: the events say so. */
  async #deploy(source: StackSource): Promise<string> {
    const { stacks, deployed } = this.#settings;
    // What the template itself gets wrong is refused here; later only a resource can fail.
    const { stackId } = stacks.plan(source);
    try {
      const stack = await stacks.deploy({ ...source, id: stackId });
      await deployed(stack, source);
    } catch (error) {
      if (stacks.find(stackId)?.status.includes('ROLLBACK')) return stackId;
      throw error;
    }
    return stackId;
  }

  async #createChangeSet(form: URLSearchParams) {
    const { place, stacks } = this.#settings;
    const wanted = await this.#sourceOf(form);
    const exists = stacks.get(wanted.name) !== undefined;
    const creating = form.get('ChangeSetType') === 'CREATE';
    if (creating && exists)
      throw new AwsError('AlreadyExistsException', `Stack [${wanted.name}] already exists`);
    if (!creating && !exists) throw missingStack(wanted.name);
    const plan = stacks.plan(wanted);
    const name = required(form, 'ChangeSetName');
    const differs = stacks.differs(plan);
    const changeSet: ChangeSet = {
      id: arnOf(place, 'cloudformation', `changeSet/${name}/${randomUUID()}`),
      name,
      source: { ...wanted, id: plan.stackId },
      status: differs ? 'CREATE_COMPLETE' : 'FAILED',
      execution: differs ? 'AVAILABLE' : 'UNAVAILABLE',
      changes: changesOf(plan, stacks.get(wanted.name)?.plan),
      createdAt: Date.now(),
      ...(!differs && { reason: noChanges }),
    };
    this.#changeSets.add(changeSet);
    return { Id: changeSet.id, StackId: plan.stackId };
  }

  #findChangeSet(form: URLSearchParams): ChangeSet | undefined {
    return this.#changeSets.find(required(form, 'ChangeSetName'), form.get('StackName'));
  }

  #demandChangeSet(form: URLSearchParams): ChangeSet {
    const found = this.#findChangeSet(form);
    if (!found)
      throw new AwsError('ChangeSetNotFound', `ChangeSet [${form.get('ChangeSetName')}] does not exist`, 404);
    return found;
  }

  #demand(reference: string): Stack {
    const stack = this.#settings.stacks.find(reference);
    if (!stack) throw missingStack(reference);
    return stack;
  }

  async #sourceOf(form: URLSearchParams): Promise<StackSource> {
    const name = required(form, 'StackName');
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name))
      throw new AwsError('ValidationError', `Stack name ${name} is not valid`);
    const previous = this.#settings.stacks.get(name)?.plan;
    const usePrevious = form.get('UsePreviousTemplate') === 'true' && previous;
    const parameters: Record<string, string> = {};
    for (const { ParameterKey, ParameterValue, UsePreviousValue } of readMembers(form, 'Parameters')) {
      if (ParameterKey === undefined) continue;
      const kept = UsePreviousValue === 'true' ? previous?.parameters[ParameterKey] : ParameterValue;
      if (kept !== undefined) parameters[ParameterKey] = kept;
    }
    return {
      name,
      template: usePrevious ? previous.template.text : await this.#templateOf(form),
      parameters,
    };
  }

  async #templateOf(form: URLSearchParams): Promise<string> {
    const body = form.get('TemplateBody');
    if (body !== null) return body;
    const url = form.get('TemplateURL');
    if (url === null)
      throw new AwsError('ValidationError', 'Either Template URL or Template Body must be specified.');
    const place = parseObjectUrl(url);
    if (!place) throw new AwsError('ValidationError', `TemplateURL must be a supported URL: ${url}`);
    const { access } = this.#settings;
    const bytes = await readStoredObject(
      this.#settings.place,
      access.localUser.credentials,
      place.bucket,
      place.key,
    );
    return Buffer.from(bytes).toString('utf8');
  }
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw new AwsError('ValidationError', `${name} must be given`);
  return value;
}

function missingStack(name: string): AwsError {
  return new AwsError('ValidationError', `Stack with id ${name} does not exist`);
}

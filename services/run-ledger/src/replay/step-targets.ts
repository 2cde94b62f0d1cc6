import {
  type EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { readStepRule, type StepRule } from '@tributary/events/ledger';
import { renderTargetInput } from '@tributary/events/target-input';
import { isDeadLetterQueue } from '../api/dead-letter-names.ts';

/** A step as its rule wakes it. */
export interface StepTarget extends StepRule {
  ruleArn: string;
  functionArn: string;
  /** The function, without its stage: the name of the service. */
  service: string;
  /** The envelope around an event, as EventBridge would make it. */
  envelope(event: unknown): string;
}

/** Rules change with deployments: an older picture is made anew. */
const keepMs = 30_000;

/**
 * Every step of every rule on the buses that wakes a function of this stage: what a replay goes through, so that it is woken as
 * it always is. On the default bus the rules of all stages lie side by side, and their chains and steps are called alike.
 */
export class StepTargets {
  readonly #events: () => Promise<EventBridgeClient>;
  readonly #buses: readonly string[];
  readonly #stage: string;
  #read: { at: number; targets: Promise<StepTarget[]> } | undefined;

  /** @param buses names */
  constructor(events: () => Promise<EventBridgeClient>, buses: readonly string[], stage: string) {
    this.#stage = stage;
    this.#events = events;
    this.#buses = buses;
  }

  async find(chain: string, step: string): Promise<StepTarget | undefined> {
    return (await this.all()).find((target) => target.chain === chain && target.step === step);
  }

  /** @param ruleArn and the function, of a rule that had several targets */
  async ofRule(ruleArn: string, functionArn: string): Promise<StepTarget | undefined> {
    return (await this.all()).find(
      (target) => target.ruleArn === ruleArn && target.functionArn === functionArn,
    );
  }

  all(): Promise<StepTarget[]> {
    const now = Date.now();
    if (this.#read === undefined || now - this.#read.at > keepMs) {
      this.#read = { at: now, targets: this.#readAll() };
      this.#read.targets.catch(() => {
        this.#read = undefined;
      });
    }
    return this.#read.targets;
  }

  async #readAll(): Promise<StepTarget[]> {
    const found: StepTarget[] = [];
    for (const bus of this.#buses) {
      for await (const { Name, Arn, EventPattern } of this.#rules(bus)) {
        for (const target of await this.#targets(bus, Name)) {
          const template = target.InputTransformer?.InputTemplate;
          const step = this.#isOwn(target) ? readStepRule({ pattern: EventPattern, template }) : undefined;
          if (step)
            found.push({
              ...step,
              ruleArn: Arn,
              functionArn: target.Arn!,
              service: functionOf(target).slice(this.#prefix.length),
              envelope: (event) => render(target, event, Arn, Name),
            });
        }
      }
    }
    return found;
  }

  get #prefix(): string {
    return `tributary-${this.#stage}-`;
  }

  /** By the names of function and queue: the one begins with the stage, the other ends with it, so that `dev` is not `dev-2`. */
  #isOwn(target: Target): boolean {
    const queue = target.DeadLetterConfig?.Arn?.split(':').at(-1);
    return (
      functionOf(target).startsWith(this.#prefix) &&
      (queue === undefined || isDeadLetterQueue(queue, this.#stage))
    );
  }

  async *#rules(
    bus: string,
  ): AsyncGenerator<{ Name: string; Arn: string; EventPattern?: string | undefined }> {
    const client = await this.#events();
    let token: string | undefined;
    do {
      const answer = await client.send(
        new ListRulesCommand({ EventBusName: bus, ...(token !== undefined && { NextToken: token }) }),
      );
      for (const { Name, Arn, State, EventPattern } of answer.Rules ?? []) {
        if (Name !== undefined && Arn !== undefined && State !== 'DISABLED')
          yield { Name, Arn, EventPattern };
      }
      token = answer.NextToken;
    } while (token !== undefined);
  }

  async #targets(bus: string, rule: string): Promise<Target[]> {
    const client = await this.#events();
    const { Targets = [] } = await client.send(
      new ListTargetsByRuleCommand({ EventBusName: bus, Rule: rule }),
    );
    return Targets;
  }
}

/** The function's name; empty if the target is none. */
function functionOf({ Arn = '' }: Target): string {
  return /^arn:[^:]*:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(Arn)?.[1] ?? '';
}

function render({ InputTransformer }: Target, event: unknown, ruleArn: string, ruleName: string): string {
  const { InputPathsMap, InputTemplate = '' } = InputTransformer ?? {};
  const input = { InputTransformer: { InputTemplate, ...(InputPathsMap && { InputPathsMap }) } };
  return renderTargetInput(input, JSON.stringify(event), {
    ruleArn,
    ruleName,
    ingestionTime: new Date().toISOString(),
  });
}

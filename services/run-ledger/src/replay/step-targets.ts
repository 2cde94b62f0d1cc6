import {
  type EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { renderTargetInput } from '@tributary/events/target-input';
import * as z from 'zod';

/** A step as its rule wakes it. */
export interface StepTarget {
  chain: string;
  step: string;
  ruleArn: string;
  functionArn: string;
  /** The envelope around an event, as EventBridge would make it. */
  envelope(event: unknown): string;
}

const named = z.object({ chain: z.string(), step: z.string() });
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
    return (await this.#all()).find((target) => target.chain === chain && target.step === step);
  }

  /** @param ruleArn and the function, of a rule that had several targets */
  async ofRule(ruleArn: string, functionArn: string): Promise<StepTarget | undefined> {
    return (await this.#all()).find(
      (target) => target.ruleArn === ruleArn && target.functionArn === functionArn,
    );
  }

  #all(): Promise<StepTarget[]> {
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
      for await (const { Name, Arn } of this.#rules(bus)) {
        for (const target of await this.#targets(bus, Name)) {
          const step = this.#isOwn(target) ? stepOf(target) : undefined;
          if (step)
            found.push({
              ...step,
              ruleArn: Arn,
              functionArn: target.Arn!,
              envelope: (event) => render(target, event, Arn, Name),
            });
        }
      }
    }
    return found;
  }

  /** By the name of the function: those the API may invoke. */
  #isOwn({ Arn = '' }: Target): boolean {
    return (Arn.split(':')[6] ?? '').startsWith(`tributary-${this.#stage}-`);
  }

  async *#rules(bus: string): AsyncGenerator<{ Name: string; Arn: string }> {
    const client = await this.#events();
    let token: string | undefined;
    do {
      const answer = await client.send(
        new ListRulesCommand({ EventBusName: bus, ...(token !== undefined && { NextToken: token }) }),
      );
      for (const { Name, Arn, State } of answer.Rules ?? []) {
        if (Name !== undefined && Arn !== undefined && State !== 'DISABLED') yield { Name, Arn };
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

/** The chain and the step that a target's template names; undefined if it makes no envelope. */
function stepOf({ Arn = '', InputTransformer }: Target): { chain: string; step: string } | undefined {
  const template = InputTransformer?.InputTemplate;
  if (template === undefined || !/:lambda:.*:function:/.test(Arn)) return undefined;
  try {
    const parsed = named.safeParse(JSON.parse(template.replace('<aws.events.event.json>', 'null')));
    return parsed.success ? { chain: parsed.data.chain, step: parsed.data.step } : undefined;
  } catch {
    return undefined;
  }
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

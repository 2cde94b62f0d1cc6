import type { Aws } from '../aws-client.ts';

/** A rule's target that invokes a step. */
export interface StepTarget {
  rule: string;
  function: string;
  /** The envelope without its event: chain, step, options, output. */
  fixed: { chain: string; step: string; options?: Record<string, unknown> } & Record<string, unknown>;
}

export interface RuleTarget {
  ruleArn: string;
  /** What the rule matches, as JSON. */
  pattern?: string;
  arn: string;
  template?: string;
  deadLetterArn?: string;
}

interface TargetAnswer {
  Targets: {
    Arn: string;
    InputTransformer?: { InputTemplate: string };
    DeadLetterConfig?: { Arn?: string };
  }[];
}

const EVENT = '<aws.events.event.json>';

/** Targets of all rules of all buses. @throws AwsRefusal */
export async function listRuleTargets(aws: Aws): Promise<RuleTarget[]> {
  const call = <T>(operation: string, input: unknown) =>
    aws.call<T>('events', `AWSEvents.${operation}`, '1.1', input);
  const targets: RuleTarget[] = [];
  const { EventBuses } = await call<{ EventBuses: { Name: string }[] }>('ListEventBuses', { Limit: 100 });
  for (const { Name: bus } of EventBuses) {
    const { Rules } = await call<{ Rules: { Name: string; Arn: string; EventPattern?: string }[] }>(
      'ListRules',
      {
        EventBusName: bus,
        Limit: 100,
      },
    );
    for (const { Name: rule, Arn: ruleArn, EventPattern } of Rules) {
      const { Targets } = await call<TargetAnswer>('ListTargetsByRule', { Rule: rule, EventBusName: bus });
      for (const { Arn: arn, InputTransformer, DeadLetterConfig } of Targets)
        targets.push({
          ruleArn,
          arn,
          ...(EventPattern !== undefined && { pattern: EventPattern }),
          ...(InputTransformer && { template: InputTransformer.InputTemplate }),
          ...(DeadLetterConfig?.Arn !== undefined && { deadLetterArn: DeadLetterConfig.Arn }),
        });
    }
  }
  return targets;
}

/** The envelope a target's template makes, without the event; undefined if it makes none. */
export function readEnvelopeTemplate(template: string | undefined): StepTarget['fixed'] | undefined {
  if (template === undefined || !template.includes(EVENT)) return undefined;
  try {
    const { event: _event, ...fixed } = JSON.parse(template.replace(EVENT, 'null'));
    return typeof fixed.chain === 'string' && typeof fixed.step === 'string' ? fixed : undefined;
  } catch {
    return undefined; // another's template, which is no JSON around the event
  }
}

export function findStepTarget(
  targets: readonly RuleTarget[],
  chain: string,
  step: string,
): StepTarget | undefined {
  for (const { arn, ruleArn, template } of targets) {
    const fixed = readEnvelopeTemplate(template);
    if (fixed?.chain === chain && fixed.step === step)
      return { rule: ruleArn, function: functionOf(arn), fixed };
  }
  return undefined;
}

/** The name in a function's ARN. */
export function functionOf(arn: string): string {
  return arn.split(':')[6] ?? arn;
}

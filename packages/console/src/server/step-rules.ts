import { readStepRule, type StepRule } from '@tributary/events/ledger';
import type { Aws } from './aws-client.ts';

interface Rules {
  Rules: { Name: string; EventPattern?: string }[];
}
interface Targets {
  Targets: { InputTransformer?: { InputTemplate: string } }[];
}

/** The steps that rules of all buses wake. @throws AwsRefusal */
export async function listStepRules(aws: Aws): Promise<StepRule[]> {
  const call = <T>(operation: string, input: unknown) =>
    aws.call<T>('events', `AWSEvents.${operation}`, '1.1', input);
  const steps: StepRule[] = [];
  const { EventBuses } = await call<{ EventBuses: { Name: string }[] }>('ListEventBuses', { Limit: 100 });
  for (const { Name: EventBusName } of EventBuses) {
    const { Rules } = await call<Rules>('ListRules', { EventBusName, Limit: 100 });
    for (const { Name: Rule, EventPattern: pattern } of Rules) {
      const { Targets } = await call<Targets>('ListTargetsByRule', { Rule, EventBusName });
      for (const { InputTransformer } of Targets) {
        const step = readStepRule({ pattern, template: InputTransformer?.InputTemplate });
        if (step !== undefined) steps.push(step);
      }
    }
  }
  return steps;
}

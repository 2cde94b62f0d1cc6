import {
  type EventBridgeClient,
  ListRulesCommand,
  type ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import { StepTargets } from '../src/replay/step-targets.ts';

/** Rules of two stages on the default bus, as they are in an account that has both. */
const stages = ['prod', 'dev', 'dev2', 'dev-2'];
const functionOf = (stage: string) =>
  `arn:aws:lambda:us-east-1:000000000000:function:tributary-${stage}-csv-to-parquet`;
const client = {
  async send(command: ListRulesCommand | ListTargetsByRuleCommand) {
    if (command instanceof ListRulesCommand)
      return {
        Rules: stages.map((Name) => ({ Name, Arn: `arn:aws:events:us-east-1:000000000000:rule/${Name}` })),
      };
    const InputTemplate =
      '{"chain":"drives","step":"load","output":{"bucket":"lake"},"event":<aws.events.event.json>}';
    const stage = command.input.Rule!;
    const queue = `arn:aws:sqs:us-east-1:000000000000:tributary-chain-drives-${stage}-UndeliveredQueue-1A2B3C`;
    const target = { Id: 'load', Arn: functionOf(stage), InputTransformer: { InputTemplate } };
    return { Targets: [{ ...target, DeadLetterConfig: { Arn: queue } }] };
  },
} as unknown as EventBridgeClient;

test.each(['dev', 'prod', 'dev-2'])('a step of stage %s is woken in its own stage', async (stage) => {
  const targets = new StepTargets(async () => client, ['default'], stage);
  expect(await targets.find('drives', 'load')).toMatchObject({ functionArn: functionOf(stage) });
  const other = `arn:aws:events:us-east-1:000000000000:rule/dev2`;
  expect(await targets.ofRule(other, functionOf('dev2'))).toBeUndefined();
});

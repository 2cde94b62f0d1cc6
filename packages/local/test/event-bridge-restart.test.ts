import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemovePermissionCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../src/index.ts';
import { temporaryDirectory, writePackage } from './packaged-stack.ts';

const rule = (name: string, source: string, rest: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: { Name: name, EventPattern: { source: [source] }, ...rest },
});

const resources = (source = 'x') => ({
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'template' } },
  Rule: rule('template', source),
  OnBus: rule('on-bus', 'x', { EventBusName: { Ref: 'Bus' } }),
});

/** Each round is a start of the server over the same state. */
async function rounds(
  ...each: [template: object, run: (events: EventBridgeClient, aws: LocalAws) => Promise<void>][]
): Promise<void> {
  await using directory = await temporaryDirectory();
  for (const [template, run] of each) {
    const stack = await writePackage(directory.path, 'sample', { Resources: template });
    await using aws = await startLocalAws({ stacks: [stack], stateDirectory: `${directory.path}/state` });
    const { endpoint, region, credentials } = aws;
    const events = new EventBridgeClient({ endpoint, region, credentials });
    await run(events, aws);
    events.destroy();
  }
}

const queue = (name: string) => `arn:aws:sqs:eu-central-1:000000000000:${name}`;

test('buses, rules, targets and permissions made over the API survive a restart', async () => {
  const input = { Name: 'made', EventBusName: 'made-bus' };
  const onTemplate = { Name: 'made', EventBusName: 'template' };
  const EventPattern = '{"source":["made"],"detail":{"n":[5.0]}}';
  await rounds(
    [
      resources(),
      async (events) => {
        await events.send(new CreateEventBusCommand({ Name: 'made-bus', Description: 'by hand' }));
        await events.send(new CreateEventBusCommand({ Name: 'gone' }));
        await events.send(
          new PutPermissionCommand({
            EventBusName: 'made-bus',
            StatementId: 'all',
            Principal: '*',
            Action: 'events:PutEvents',
          }),
        );
        for (const one of [input, onTemplate, { ...input, Name: 'gone' }]) {
          await events.send(new PutRuleCommand({ ...one, EventPattern, Description: 'made by hand' }));
          const Targets = [
            { Id: 'a', Arn: queue('a'), Input: '{"fixed":1}', RetryPolicy: { MaximumRetryAttempts: 3 } },
            { Id: 'b', Arn: queue('b'), DeadLetterConfig: { Arn: queue('dead') } },
          ];
          await events.send(
            new PutTargetsCommand({ Rule: one.Name, EventBusName: one.EventBusName, Targets }),
          );
        }
      },
    ],
    [
      resources(),
      async (events, { region, accountId }) => {
        expect(await events.send(new DescribeRuleCommand(input))).toMatchObject({
          Arn: `arn:aws:events:${region}:${accountId}:rule/made-bus/made`,
          State: 'ENABLED',
          Description: 'made by hand',
          EventPattern,
        });
        for (const { Name: Rule, EventBusName } of [input, onTemplate]) {
          const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule, EventBusName }));
          expect(Targets).toEqual([
            { Id: 'a', Arn: queue('a'), Input: '{"fixed":1}', RetryPolicy: { MaximumRetryAttempts: 3 } },
            { Id: 'b', Arn: queue('b'), DeadLetterConfig: { Arn: queue('dead') } },
          ]);
        }
        const { Policy, Description } = await events.send(new DescribeEventBusCommand({ Name: 'made-bus' }));
        expect(Description).toBe('by hand');
        expect(JSON.parse(Policy!)).toMatchObject({
          Statement: [{ Sid: 'all', Effect: 'Allow', Principal: '*', Action: 'events:PutEvents' }],
        });
        await events.send(new DisableRuleCommand(input));
        const Rule = { Rule: 'made', EventBusName: 'made-bus' };
        await events.send(new RemoveTargetsCommand({ ...Rule, Ids: ['a'] }));
        const gone = { ...Rule, Rule: 'gone' };
        await expect(
          events.send(new DeleteRuleCommand({ Name: 'gone', EventBusName: 'made-bus' })),
        ).rejects.toThrow("Rule can't be deleted since it has targets.");
        await events.send(new RemoveTargetsCommand({ ...gone, Ids: ['a', 'b'] }));
        await events.send(new DeleteRuleCommand({ Name: 'gone', EventBusName: 'made-bus' }));
        await events.send(new RemovePermissionCommand({ EventBusName: 'made-bus', StatementId: 'all' }));
        await expect(events.send(new DeleteEventBusCommand({ Name: 'made-bus' }))).rejects.toThrow(
          "EventBus can't be deleted since it has rules.",
        );
        await events.send(new DeleteEventBusCommand({ Name: 'gone' }));
      },
    ],
    [
      resources(),
      async (events) => {
        const { EventBuses } = await events.send(new ListEventBusesCommand({}));
        expect(EventBuses!.map(({ Name }) => Name).sort()).toEqual(['default', 'made-bus', 'template']);
        const { Rules } = await events.send(new ListRulesCommand({ EventBusName: 'made-bus' }));
        expect(Rules).toMatchObject([{ Name: 'made', State: 'DISABLED' }]);
        const { Targets } = await events.send(
          new ListTargetsByRuleCommand({ Rule: 'made', EventBusName: 'made-bus' }),
        );
        expect(Targets!.map(({ Id }) => Id)).toEqual(['b']);
        const { Policy } = await events.send(new DescribeEventBusCommand({ Name: 'made-bus' }));
        expect(Policy).toBeUndefined();
      },
    ],
  );
});

test('what the API changed in a template’s rule stays until the template changes it', async () => {
  const described = (events: EventBridgeClient) => events.send(new DescribeRuleCommand({ Name: 'template' }));
  await rounds(
    [
      resources(),
      async (events) => {
        await events.send(new DisableRuleCommand({ Name: 'template' }));
      },
    ],
    [
      resources(),
      async (events) => {
        expect(await described(events)).toMatchObject({ State: 'DISABLED' });
      },
    ],
    [
      resources('y'),
      async (events) => {
        expect(await described(events)).toMatchObject({
          State: 'ENABLED',
          EventPattern: '{"source":["y"]}',
        });
      },
    ],
    [
      resources(),
      async (events) => {
        expect(await described(events)).toMatchObject({
          State: 'ENABLED',
          EventPattern: '{"source":["x"]}',
        });
      },
    ],
  );
});

test('a stack does not take its bus away from rules that are not its own', async () => {
  await rounds([
    resources(),
    async (events, aws) => {
      const made = { Name: 'made', EventBusName: 'template' };
      await events.send(new PutRuleCommand({ ...made, EventPattern: '{"source":["made"]}' }));
      await expect(aws.removeStack('sample-test')).rejects.toMatchObject({
        code: 'resource-failed',
        message: expect.stringContaining("EventBus can't be deleted since it has rules."),
      });
      await events.send(new DeleteRuleCommand(made));
      await aws.removeStack('sample-test');
      const { EventBuses } = await events.send(new ListEventBusesCommand({}));
      expect(EventBuses).toMatchObject([{ Name: 'default' }]);
      await expect(events.send(new DeleteEventBusCommand({ Name: 'default' }))).rejects.toThrow(
        'Cannot delete event bus default.',
      );
    },
  ]);
});

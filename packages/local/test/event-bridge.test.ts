import {
  DescribeRuleCommand,
  DisableRuleCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionResources, letRulesSend, ruleResources } from './packaged-stack.ts';
import { type RunningAws, runAws } from './running-aws.ts';

const getAtt = (name: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [name, attribute] });

const queue = (id: string) => ({
  [id]: { Type: 'AWS::SQS::Queue', Properties: { QueueName: id.toLowerCase() } },
});

const letRules = {
  Rules: letRulesSend('Heard', 'Dead', 'Far'),
};

let running: RunningAws;

beforeAll(async () => {
  running = await runAws(
    {
      ...queue('Heard'),
      ...queue('Dead'),
      ...queue('Far'),
      ...queue('Closed'),
      ...letRules,
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'near' } },
      FarBus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'far' } },
      Forwarder: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [
              { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' },
            ],
          },
          Policies: [
            {
              PolicyName: 'forward',
              PolicyDocument: {
                Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: getAtt('FarBus') }],
              },
            },
          ],
        },
      },
      ForwardRule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'forward',
          EventBusName: { Ref: 'Bus' },
          EventPattern: { source: ['forwarded'] },
          Targets: [{ Id: 'bus', Arn: getAtt('FarBus'), RoleArn: getAtt('Forwarder') }],
        },
      },
      FarRule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'all',
          EventBusName: { Ref: 'FarBus' },
          EventPattern: { account: [{ Ref: 'AWS::AccountId' }] },
          Targets: [{ Id: 'queue', Arn: getAtt('Far') }],
        },
      },
      ...functionResources('Probe', 'probe'),
      ...ruleResources('Wake', 'Probe', { EventPattern: { source: ['wake'] } }),
      // No permission for this one.
      ForbiddenRule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'forbidden',
          EventPattern: { source: ['forbidden'] },
          Targets: [
            { Id: 'function', Arn: getAtt('ProbeLambdaFunction'), DeadLetterConfig: { Arn: getAtt('Dead') } },
          ],
        },
      },
      ClosedRule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'closed',
          EventPattern: { source: ['closed'] },
          Targets: [
            { Id: 'queue', Arn: getAtt('Closed'), DeadLetterConfig: { Arn: getAtt('Closed') } },
            { Id: 'other', Arn: getAtt('Heard'), Input: '"still delivered"' },
          ],
        },
      },
      BrokenRule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'broken',
          EventPattern: { source: ['broken'] },
          Targets: [
            {
              Id: 'queue',
              Arn: getAtt('Heard'),
              DeadLetterConfig: { Arn: getAtt('Dead') },
              InputTransformer: {
                InputPathsMap: { word: '$.detail.word' },
                InputTemplate: '{"word": <word>, "rest": }',
              },
            },
          ],
        },
      },
      SleepingRule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'sleeping',
          State: 'DISABLED',
          EventPattern: { source: ['sleeping'] },
          Targets: [{ Id: 'queue', Arn: getAtt('Heard') }],
        },
      },
    },
    { handlers: ['probe'], timeScale: 0 },
  );
});

afterAll(() => running[Symbol.asyncDispose]());

const put = (source: string, detail: unknown = {}, bus?: string) =>
  running.events.send(
    new PutEventsCommand({
      Entries: [
        {
          Source: source,
          DetailType: 'Test',
          Detail: JSON.stringify(detail),
          ...(bus && { EventBusName: bus }),
        },
      ],
    }),
  );

interface Received {
  Body: string;
  MessageAttributes?: Record<string, { StringValue: string; DataType: string }>;
}

async function receive(name: string): Promise<Received> {
  const QueueUrl = `${running.aws.endpoint}/${running.aws.accountId}/${name}`;
  const { body } = await running.call('sqs', 'AmazonSQS.ReceiveMessage', {
    QueueUrl,
    WaitTimeSeconds: 20,
    MessageAttributeNames: ['.*'],
  });
  const [message] = (body as { Messages: (Received & { ReceiptHandle: string })[] }).Messages;
  await running.call('sqs', 'AmazonSQS.DeleteMessage', { QueueUrl, ReceiptHandle: message!.ReceiptHandle });
  return message!;
}

describe('PutEvents', () => {
  test('takes what is whole and says of each other entry why not', async () => {
    const good = { Source: 'nobody.listens', DetailType: 'Test', Detail: '{}' };
    const { FailedEntryCount, Entries } = await running.events.send(
      new PutEventsCommand({
        Entries: [
          good,
          { ...good, Detail: '{' },
          { ...good, Detail: '[1]' },
          { ...good, Source: 'aws.s3' },
          { DetailType: 'Test', Detail: '{}' },
          { ...good, EventBusName: 'absent' },
          { ...good, Detail: `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}` },
          good,
        ],
      }),
    );
    expect(FailedEntryCount).toBe(6);
    expect(Entries!.map(({ ErrorCode, EventId }) => ErrorCode ?? /^[0-9a-f-]{36}$/.test(EventId!))).toEqual([
      true,
      'MalformedDetail',
      'MalformedDetail',
      'NotAuthorizedForSourceException',
      'InvalidArgument',
      'ResourceNotFoundException',
      'MalformedDetail',
      true,
    ]);
  });

  test('refuses more than ten entries, and more than 1 MiB', async () => {
    const entry = { Source: 'many', DetailType: 'Test', Detail: '{}' };
    const send = (Entries: object[]) => running.events.send(new PutEventsCommand({ Entries }));
    await expect(send(Array.from({ length: 11 }, () => entry))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const half = { ...entry, Detail: JSON.stringify({ text: 'x'.repeat(600_000) }) };
    await expect(send([half, half])).rejects.toThrow(
      'Total size of the entries in the request is over the limit.',
    );
    await expect(send([half])).resolves.toMatchObject({ FailedEntryCount: 0 });
  });

  test('is refused to who cannot sign', async () => {
    const { credentials } = running.aws;
    const config = running.events.config;
    config.credentials = async () => ({ ...credentials, secretAccessKey: 'wrong' });
    await expect(put('signed')).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    config.credentials = async () => ({ ...credentials, accessKeyId: 'unknown' });
    await expect(put('signed')).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    config.credentials = async () => credentials;
    await expect(put('signed')).resolves.toMatchObject({ FailedEntryCount: 0 });
  });

  test('hands digits on as they came', async () => {
    await running.events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: 'far',
            Source: 'digits',
            DetailType: 'Test',
            Detail: '{"id": 12345678901234567890, "sum": 5.0}',
          },
        ],
      }),
    );
    expect((await receive('far')).Body).toContain('"detail":{"id": 12345678901234567890, "sum": 5.0}');
  });
});

describe('a rule', () => {
  test('wakes a function with the whole event', async () => {
    const { Entries } = await put('wake', { word: 'up' });
    const { requestId } = await running.until('function-completed');
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(running.happened).toContainEqual(
      expect.objectContaining({ kind: 'rule-matched', eventId: Entries![0]!.EventId }),
    );
  });

  test('needs a permission that fits: without, the event is dead-lettered with AWS’s attributes, and not retried', async () => {
    const { Entries } = await put('forbidden', { a: 1 });
    const { Body, MessageAttributes } = await receive('dead');
    expect(JSON.parse(Body)).toMatchObject({
      id: Entries![0]!.EventId,
      source: 'forbidden',
      detail: { a: 1 },
    });
    const { region, accountId } = running.aws;
    expect(MessageAttributes).toMatchObject({
      RULE_ARN: { DataType: 'String', StringValue: `arn:aws:events:${region}:${accountId}:rule/forbidden` },
      TARGET_ARN: { StringValue: `arn:aws:lambda:${region}:${accountId}:function:probe` },
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
      ERROR_MESSAGE: { StringValue: expect.stringContaining('no AWS::Lambda::Permission fits') },
      RETRY_ATTEMPTS: { DataType: 'Number', StringValue: '0' },
    });
    expect(MessageAttributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  test('with a queue that does not let it in loses nothing of its other targets, and says so', async () => {
    await put('closed');
    expect((await receive('heard')).Body).toBe('"still delivered"');
    const reports = running.happened.filter((one) => one.kind === 'delivery-failed' && one.rule === 'closed');
    expect(reports).toMatchObject([
      { errorCode: 'NO_PERMISSIONS' },
      { error: expect.stringContaining('Not dead-lettered') },
    ]);
  });

  test('whose input becomes no JSON dead-letters the event', async () => {
    await put('broken', { word: 'x' });
    expect((await receive('dead')).MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'INVALID_JSON' },
    });
  });

  test('hands an event on to another bus under its role', async () => {
    const { Entries } = await put('forwarded', { step: 1 }, 'near');
    expect(JSON.parse((await receive('far')).Body)).toMatchObject({
      id: Entries![0]!.EventId,
      detail: { step: 1 },
    });
  });

  test('that is disabled does nothing', async () => {
    const { Entries } = await put('sleeping');
    expect(running.happened).toContainEqual(
      expect.objectContaining({ kind: 'event-put', eventId: Entries![0]!.EventId }),
    );
    expect(running.happened).not.toContainEqual(
      expect.objectContaining({ kind: 'rule-matched', eventId: Entries![0]!.EventId }),
    );
  });

  test('is described, listed, made and switched off over the API', async () => {
    const { events } = running;
    expect(
      await events.send(new DescribeRuleCommand({ Name: 'forward', EventBusName: 'near' })),
    ).toMatchObject({
      Arn: `arn:aws:events:${running.aws.region}:${running.aws.accountId}:rule/near/forward`,
      State: 'ENABLED',
      EventPattern: '{"source":["forwarded"]}',
    });
    const { Rules } = await events.send(new ListRulesCommand({ NamePrefix: 'b' }));
    expect(Rules!.map(({ Name }) => Name)).toEqual(['broken']);
    const { EventBuses } = await events.send(new ListEventBusesCommand({}));
    expect(EventBuses!.map(({ Name }) => Name)).toEqual(['default', 'near', 'far']);

    await events.send(new PutRuleCommand({ Name: 'made', EventPattern: '{"source":["made"]}' }));
    const Arn = `arn:aws:sqs:${running.aws.region}:${running.aws.accountId}:heard`;
    await events.send(
      new PutTargetsCommand({ Rule: 'made', Targets: [{ Id: 'q', Arn, InputPath: '$.detail.word' }] }),
    );
    expect((await events.send(new ListTargetsByRuleCommand({ Rule: 'made' }))).Targets).toMatchObject([
      { Id: 'q', Arn },
    ]);
    await expect(
      events.send(
        new PutTargetsCommand({ Rule: 'made', Targets: [{ Id: 't', Arn: Arn.replace(':sqs:', ':sns:') }] }),
      ),
    ).rejects.toThrow('Targets of this kind are not there in the local AWS');
    await put('made', { word: 'heard' });
    expect((await receive('heard')).Body).toBe('"heard"');
    await events.send(new DisableRuleCommand({ Name: 'made' }));
    expect((await events.send(new DescribeRuleCommand({ Name: 'made' }))).State).toBe('DISABLED');
    await expect(
      events.send(new PutRuleCommand({ Name: 'bad', EventPattern: '{"source":"x"}' })),
    ).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
      message: expect.stringContaining('Event pattern is not valid. Reason: '),
    });
    await expect(events.send(new DescribeRuleCommand({ Name: 'absent' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(
      events.send(new PutRuleCommand({ Name: 'timed', ScheduleExpression: 'rate(1 day)' })),
    ).rejects.toThrow('ScheduleExpression is not there in the local AWS');
  });
});

test('TestEventPattern matches as rules do', async () => {
  const Event = JSON.stringify({
    id: '1',
    'detail-type': 'Test',
    source: 'x',
    account: '0',
    time: '2026-11-23T00:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail: { size: 5 },
  });
  const match = (pattern: object) =>
    running.events.send(new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event }));
  expect(await match({ detail: { size: [{ numeric: ['>', 4] }] } })).toMatchObject({ Result: true });
  expect(await match({ detail: { size: [{ numeric: ['>', 5] }] } })).toMatchObject({ Result: false });
});

import { once } from 'node:events';
import { join } from 'node:path';
import {
  CancelReplayCommand,
  CreateArchiveCommand,
  DeleteArchiveCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  DisableRuleCommand,
  EventBridgeClient,
  ListArchivesCommand,
  ListReplaysCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  StartReplayCommand,
  type StartReplayCommandInput,
  UpdateArchiveCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AwsEvent } from '../src/activity.ts';
import { startLocalAws } from '../src/index.ts';
import { letRulesSend, temporaryDirectory, writePackage } from './packaged-stack.ts';
import { callJson, type RunningAws, runAws } from './running-aws.ts';
import { startProgram } from './server-process.ts';

const getAtt = (name: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [name, attribute] });

const rule = (name: string, queue: string, source: string) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: name,
    EventBusName: { Ref: 'Bus' },
    EventPattern: { source: [source] },
    Targets: [{ Id: 'queue', Arn: getAtt(queue) }],
  },
});

const resources = {
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'steps' } },
  OtherBus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'other' } },
  Heard: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'heard' } },
  Second: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'second' } },
  Policy: letRulesSend('Heard', 'Second'),
  HeardRule: rule('heard', 'Heard', 'kept'),
  SecondRule: rule('second', 'Second', 'kept'),
  Archive: {
    Type: 'AWS::Events::Archive',
    Properties: {
      ArchiveName: 'steps-archive',
      Description: 'what was kept',
      SourceArn: getAtt('Bus'),
      EventPattern: { source: ['kept'] },
      RetentionDays: 7,
    },
  },
};

let running: RunningAws;

beforeAll(async () => {
  running = await runAws(resources, { timeScale: 0, outputs: { Arn: { Value: getAtt('Archive') } } });
});

afterAll(() => running[Symbol.asyncDispose]());

const put = (client: EventBridgeClient, source: string, time: string, detail: string, bus = 'steps') =>
  client.send(
    new PutEventsCommand({
      Entries: [
        { Source: source, DetailType: 'Test', Detail: detail, EventBusName: bus, Time: new Date(time) },
      ],
    }),
  );

const arn = (resource: string) => `arn:aws:events:${running.aws.region}:${running.aws.accountId}:${resource}`;

const replayInput = (name: string, rest: Partial<StartReplayCommandInput> = {}): StartReplayCommandInput => ({
  ReplayName: name,
  EventSourceArn: arn('archive/steps-archive'),
  EventStartTime: new Date('2026-01-01T00:00:00Z'),
  EventEndTime: new Date('2026-02-01T00:00:00Z'),
  Destination: { Arn: arn('event-bus/steps') },
  ...rest,
});

const startReplay = (name: string, rest?: Partial<StartReplayCommandInput>) =>
  running.events.send(new StartReplayCommand(replayInput(name, rest)));

const ended = (name: string) =>
  running.until(
    'replay-changed',
    ({ replay, state }) => replay === name && ['COMPLETED', 'CANCELLED', 'FAILED'].includes(state),
  );

async function receiveAll(queue: string): Promise<string[]> {
  const QueueUrl = `${running.aws.endpoint}/${running.aws.accountId}/${queue}`;
  const bodies: string[] = [];
  for (;;) {
    const { body } = await running.call('sqs', 'AmazonSQS.ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
    });
    const { Messages = [] } = body as { Messages?: { Body: string; ReceiptHandle: string }[] };
    if (Messages.length === 0) return bodies;
    for (const { Body, ReceiptHandle } of Messages) {
      bodies.push(Body);
      await running.call('sqs', 'AmazonSQS.DeleteMessage', { QueueUrl, ReceiptHandle });
    }
  }
}

describe('an archive', () => {
  test('of a template keeps what its pattern lets in, with a rule that AWS manages', async () => {
    const { events, aws } = running;
    expect(aws.stacks()[0]!.outputs.Arn).toBe(arn('archive/steps-archive'));
    await put(events, 'kept', '2026-01-02T00:00:00Z', '{"n":1,"id":12345678901234567890}');
    await put(events, 'kept', '2026-01-01T00:00:00Z', '{"n":0}');
    await put(events, 'kept', '2026-03-01T00:00:00Z', '{"n":2}');
    await put(events, 'let go', '2026-01-02T00:00:00Z', '{}');
    const described = await events.send(new DescribeArchiveCommand({ ArchiveName: 'steps-archive' }));
    expect(described).toMatchObject({
      ArchiveArn: arn('archive/steps-archive'),
      EventSourceArn: arn('event-bus/steps'),
      Description: 'what was kept',
      EventPattern: '{"source":["kept"]}',
      State: 'ENABLED',
      RetentionDays: 7,
      EventCount: 3,
    });
    expect(described.SizeBytes).toBeGreaterThan(300);
    expect(described.CreationTime).toBeInstanceOf(Date);

    const { Rules } = await events.send(
      new ListRulesCommand({ EventBusName: 'steps', NamePrefix: 'Events-' }),
    );
    expect(Rules).toMatchObject([
      {
        Name: 'Events-Archive-steps-archive',
        ManagedBy: 'prod.vhs.events.aws.internal',
        EventPattern: '{"replay-name":[{"exists":false}],"source":["kept"]}',
      },
    ]);
    const managed = { EventBusName: 'steps', Name: 'Events-Archive-steps-archive' };
    const { Targets } = await events.send(
      new ListTargetsByRuleCommand({ EventBusName: 'steps', Rule: managed.Name }),
    );
    expect(Targets).toMatchObject([{ Arn: `arn:aws:events:${aws.region}:::` }]);
    for (const command of [new DisableRuleCommand(managed), new DeleteRuleCommand(managed)])
      await expect(events.send(command as DeleteRuleCommand)).rejects.toMatchObject({
        name: 'ManagedRuleException',
      });
  });

  test('is replayed to the rules of its bus, in the order of the events, and not archived again', async () => {
    const { events } = running;
    await receiveAll('heard');
    await receiveAll('second');
    const started = await startReplay('january');
    expect(started).toMatchObject({ ReplayArn: arn('replay/january'), State: 'STARTING' });
    expect(started.ReplayStartTime).toBeInstanceOf(Date);
    await ended('january');
    const bodies = await receiveAll('heard');
    expect(bodies.map((body) => (JSON.parse(body) as { detail: { n: number } }).detail.n)).toEqual([0, 1]);
    expect(bodies[1]).toContain('12345678901234567890');
    const originals = running.happened.flatMap((one) =>
      one.kind === 'event-put' && one.event['replay-name'] === undefined ? [one.event] : [],
    );
    for (const body of bodies) {
      const { 'replay-name': replayName, ...event } = JSON.parse(body) as AwsEvent;
      expect(replayName).toBe('january');
      expect(originals).toContainEqual(event);
    }
    expect(await receiveAll('second')).toHaveLength(2);
    expect(running.happened.flatMap((one) => (one.kind === 'replay-changed' ? [one.state] : []))).toEqual([
      'STARTING',
      'RUNNING',
      'COMPLETED',
    ]);
    const { $metadata: _, ...described } = await events.send(
      new DescribeReplayCommand({ ReplayName: 'january' }),
    );
    expect(described).toEqual({
      ReplayName: 'january',
      ReplayArn: arn('replay/january'),
      EventSourceArn: arn('archive/steps-archive'),
      Destination: { Arn: arn('event-bus/steps') },
      State: 'COMPLETED',
      EventStartTime: new Date('2026-01-01T00:00:00Z'),
      EventEndTime: new Date('2026-02-01T00:00:00Z'),
      EventLastReplayedTime: new Date('2026-01-02T00:00:00Z'),
      ReplayStartTime: expect.any(Date),
      ReplayEndTime: expect.any(Date),
    });
    const { EventCount } = await events.send(new DescribeArchiveCommand({ ArchiveName: 'steps-archive' }));
    expect(EventCount).toBe(3);
  });

  test('is replayed to one rule alone, if only that is named', async () => {
    await startReplay('one-rule', {
      Destination: { Arn: arn('event-bus/steps'), FilterArns: [arn('rule/steps/second')] },
    });
    await ended('one-rule');
    expect(await receiveAll('second')).toHaveLength(2);
    expect(await receiveAll('heard')).toEqual([]);
    const { Replays } = await running.events.send(new ListReplaysCommand({ NamePrefix: 'one' }));
    expect(Replays).toMatchObject([{ ReplayName: 'one-rule', State: 'COMPLETED' }]);
    expect((await running.events.send(new ListReplaysCommand({ State: 'FAILED' }))).Replays).toEqual([]);
  });

  test('is made, changed, listed and deleted over the API', async () => {
    const { events } = running;
    const ArchiveName = 'made';
    await expect(
      events.send(
        new CreateArchiveCommand({
          ArchiveName,
          EventSourceArn: arn('event-bus/other'),
          EventPattern: '{"source":"x"}',
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    const made = await events.send(
      new CreateArchiveCommand({ ArchiveName, EventSourceArn: arn('event-bus/other') }),
    );
    expect(made).toMatchObject({ ArchiveArn: arn('archive/made'), State: 'ENABLED' });
    await expect(
      events.send(new CreateArchiveCommand({ ArchiveName, EventSourceArn: arn('event-bus/other') })),
    ).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'Archive made already exists.',
    });
    await put(events, 'anything', '2026-01-01T00:00:00Z', '{}', 'other');
    await events.send(
      new UpdateArchiveCommand({ ArchiveName, EventPattern: '{"source":["some"]}', RetentionDays: 1 }),
    );
    await put(events, 'anything', '2026-01-01T00:00:00Z', '{}', 'other');
    await put(events, 'some', '2026-01-01T00:00:00Z', '{}', 'other');
    expect(await events.send(new DescribeArchiveCommand({ ArchiveName }))).toMatchObject({
      EventCount: 2,
      RetentionDays: 1,
      EventPattern: '{"source":["some"]}',
    });
    const listed = await events.send(new ListArchivesCommand({ EventSourceArn: arn('event-bus/other') }));
    expect(listed.Archives).toMatchObject([{ ArchiveName, EventCount: 2 }]);
    await expect(
      events.send(new ListArchivesCommand({ NamePrefix: 'm', State: 'ENABLED' })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    await events.send(new DeleteArchiveCommand({ ArchiveName }));
    await expect(events.send(new DescribeArchiveCommand({ ArchiveName }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Archive made does not exist.',
    });
    const { Rules } = await events.send(new ListRulesCommand({ EventBusName: 'other' }));
    expect(Rules).toEqual([]);
  });

  test('is not replayed where that makes no sense', async () => {
    const { events } = running;
    const refused = (rest: Partial<StartReplayCommandInput>, name = 'refused') =>
      startReplay(name, rest).then(
        () => 'started',
        (error: Error) => `${error.name}: ${error.message}`,
      );
    expect(await refused({}, 'january')).toBe(
      'ResourceAlreadyExistsException: Replay january already exists.',
    );
    expect(await refused({ EventSourceArn: arn('archive/absent') })).toBe(
      'ValidationException: Parameter EventSourceArn is not valid. Reason: Archive absent does not exist.',
    );
    expect(await refused({ EventSourceArn: arn('event-bus/steps') })).toContain(
      'Must contain an archive ARN.',
    );
    expect(await refused({ Destination: { Arn: arn('event-bus/other') } })).toContain(
      'Cross event bus replay is not permitted.',
    );
    expect(await refused({ Destination: { Arn: arn('event-bus/absent') } })).toBe(
      'ResourceNotFoundException: Event bus absent does not exist.',
    );
    expect(await refused({ EventEndTime: new Date('2025-01-01T00:00:00Z') })).toContain(
      'EventStartTime must be before EventEndTime.',
    );
    expect(
      await refused({
        Destination: { Arn: arn('event-bus/steps'), FilterArns: [arn('rule/steps/absent')] },
      }),
    ).toContain('ResourceNotFoundException');
    await expect(events.send(new CancelReplayCommand({ ReplayName: 'january' }))).rejects.toMatchObject({
      name: 'IllegalStatusException',
    });
    await expect(events.send(new CancelReplayCommand({ ReplayName: 'absent' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Replay absent does not exist.',
    });
  });
});

test('what is archived outlives a kill, and archives and replays outlive a restart', async () => {
  await using directory = await temporaryDirectory();
  const stack = await writePackage(directory.path, 'sample', { Resources: resources });
  const stateDirectory = join(directory.path, 'state');
  const { child, line } = await startProgram('chain-server', [stack, stateDirectory]);
  const { region, credentials } = running.aws;
  const first = new EventBridgeClient({ endpoint: line, region, credentials, maxAttempts: 1 });
  await first.send(new CreateArchiveCommand({ ArchiveName: 'made', EventSourceArn: arn('event-bus/steps') }));
  for (let n = 0; n < 20; n++) await put(first, 'kept', '2026-01-01T00:00:00Z', JSON.stringify({ n }));
  child.kill('SIGKILL');
  await once(child, 'exit');
  first.destroy();

  for (const replay of ['after-kill', undefined]) {
    await using aws = await startLocalAws({ stacks: [stack], stateDirectory, timeScale: 0 });
    const events = new EventBridgeClient({ endpoint: aws.endpoint, region, credentials });
    for (const ArchiveName of ['made', 'steps-archive'])
      expect(await events.send(new DescribeArchiveCommand({ ArchiveName }))).toMatchObject({
        EventCount: 20,
      });
    if (replay) {
      const done = new Promise<void>((resolve) =>
        aws.onEvent((one) => one.kind === 'replay-changed' && one.state === 'COMPLETED' && resolve()),
      );
      await events.send(new StartReplayCommand(replayInput(replay)));
      await done;
    }
    const QueueUrl = `${aws.endpoint}/${aws.accountId}/heard`;
    const { body } = await callJson(aws, 'sqs', 'AmazonSQS.GetQueueAttributes', {
      QueueUrl,
      AttributeNames: ['All'],
    });
    expect(body).toMatchObject({ Attributes: { ApproximateNumberOfMessages: '40' } });
    expect(await events.send(new DescribeReplayCommand({ ReplayName: 'after-kill' }))).toMatchObject({
      State: 'COMPLETED',
    });
    events.destroy();
  }
});

test('an archive of a template rests while its stack is not there, and keeps what it has', async () => {
  await using directory = await temporaryDirectory();
  const stack = await writePackage(directory.path, 'sample', { Resources: resources });
  const stateDirectory = join(directory.path, 'state');
  const { region, credentials } = running.aws;
  const counted: unknown[] = [];
  for (const stacks of [[stack], [], [stack]]) {
    await using aws = await startLocalAws({ stacks, stateDirectory, region });
    const events = new EventBridgeClient({ endpoint: aws.endpoint, region, credentials });
    if (stacks.length > 0) await put(events, 'kept', '2026-01-01T00:00:00Z', '{}');
    counted.push(
      await events.send(new DescribeArchiveCommand({ ArchiveName: 'steps-archive' })).then(
        ({ EventCount }) => EventCount,
        ({ name }: Error) => name,
      ),
    );
    events.destroy();
  }
  expect(counted).toEqual([1, 'ResourceNotFoundException', 2]);
});

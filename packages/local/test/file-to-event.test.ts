import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Activity, type LocalAws, startLocalAws } from '../src/index.ts';
import { functionResources, ruleResources, temporaryDirectory, writePackage } from './packaged-stack.ts';
import { callJson } from './running-aws.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Fn::Sub is written so
const template = {
  AWSTemplateFormatVersion: '2010-09-09',
  Resources: {
    Source: {
      Type: 'AWS::S3::Bucket',
      Properties: { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } },
    },
    Output: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'upper-output' } },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'steps' } },
    Heard: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'heard' } },
    HeardPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Heard' }],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: { 'Fn::GetAtt': ['Heard', 'Arn'] },
              Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['HeardRule', 'Arn'] } } },
            },
          ],
        },
      },
    },
    HeardRule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: ['test.upper-case'], 'detail-type': [{ prefix: 'Step ' }] },
        Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Heard', 'Arn'] }, InputPath: '$.detail' }],
      },
    },
    ...functionResources('Upper', 'upper-case', {
      properties: { Environment: { Variables: { BUS: { Ref: 'Bus' } } } },
      statements: [
        { Effect: 'Allow', Action: ['s3:GetObject'], Resource: { 'Fn::Sub': '${Source.Arn}/in/*' } },
        { Effect: 'Allow', Action: ['s3:PutObject'], Resource: { 'Fn::Sub': '${Output.Arn}/*' } },
        { Effect: 'Allow', Action: 'events:PutEvents', Resource: { 'Fn::GetAtt': ['Bus', 'Arn'] } },
      ],
    }),
    ...ruleResources('Landed', 'Upper', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [{ Ref: 'Source' }] }, object: { key: [{ prefix: 'in/' }] } },
      },
      target: {
        InputTransformer: {
          InputTemplate: {
            'Fn::Sub':
              '{"chain":"shout","output":{"bucket":"${Output}","prefix":"out/"},"event":<aws.events.event.json>}',
          },
        },
      },
    }),
    ...ruleResources('Denied', 'Upper', {
      EventPattern: { source: ['aws.s3'], detail: { object: { key: [{ prefix: 'denied/' }] } } },
      target: {
        InputTransformer: {
          InputTemplate: '{"output":{"bucket":"upper-output","prefix":""},"event":<aws.events.event.json>}',
        },
      },
    }),
  },
  Outputs: { SourceBucket: { Value: { Ref: 'Source' } }, Queue: { Value: { Ref: 'Heard' } } },
};
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Fn::Sub is written so

let state: Awaited<ReturnType<typeof temporaryDirectory>>;
let aws: LocalAws;
let s3: S3Client;
const happened: Activity[] = [];

beforeAll(async () => {
  state = await temporaryDirectory();
  const stack = await writePackage(state.path, 'upper', template, ['upper-case']);
  aws = await startLocalAws({
    stacks: [stack],
    stateDirectory: `${state.path}/state`,
    onEvent: (activity) => happened.push(activity),
  });
  s3 = new S3Client({ endpoint: aws.endpoint, region: aws.region, credentials: aws.credentials });
});

afterAll(async () => {
  s3.destroy();
  await aws.stop();
  await state[Symbol.asyncDispose]();
});

test('an object that lands wakes a function through a rule, which writes an object and an event', async () => {
  const bucket = aws.stacks()[0]!.outputs.SourceBucket!;
  const key = 'in/a "quoted" näme + 100%.txt';
  const completed = next('function-completed');
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'many small streams' }));
  await completed;

  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'upper-output', Key: `out/${key}` }));
  expect(await Body!.transformToString()).toBe('MANY SMALL STREAMS');

  const created = happened.find((one) => one.kind === 'object-event' && one.bucket === bucket);
  const put = happened.find((one) => one.kind === 'event-put');
  expect(put).toMatchObject({
    bus: 'steps',
    source: 'test.upper-case',
    event: { account: aws.accountId, region: aws.region, detail: { chain: 'shout', key: `out/${key}` } },
  });
  expect(created).toMatchObject({ key, reason: 'PutObject', size: 18 });
  expect(put).toHaveProperty('event.detail.root', (created as { eventId: string }).eventId);

  const log = await readFile(aws.logPath('upper'), 'utf8');
  const lines = log.split('\n');
  const [requestId] = /[0-9a-f-]{36}/.exec(lines.find((line) => line.startsWith('START '))!)!;
  expect(lines).toContain(`START RequestId: ${requestId} Version: $LATEST`);
  expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^\\S+Z\t${requestId}\tINFO\twrote out/`)));
  expect(lines).toContain(JSON.stringify({ level: 'INFO', key: `out/${key}` }));
  expect(lines).toContain(`END RequestId: ${requestId}`);
  expect(lines).toContainEqual(
    expect.stringMatching(
      new RegExp(
        `^REPORT RequestId: ${requestId}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 512 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms\t$`,
      ),
    ),
  );
});

test('what a function heard from its bus reaches the next rule', async () => {
  const QueueUrl = aws.stacks()[0]!.outputs.Queue!;
  const { body } = await callJson(aws, 'sqs', 'AmazonSQS.ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 });
  const [message] = (body as { Messages: { Body: string }[] }).Messages;
  expect(JSON.parse(message!.Body)).toMatchObject({ chain: 'shout' });
});

test('a file dropped into the bucket’s folder does the same', async () => {
  const bucket = aws.stacks()[0]!.outputs.SourceBucket!;
  const completed = next('function-completed');
  await mkdir(`${aws.stateDirectory}/s3/${bucket}/in`, { recursive: true });
  await writeFile(`${aws.stateDirectory}/s3/${bucket}/in/dropped.txt`, 'by hand');
  await completed;
  expect(await readFile(`${aws.stateDirectory}/s3/upper-output/out/in/dropped.txt`, 'utf8')).toBe('BY HAND');
});

test('a function may do what its role says, and nothing else', async () => {
  const failed = next('function-failed');
  await s3.send(
    new PutObjectCommand({ Bucket: aws.stacks()[0]!.outputs.SourceBucket!, Key: 'denied/a.txt', Body: 'a' }),
  );
  expect(await failed).toMatchObject({ errorType: 'AccessDenied' });
});

function next(kind: Activity['kind']): Promise<Activity> {
  return new Promise((resolve) => {
    const unlisten = aws.onEvent((activity) => {
      if (activity.kind !== kind) return;
      unlisten();
      resolve(activity);
    });
  });
}

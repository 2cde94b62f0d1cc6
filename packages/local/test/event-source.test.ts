import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { functionResources } from './packaged-stack.ts';
import { type RunningAws, runAws } from './running-aws.ts';

/** Fails what says so at its first coming: alone, or with all of its batch. */
const consumer = `
const { appendFileSync } = require('node:fs');
exports.handler = async ({ Records }) => {
  appendFileSync(process.env.SEEN, JSON.stringify(Records) + '\\n');
  const first = Records.filter(({ attributes }) => attributes.ApproximateReceiveCount === '1');
  if (first.some(({ body }) => body === 'throw')) throw new Error('as asked');
  return { batchItemFailures: first.filter(({ body }) => body === 'fail').map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

let running: RunningAws;
const folder = mkdtempSync(join(tmpdir(), 'tributary-source-'));
const seenPath = join(folder, 'seen');

/** A queue, and the consumer of its messages. */
const consumerOf = (queueName: string, visibilitySeconds: number) => ({
  Inbox: {
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: queueName, VisibilityTimeout: visibilitySeconds },
  },
  ...functionResources('Consumer', '', {
    properties: {
      Code: { ZipFile: consumer },
      Handler: 'index.handler',
      Timeout: 2,
      Environment: { Variables: { SEEN: seenPath } },
    },
    statements: [
      {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: { 'Fn::GetAtt': ['Inbox', 'Arn'] },
      },
    ],
  }),
  Source: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Inbox', 'Arn'] },
      FunctionName: { Ref: 'ConsumerLambdaFunction' },
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  },
});

beforeAll(async () => {
  running = await runAws(consumerOf('inbox', 2));
});
afterAll(async () => {
  await running?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('a function gets the messages of a queue in batches, and those that failed again', async () => {
  const QueueUrl = `${running.aws.endpoint}/${running.aws.accountId}/inbox`;
  const bodies = [...Array.from({ length: 20 }, (_, index) => `message ${index}`), 'fail'];
  for (let at = 0; at < bodies.length; at += 10) {
    const Entries = bodies.slice(at, at + 10).map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
    await running.call('sqs', 'AmazonSQS.SendMessageBatch', { QueueUrl, Entries });
  }
  const batches = async () =>
    (await readFile(seenPath, 'utf8').catch(() => ''))
      .split('\n')
      .filter(Boolean)
      .map(
        (line) =>
          JSON.parse(line) as { body: string; eventSource: string; attributes: Record<string, string> }[],
      );
  const seen = async () =>
    (await batches())
      .flat()
      .map(({ body }) => body)
      .sort();
  await expect.poll(seen, { timeout: 30_000 }).toEqual([...bodies, 'fail'].sort());
  expect((await batches()).length).toBeLessThan(8);
  expect((await batches())[0]![0]).toMatchObject({ eventSource: 'aws:sqs' });

  await running.call('sqs', 'AmazonSQS.SendMessage', { QueueUrl, MessageBody: 'throw' });
  await expect.poll(seen, { timeout: 30_000 }).toEqual([...bodies, 'fail', 'throw', 'throw'].sort());
  const left = async () =>
    (await running.call('sqs', 'AmazonSQS.GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] })).body
      .Attributes;
  await expect
    .poll(left, { timeout: 30_000 })
    .toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
});

test('messages that failed come back at once where time is scaled to nothing', async () => {
  await using quick = await runAws(consumerOf('quick', 900), { timeScale: 0 });
  const QueueUrl = `${quick.aws.endpoint}/${quick.aws.accountId}/quick`;
  await quick.call('sqs', 'AmazonSQS.SendMessage', { QueueUrl, MessageBody: 'throw' });
  await quick.call('sqs', 'AmazonSQS.SendMessage', { QueueUrl, MessageBody: 'fail' });
  const left = async () =>
    (await quick.call('sqs', 'AmazonSQS.GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] })).body
      .Attributes;
  await expect
    .poll(left, { timeout: 60_000 })
    .toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
});

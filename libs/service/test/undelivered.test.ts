import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Activity, startLocalAws } from '@tributary/local';
import { expect, test } from 'vitest';
import { wire } from '../src/deployment/standalone.ts';
import { shout } from './shout-converter.ts';

test('an event that the rule may not deliver is taken by the queue', async ({ onTestFinished }) => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-undelivered-'));
  const { Resources } = wire(
    shout,
    { sourceBucket: 'landing', outputBucket: 'lake', createBuckets: true },
    { bus: 'arn:bus', functionId: 'Closed' },
  ).resources;
  // In place of the function a queue that lets nobody in.
  const { SourceRulePermission: _, ...rest } = Resources;
  const template = join(folder, 'template.json');
  writeFileSync(template, JSON.stringify({ Resources: { ...rest, Closed: { Type: 'AWS::SQS::Queue' } } }));
  const activities: Activity[] = [];
  const aws = await startLocalAws({
    stacks: [{ name: 'undelivered', template }],
    stateDirectory: join(folder, 'state'),
    onEvent: (activity) => activities.push(activity),
  });
  onTestFinished(async () => {
    await aws.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    forcePathStyle: true,
    region: aws.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await s3.send(new PutObjectCommand({ Bucket: 'landing', Key: 'a.txt', Body: 'a\n' }));
  await expect
    .poll(() => activities.filter(({ kind }) => kind === 'dead-lettered'), { timeout: 10_000 })
    .toMatchObject([{ queue: expect.stringContaining('UndeliveredQueue') }]);
});

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { functionResources, ruleResources, temporaryDirectory, writePackage } from './packaged-stack.ts';
import { startProgram } from './server-process.ts';

const resources = {
  Source: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: 'source',
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    },
  },
  Output: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'output' } },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'steps' } },
  ...functionResources('Upper', 'upper-case', {
    properties: { Environment: { Variables: { BUS: { Ref: 'Bus' } } } },
    statements: [{ Effect: 'Allow', Action: ['s3:*', 'events:PutEvents'], Resource: '*' }],
  }),
  ...ruleResources('Landed', 'Upper', {
    EventPattern: { source: ['aws.s3'], detail: { bucket: { name: [{ Ref: 'Source' }] } } },
    target: {
      InputTransformer: {
        InputTemplate: '{"output":{"bucket":"output","prefix":""},"event":<aws.events.event.json>}',
      },
    },
  }),
};

test('every object that was accepted is converted, however often the server is killed', async () => {
  await using directory = await temporaryDirectory();
  const stack = await writePackage(directory.path, 'chain', { Resources: resources }, ['upper-case']);
  const state = join(directory.path, 'state');
  const accepted: string[] = [];
  let server = await start(stack, state);
  for (let round = 0; round < 3; round++) {
    const s3 = new S3Client({
      endpoint: server.endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const puts = Array.from({ length: 15 }, async (_unused, index) => {
      const Key = `${round}-${index}.txt`;
      await s3.send(new PutObjectCommand({ Bucket: 'source', Key, Body: `object ${Key}` }));
      accepted.push(Key);
    });
    // The last ones may not have been answered when the server dies: those are the client's to send again.
    await Promise.any(puts);
    await new Promise((resolve) => setTimeout(resolve, 40 * round));
    server.child.kill('SIGKILL');
    await Promise.allSettled(puts);
    s3.destroy();
    server = await start(stack, state);
  }
  expect(accepted.length).toBeGreaterThan(0);
  const missing = async () => {
    const converted = new Set(await readdir(join(state, 's3/output')));
    return accepted.filter((key) => !converted.has(key));
  };
  await expect.poll(missing, { timeout: 90_000, interval: 100 }).toEqual([]);
  server.child.kill('SIGTERM');
  await once(server.child, 'exit');
}, 120_000);

async function start(stack: string, state: string): Promise<{ child: ChildProcess; endpoint: string }> {
  const { child, line } = await startProgram('chain-server', [stack, state]);
  return { child, endpoint: line };
}

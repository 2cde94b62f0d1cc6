import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, expect, test, vi } from 'vitest';
import type { S3Notification } from '../../src/s3/index.ts';
import { Harness } from './harness.ts';

afterEach(() => vi.restoreAllMocks());

test('a notification that is not taken is told again, before those after it, also after a restart', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const taken: string[] = [];
  let deaf = true;
  const notify = async ({ detail }: S3Notification) => {
    if (deaf) throw new Error('nobody listens');
    taken.push(detail.object.key);
  };
  const harness = await Harness.open({ notify });
  try {
    await harness.s3.createBucket('deaf', { eventBridge: true });
    await harness.s3.createBucket('silent');
    const client = harness.client();
    for (const Key of ['1', '2', '3'])
      await client.send(new PutObjectCommand({ Bucket: 'deaf', Key, Body: Key }));
    await client.send(new PutObjectCommand({ Bucket: 'silent', Key: 'x', Body: 'x' }));
    await harness.until(() => warned.mock.calls.some(([text]) => String(text).includes('nobody listens')));
    expect(taken).toEqual([]);
    await harness.stop();
    deaf = false;
    await harness.start();
    await harness.until(() => taken.length >= 3);
    expect(taken).toEqual(['1', '2', '3']);
    deaf = true;
    await harness.client().send(new PutObjectCommand({ Bucket: 'deaf', Key: '4', Body: '4' }));
    await harness.until(() => warned.mock.calls.length >= 2);
    deaf = false;
    await harness.until(() => taken.length >= 4);
    expect(taken).toEqual(['1', '2', '3', '4']);
  } finally {
    await harness.close();
  }
});

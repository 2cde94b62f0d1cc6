import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type * as z from 'zod';
import { ActivityFeed } from '../../src/activity.ts';
import { FunctionFaults } from '../../src/faults/function-faults.ts';
import { Injection } from '../../src/faults/injection.ts';
import { faultPlanSchema } from '../../src/faults/plan.ts';
import { withS3Faults } from '../../src/faults/s3-faults.ts';
import { Harness } from '../s3/harness.ts';

type Plan = z.input<typeof faultPlanSchema>;

let harness: Harness;
const body = Buffer.alloc(3 * 1024 * 1024, 'abcdefgh');

beforeAll(async () => {
  harness = await Harness.open();
  await harness.s3.createBucket('lake');
  await harness.client().send(new PutObjectCommand({ Bucket: 'lake', Key: 'in', Body: body }));
});
afterAll(() => harness.close());

/** S3 with faults before it, as a function sees it. */
async function faulty(plan: Plan) {
  const injection = new Injection(faultPlanSchema.parse(plan), new ActivityFeed());
  const ended: string[] = [];
  const functions = new FunctionFaults(injection, {
    nameOf: () => 'convert',
    end: (_, why) => ended.push(why),
  });
  const handle = withS3Faults(
    (request, response) => harness.s3.handle(request, response),
    injection,
    functions,
  );
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const s3 = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  onTestFinished(() => {
    s3.destroy();
    server.closeAllConnections();
    server.close();
  });
  const get = (range?: string) => s3.send(new GetObjectCommand({ Bucket: 'lake', Key: 'in', Range: range }));
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: 'lake', Key, Body: 'x' }));
  return { s3, injection, ended, get, put };
}

const isThere = (Key: string) =>
  harness
    .client()
    .send(new HeadObjectCommand({ Bucket: 'lake', Key }))
    .then(
      () => true,
      () => false,
    );

test.each([
  ['internalError', 'InternalError', 500],
  ['slowDown', 'SlowDown', 503],
  ['clockSkew', 'RequestTimeTooSkewed', 403],
])('%s answers with %s and does nothing', async (fault, name, status) => {
  const { put } = await faulty({ s3: { [fault]: 1 } });
  await expect(put(fault)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  expect(await isThere(fault)).toBe(false);
});

test('a full disk takes the body and keeps nothing', async () => {
  const { put } = await faulty({ s3: { diskFull: 1 } });
  await expect(put('full')).rejects.toMatchObject({ name: 'InternalError' });
  expect(await isThere('full')).toBe(false);
});

test('a lost answer is one of a request that was carried out', async () => {
  const { put } = await faulty({ s3: { lostAnswer: 1 } });
  await expect(put('lost')).rejects.toThrow();
  await expect.poll(() => isThere('lost'), { timeout: 30_000 }).toBe(true);
});

test('a body that is reset breaks off', async () => {
  const { get } = await faulty({ s3: { resetBody: 1 } });
  await expect(get().then(({ Body }) => Body!.transformToByteArray())).rejects.toThrow();
});

test('a body that ends early ends as if that were all', async () => {
  const { get } = await faulty({ s3: { shortBody: 1 } });
  // Of a part there is no checksum that would tell.
  const bytes = await (await get('bytes=0-2999999')).Body!.transformToByteArray();
  expect(bytes.length).toBeLessThan(3_000_000);
  expect(Buffer.compare(body.subarray(0, bytes.length), bytes)).toBe(0);
});

test('a body that stalls stays open', async () => {
  const { get } = await faulty({ s3: { stalledBody: 1 } });
  const { Body } = await get();
  const chunks = (Body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  let bytes = 0;
  let stalled = false;
  while (!stalled) {
    const next = await Promise.race([chunks.next(), setTimeout(1_000, undefined)]);
    stalled = next === undefined;
    bytes += next?.value?.length ?? 0;
    expect(next?.done).not.toBe(true);
  }
  expect(bytes).toBeLessThan(body.length);
});

test('a slow body is whole', async () => {
  const { get } = await faulty({ s3: { slowBody: 1 } });
  expect((await (await get()).Body!.transformToByteArray()).length).toBe(body.length);
});

test('a stale HEAD says what the one before said', async () => {
  const { s3 } = await faulty({ seed: 4, s3: { staleHead: 0.5 } });
  const answers = new Set<number>();
  for (let time = 0; time < 20; time++) {
    const answer = s3.send(new HeadObjectCommand({ Bucket: 'lake', Key: 'in' }));
    answers.add(
      await answer.then(
        ({ ContentLength }) => ContentLength!,
        () => -1,
      ),
    );
  }
  expect(answers).toEqual(new Set([body.length, -1]));
});

test('a stale HEAD says nothing of another key, however alike the two would be as paths', async () => {
  const { s3, put } = await faulty({ seed: 4, s3: { staleHead: 0.5 } });
  const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket: 'lake', Key }));
  await put('step-a/../x');
  for (let time = 0; time < 20; time++) {
    await head('step-a/../x').catch(() => undefined);
    await expect(head('step-b/../x')).rejects.toMatchObject({ name: 'NotFound' });
  }
});

test('a function is killed before a request, during it or after it', async () => {
  const { put, ended, injection } = await faulty({ seed: 3, functions: { kill: 1 } });
  let kept = 0;
  for (let index = 0; index < 12; index++) {
    await put(`kill-${index}`).catch(() => undefined);
    if (await isThere(`kill-${index}`)) kept++;
  }
  const struck = Object.fromEntries(injection.struck);
  expect(Object.keys(struck).sort()).toEqual(['kill after', 'kill before', 'kill during']);
  expect(ended.length).toBe(Object.values(struck).reduce((sum, times) => sum + times));
  expect(kept).toBe(12 - injection.struck.get('kill before')!);
});

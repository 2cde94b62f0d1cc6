import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openObjectFile } from '../src/object-file.ts';
import { useCloud } from './cloud.ts';
import type { Fault } from './fault-proxy.ts';

const cloud = await useCloud();

const fault = fc.oneof(
  fc.constant<Fault | undefined>(undefined),
  fc.record({ cutAfter: fc.nat(3000) }),
  fc.record({ stallAfter: fc.nat(3000) }),
  fc.constant<Fault>({ loseAnswer: true }),
);

test('whatever is read where, in whatever order, and whatever breaks on the way, the bytes are the object’s', async () => {
  const body = randomBytes(20_000);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(body.length),
      fc.integer({ min: 300, max: 9000 }),
      fc.integer({ min: 1, max: 5 }),
      fc.nat(3),
      fc.array(fc.tuple(fc.nat(21_000), fc.nat(12_000), fc.boolean()), { maxLength: 12 }),
      fc.array(fault, { maxLength: 3 }),
      async (size, blockBytes, blocks, ahead, reads, faults) => {
        cloud.proxy.fault = undefined;
        const object = await cloud.put('in/file.bin', body.subarray(0, size));
        cloud.proxy.fault = ({ method }) => (method === 'GET' ? faults.shift() : undefined);
        const file = openObjectFile(cloud.clients.s3, object, { blockBytes, blocks, ahead, stallMs: 300 });
        let end = 0;
        const check = async (offset: number, length: number) => {
          const into = new Uint8Array(length);
          const expected = body.subarray(Math.min(offset, size), Math.min(offset + length, size));
          expect(await file.read(offset, into)).toBe(expected.length);
          expect(expected.equals(into.subarray(0, expected.length))).toBe(true);
          end = offset + expected.length;
        };
        for (const [offset, length, follows] of reads) await check(follows ? end : offset, length);
        await Promise.all(reads.map(([offset, length]) => check(offset, length)));
        await file.close();
      },
    ),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 20) },
  );
});

test('a run of reads asks once for each block, and a block that was just read is not asked for again', async () => {
  cloud.proxy.fault = undefined; // the test before may have some left
  const object = await cloud.put('in/run.bin', randomBytes(10_000));
  cloud.proxy.passed.length = 0;
  const file = openObjectFile(cloud.clients.s3, object, { blockBytes: 1000, blocks: 4, ahead: 1 });
  for (let offset = 0; offset < 10_000; offset += 250) await file.read(offset, new Uint8Array(250));
  await file.read(9_500, new Uint8Array(400));
  await file.close();
  // A read of the test before that was given up may come through late.
  const gets = cloud.proxy.passed.filter(({ method, url }) => method === 'GET' && url.includes('run.bin'));
  expect(gets).toHaveLength(10);
});

test('bytes of another version are never read', async () => {
  const object = await cloud.put('in/replaced.bin', randomBytes(5_000));
  const file = openObjectFile(cloud.clients.s3, object, { blockBytes: 1000, blocks: 4 });
  await file.read(0, new Uint8Array(10));
  await cloud.put('in/replaced.bin', randomBytes(5_000));
  await expect(file.read(4_000, new Uint8Array(10))).rejects.toMatchObject({ code: 'input-replaced' });
  await file.close();
});

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openObject } from '../src/object-source.ts';
import { useCloud } from './cloud.ts';
import type { Fault } from './fault-proxy.ts';

const cloud = await useCloud();

const fault = fc.oneof(
  fc.constant<Fault | undefined>(undefined),
  fc.record({ cutAfter: fc.nat(3000) }),
  fc.record({ stallAfter: fc.nat(3000) }),
  fc.constant<Fault>({ loseAnswer: true }),
);

test('whatever the sizes, and whatever breaks on the way, the bytes are the object and in order', async () => {
  const body = randomBytes(20_000);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(body.length),
      fc.integer({ min: 700, max: 9000 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 30_000 }),
      fc.array(fault, { maxLength: 3 }),
      async (size, partBytes, parallel, readBytes, faults) => {
        cloud.proxy.fault = undefined;
        const object = await cloud.put('in/source.bin', body.subarray(0, size));
        cloud.proxy.fault = ({ method }) => (method === 'GET' ? faults.shift() : undefined);
        const source = openObject(cloud.clients.s3, object, { partBytes, parallel, stallMs: 100 });
        const pieces: Buffer[] = [];
        const into = new Uint8Array(readBytes);
        for (let count = await source.read(into); count > 0; count = await source.read(into)) {
          pieces.push(Buffer.from(into.subarray(0, count)));
        }
        await source.close();
        expect(Buffer.concat(pieces).equals(body.subarray(0, size))).toBe(true);
      },
    ),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 20) },
  );
});

test('closing early leaves nothing under way', async () => {
  const object = await cloud.put('in/early.bin', randomBytes(50_000));
  cloud.proxy.fault = () => ({ stallAfter: 10 });
  const source = openObject(cloud.clients.s3, object, { partBytes: 10_000, parallel: 5, stallMs: 60_000 });
  await source.read(new Uint8Array(5));
  await source.close();
});

import { randomFillSync } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BadInput } from '@tributary/codec';
import { expect, onTestFinished, test } from 'vitest';
import { createObject, type WriteSettings } from '../src/object-sink.ts';
import { useCloud } from './cloud.ts';
import { MiB } from './steps.ts';

const cloud = await useCloud();

const objectAt = (key: string, settings: Partial<WriteSettings>, s3 = cloud.clients.s3) =>
  createObject(
    s3,
    { bucket: 'lake', key, contentType: 'text/plain', metadata: {} },
    { partBytes: 5 * MiB, ...settings },
  );

test('two writers at once get an error, and no object', async () => {
  const sink = objectAt('two', { parallel: 1 });
  const first = sink.write(new Uint8Array(11 * MiB));
  await expect(sink.write(new Uint8Array(1))).rejects.toThrow('one at a time');
  await Promise.allSettled([first]);
  await expect(sink.complete({ absent: true })).rejects.toThrow('one at a time');
  await sink.abort();
  expect(await cloud.keys()).not.toContain('two');
  expect(await cloud.unfinishedUploads()).toBe(0);
});

test('more than S3 takes is no matter for a retry', async () => {
  const sink = objectAt('too-large', { maxParts: 2 });
  const error = await sink.write(new Uint8Array(41 * MiB)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BadInput);
  expect(error).toMatchObject({ code: 'output-too-large' });
  await sink.abort();
});

test('longer parts arrive in order, and no short ones are kept for them', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const bodies: WeakRef<ArrayBufferLike>[] = [];
  cloud.s3.middlewareStack.add(
    (next) => (given) => {
      const { Body } = given.input as { Body?: Uint8Array };
      if (Body) bodies.push(new WeakRef(Body.buffer));
      return next(given);
    },
    { step: 'initialize', name: 'bodies' },
  );
  onTestFinished(() => void cloud.s3.middlewareStack.remove('bodies'));
  const shortOnes = () => {
    collect();
    return bodies.filter((body) => body.deref()?.byteLength === 5 * MiB).length;
  };

  const block = randomFillSync(new Uint8Array(5 * MiB));
  // Short are the first 10 of 50 parts: all of them are on their way at once, and a long one after them.
  const sink = objectAt('long', { parallel: 10, maxParts: 50 }, cloud.s3);
  for (let count = 0; count < 16; count++) await sink.write(block);
  expect(bodies.length).toBe(11);
  // An idle connection remembers the last part that it sent.
  cloud.s3.destroy();
  await expect.poll(shortOnes, { timeout: 5_000 }).toBe(0);
  await sink.complete({ absent: true });
  const stored = await cloud.read('long');
  expect(stored.length).toBe(16 * block.length);
  for (let at = 0; at < stored.length; at += block.length) {
    expect(stored.subarray(at, at + block.length).equals(block)).toBe(true);
  }
});

import type { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { parseOptions } from '../../src/options.ts';
import { schemaValidator } from '../../src/validation/schema-validator.ts';
import { validate } from '../../src/validation/validate.ts';
import { memoryIo } from '../fixed-width/memory-io.ts';

const input = `id,name\n${Array.from({ length: 5000 }, (_, i) => `${i},name ${i}\n`).join('')}`;
const options = parseOptions(schemaValidator, {
  schema: { fields: [{ name: 'id', type: 'integer' }, { name: 'name' }] },
});

/** What a validation with two threads throws, and its second thread, which `meet` gets hold of. */
async function fail(given: typeof options, meet: (thread: Worker) => void) {
  let thread: Worker | undefined;
  process.once('worker', (started) => {
    thread = started;
    meet(started);
  });
  const sizes = { block: 4096, cells: 200, sampled: 1, threads: 2 } as const;
  const error: unknown = await validate(memoryIo(input).io, given, sizes).then(
    () => undefined,
    (reason) => reason,
  );
  return { error, thread };
}

test('what is thrown on the second thread fails the validation, and the thread is closed', async () => {
  // What options inherit is there on this thread, and is not posted to the other.
  const { error, thread } = await fail(Object.create(options), () => {});
  expect(error).toBeInstanceOf(TypeError);
  expect((error as Error).stack).toContain('second-thread.worker.ts');
  expect(thread?.threadId).toBe(-1);
});

test.each([
  ['before it is given anything', 'start'],
  ['once it has started', 'ready'],
  ['with batches done', 'done'],
])('a second thread that dies %s fails the validation', async (_, last) => {
  const { error, thread } = await fail(options, (started) => {
    const die = () => void started.terminate();
    if (last === 'start') die();
    else started.on('message', ({ kind }: { kind: string }) => kind === last && die());
  });
  expect(error).toEqual(new Error('the second thread has ended'));
  expect(thread?.threadId).toBe(-1);
});

test('a table that takes more memory than the second thread has is validated without it', async () => {
  const kinds: string[] = [];
  process.once('worker', (started) => {
    started.on('message', ({ kind }: { kind: string }) => kinds.push(kind));
  });
  const sizes = { block: 4096, cells: 200, sampled: 1 };
  const alone = await validate(memoryIo(input).io, options, { ...sizes, threads: 1 });
  const report = await validate(memoryIo(input).io, options, { ...sizes, threads: 2, threadBytes: 65_536 });
  expect(kinds).toEqual(['unable']);
  expect(report).toEqual(alone);
});

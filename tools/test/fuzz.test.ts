import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { fuzzGroups } from '../fuzz/groups.ts';
import { GuardedMemory } from '../fuzz/kernel/guarded-memory.ts';
import { runTarget } from '../fuzz/run-targets.ts';
import type { Target } from '../fuzz/target.ts';
import { twist } from '../fuzz/twist.ts';
import { randomFrom } from '../sample/random.ts';

/** So many inputs of each target: a taste of `npm run fuzz`, which ends whatever they are. */
const inputs: Record<string, number> = { kernel: 60, codec: 6, texts: 60, servers: 60 };

const groups = await Promise.all(
  Object.entries(fuzzGroups).map(async ([name, make]) => [name, await make()] as const),
);
afterAll(() => Promise.all(groups.map(([, { close }]) => close())));

describe.each(groups)('a short fuzz of %s', (group, { members, run }) => {
  test.each(members.map(({ name }) => name))('%s', { timeout: 60_000 }, async (name) => {
    const fared = await run(name, { seed: 3, from: 0, inputs: inputs[group]! });
    expect(fared).toMatchObject({ inputs: inputs[group], found: 0 });
  });
});

describe('what the fuzz finds', () => {
  afterAll(() => {
    for (const index of [0, 1, 2]) rmSync(`.tributary/fuzz/planted-${index}.bin`, { force: true });
  });
  const target = (take: Target['take']): Target => ({ name: 'planted', make: () => Buffer.of(1), take });
  const amount = { seed: 1, from: 0, inputs: 3 };

  test.each([
    ['a crash', () => JSON.parse('{')],
    ['a prototype that was changed', () => void Object.assign(Object.prototype, { planted: 1 })],
  ])('%s', async (_, take) => {
    const fared = await runTarget(target(take), amount);
    Reflect.deleteProperty(Object.prototype, 'planted');
    expect(fared.found).toBeGreaterThan(0);
  });

  test('a write outside of what a call may write', () => {
    const memory = { buffer: new ArrayBuffer(1024) };
    const guard = new GuardedMemory(memory);
    guard.arm();
    new Uint8Array(memory.buffer)[100] = 1;
    guard.check([[90, 101]]);
    expect(() => guard.check([[90, 100]])).toThrow('wrote at 100');
    expect(() => guard.check([[101, 200]])).toThrow('wrote at 100');
  });
});

test('inputs hang on seed and index alone', async () => {
  const made: string[] = [];
  const target: Target = {
    name: 'made',
    make: (random) => Buffer.from(JSON.stringify(twist(random, { a: [1, 'x', { b: null }] }))),
    take: (input) => void made.push(input.toString()),
  };
  await runTarget(target, { seed: 5, from: 0, inputs: 40 });
  const first = made.splice(0);
  await runTarget(target, { seed: 5, from: 20, inputs: 20 });
  expect(made).toEqual(first.slice(20));
  expect(new Set(first).size).toBeGreaterThan(10);
  expect(randomFrom(5)()).toBe(randomFrom(5)());
});

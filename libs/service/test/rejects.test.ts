import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { useCloud } from './cloud.ts';
import type { Fault, Passing } from './fault-proxy.ts';
import { lines, MiB, plain, stepsIn } from './steps.ts';

const cloud = await useCloud();
const { step, outcomes, last, rejectsOf } = stepsIn(cloud);

/** Rejects a file with more than one bad row. */
const strict = { ...plain, rejects: { maxRejects: 1 } };

/** Something happens once, before the first request of a kind gets through. */
function beforeFirst(method: string, part: string, before: () => Promise<unknown>) {
  let once = false;
  cloud.proxy.fault = (passing: Passing): Fault | undefined => {
    if (passing.method !== method || !passing.url.includes(part) || once) return undefined;
    once = true;
    return { before };
  };
}

const recordsOf = async (key: string) =>
  gunzipSync(await cloud.read(key))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).record);

describe('the rejects of an input', () => {
  test('are in no other input’s way', async () => {
    await step(await cloud.put('in/twin.txt', 'bad 1\nbad 2\ngood\n'), '0A', { options: strict });
    expect(outcomes().at(-1)).toBe('Step Rejected: too-many-rejects');
    const first = last().quarantine;
    await step(await cloud.put('in/twin.csv', 'bad 3\ngood\ngood\n'), '0B', { options: plain });
    expect(last()).toMatchObject({ outcome: 'completed', rows: 2, rejectedRows: 1 });
    expect(await recordsOf(first.key)).toEqual(['bad 1', 'bad 2']);
    expect(await recordsOf(last().quarantine.key)).toEqual(['bad 3']);
  });

  test('are gone once it is mended', async () => {
    await step(await cloud.put('in/mended.txt', 'bad\ngood\n'), '0A', { options: plain });
    expect(await rejectsOf('mended.txt')).toHaveLength(1);
    await step(await cloud.put('in/mended.txt', 'good\ngood\n'), '0B', { options: plain });
    expect(await rejectsOf('mended.txt')).toEqual([]);
  });

  test('are those of the options that stand, back and forth', async () => {
    const input = await cloud.put('in/options.txt', 'bad\nworse\n');
    for (const [refuse, records] of [
      ['bad', ['bad']],
      ['worse', ['worse']],
      ['bad', ['bad']],
      ['none', []],
    ] as const) {
      await step(input, '0A', { options: { ...plain, refuse } });
      const keys = await rejectsOf('options.txt');
      expect((await Promise.all(keys.map(recordsOf))).flat()).toEqual(records);
      expect(last().quarantine?.key).toBe(keys[0]);
    }
  });

  test('that cannot be removed fail no finished step, and are removed when the event comes again', async () => {
    await step(await cloud.put('in/stuck.txt', 'bad\ngood\n'), '0A', { options: plain });
    const fixed = await cloud.put('in/stuck.txt', 'good\ngood\n');
    cloud.proxy.fault = ({ method }) =>
      method === 'DELETE' ? { before: () => Promise.reject(new Error('broken')) } : undefined;
    await step(fixed, '0B', { options: plain });
    expect(last()).toMatchObject({ outcome: 'completed', rows: 2 });
    expect(await rejectsOf('stuck.txt')).toHaveLength(1);
    cloud.proxy.fault = undefined;
    await step(fixed, '0B', { options: plain });
    expect(last()).toMatchObject({ outcome: 'repeated', rows: 2 });
    expect(await rejectsOf('stuck.txt')).toEqual([]);
  });

  test('that are being removed in silence do not outlast the deadline', async () => {
    await step(await cloud.put('in/silent.txt', 'bad\ngood\n'), '0A', { options: plain });
    const fixed = await cloud.put('in/silent.txt', 'good\ngood\n');
    cloud.proxy.fault = ({ method }) => (method === 'DELETE' ? { silence: true } : undefined);
    await expect(step(fixed, '0B', { options: plain, left: 1_500 })).rejects.toMatchObject({
      code: 'deadline',
    });
    cloud.proxy.fault = undefined;
    await step(fixed, '0B', { options: plain });
    expect(last()).toMatchObject({ outcome: 'repeated', rows: 2 });
  });

  test('stand as long as its output does: a newer version that is rejected leaves them alone', async () => {
    const good = await cloud.put('in/newer.txt', 'bad 1\ngood\ngood\n', 'versions');
    await step(good, '0A', { options: plain });
    const { quarantine } = last();
    const hopeless = await cloud.put('in/newer.txt', 'bad 2\nbad 3\nbad 4\n', 'versions');
    await step(hopeless, '0B', { options: strict });
    expect(outcomes().at(-1)).toBe('Step Rejected: too-many-rejects');
    expect(last().quarantine.key).not.toBe(quarantine.key);
    await step(good, '0A', { options: plain });
    expect(last()).toMatchObject({ outcome: 'repeated', quarantine });
    expect(await recordsOf(quarantine.key)).toEqual(['bad 1']);
  });

  test('of a multipart output are found again', async () => {
    const input = await cloud.put('in/large.txt', `bad\n${lines(6 * MiB)}`);
    await step(input, '0A', { options: plain, write: { partBytes: 5 * MiB } });
    const { quarantine } = last();
    await step(input, '0A', { options: plain });
    expect(last()).toMatchObject({ outcome: 'repeated', rejectedRows: 1, quarantine });
  });
});

describe('a file that is found bad', () => {
  test('after a newer version was done is superseded, and leaves no rejects', async () => {
    const old = await cloud.put('in/late.txt', 'bad\nbad\ngood\n', 'versions');
    const young = await cloud.put('in/late.txt', 'good\n', 'versions');
    beforeFirst('GET', 'late.txt', () => step(young, '0B', { options: plain }));
    await step(old, '0A', { options: strict });
    expect(last()).toMatchObject({ outcome: 'superseded', outcomeReason: 'newer-output' });
    expect(await rejectsOf('late.txt')).toEqual([]);
  });

  test('since it was deleted after another delivery was done is told again', async () => {
    const input = await cloud.put('in/gone.txt', 'bad\ngood\n');
    beforeFirst('GET', 'gone.txt', async () => {
      await step(input, '0A', { options: plain });
      await cloud.remove('landing', 'in/gone.txt');
    });
    await step(input, '0A', { options: plain });
    expect(last()).toMatchObject({ outcome: 'repeated', rows: 1, rejectedRows: 1, quarantine: { rows: 1 } });
  });

  test('and was rejected before is superseded once mended, and takes its rejects along', async () => {
    const old = await cloud.put('in/again.txt', 'bad\nbad\n', 'versions');
    await step(old, '0A', { options: strict });
    await step(await cloud.put('in/again.txt', 'good\n', 'versions'), '0B', { options: strict });
    await step(old, '0A', { options: strict });
    expect(last()).toMatchObject({ outcome: 'superseded' });
    expect(await rejectsOf('again.txt')).toEqual([]);
  });
});

test('a race that is lost leaves no rejects', async () => {
  const old = await cloud.put('in/race.txt', 'bad\nold\n', 'versions');
  const young = await cloud.put('in/race.txt', 'bad\nyoung\n', 'versions');
  beforeFirst('PUT', 'race.loud', () => step(young, '0B', { options: plain }));
  await step(old, '0A', { options: plain });
  expect(last()).toMatchObject({ outcome: 'superseded' });
  expect(await rejectsOf('race.txt')).toHaveLength(1);
  await step(young, '0B', { options: plain });
  expect(last()).toMatchObject({
    outcome: 'repeated',
    quarantine: { key: (await rejectsOf('race.txt'))[0] },
  });
});

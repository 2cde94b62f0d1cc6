import type { ObjectRef } from '@tributary/events';
import { describe, expect, test } from 'vitest';
import { useCloud } from './cloud.ts';
import type { Fault, Passing } from './fault-proxy.ts';
import { shelved, shelvesIn } from './shelves.ts';

const cloud = await useCloud();
const { step, standing, manifestOf, last } = shelvesIn(cloud);

type Stage = (passing: Passing) => boolean;

const isManifest: Stage = ({ method, url }) => method === 'PUT' && url.includes('/_manifests/');
const isCompletion: Stage = ({ method, url }) => method === 'POST' && url.includes('uploadId');
const isRemoval: Stage = ({ method, url }) =>
  method === 'DELETE' && /letter(=|%3D)/.test(url) && !url.includes('uploadId');
const isEvent: Stage = ({ headers }) => headers['x-amz-target'] === 'AWSEvents.PutEvents';

/** The requests by which an output of several objects is committed, in order: which, and the how manieth. */
const stages: [string, Stage, number][] = [
  ['the manifest', isManifest, 1],
  ['the first file is there', isCompletion, 1],
  ['the second file is there', isCompletion, 2],
  ['what is no more is removed', isRemoval, 1],
  ['the manifest is done', isManifest, 2],
  ['its event', isEvent, 2],
];

/** At a stage something happens first; with `down`, nothing gets through after that. */
function at(
  stage: Stage,
  count: number,
  { before, down = false }: { before?: () => Promise<unknown>; down?: boolean },
): void {
  const fall = { before: () => Promise.reject(new Error('down')) };
  let seen = 0;
  let fallen = false;
  cloud.proxy.fault = (passing): Fault | undefined => {
    if (fallen) return fall;
    if (!stage(passing) || ++seen !== count) return undefined;
    if (before === undefined) {
      fallen = down;
      return fall;
    }
    return {
      async before() {
        await before();
        fallen = down;
      },
    };
  };
}

describe('a writer that falls before', () => {
  test.each(stages)(
    '%s leaves it to the retry, which ends as if nothing had been',
    async (what, stage, count) => {
      const name = what.replaceAll(' ', '-');
      await step(await cloud.put(`in/${name}.txt`, 'a\nb\n!c\n'), '0A');
      const input = await cloud.put(`in/${name}.txt`, 'bb\nd\ne\n');
      at(stage, count, { down: true });
      await expect(step(input, '0B', {}, { left: 6_000 })).rejects.toMatchObject({ name: 'Transient' });
      cloud.proxy.fault = undefined;
      await step(input, '0B');
      expect(last()).toMatchObject({ rows: 3, rejectedRows: 0 });
      expect(last().outputs.map(({ key }: ObjectRef) => key)).toEqual([
        `out/letter=b/${name}.shelf`,
        `out/letter=d/${name}.shelf`,
        `out/letter=e/${name}.shelf`,
      ]);
      const expected = shelved(name, { 'letter=b/': 'bb\n', 'letter=d/': 'd\n', 'letter=e/': 'e\n' });
      expect(await standing(name)).toEqual(expected);
    },
  );

  test.each(stages.slice(0, 5))('%s leaves nothing to a newer input either', async (what, stage, count) => {
    const name = `newer-${what.replaceAll(' ', '-')}`;
    await step(await cloud.put(`in/${name}.txt`, 'a\nb\n'), '0A');
    const second = await cloud.put(`in/${name}.txt`, 'bb\nd\ne\n');
    at(stage, count, { down: true });
    await expect(step(second, '0B', {}, { left: 6_000 })).rejects.toThrow();
    cloud.proxy.fault = undefined;
    await step(await cloud.put(`in/${name}.txt`, 'z\n'), '0C');
    // A schema of work that never came to its manifest is kept for its retry.
    const left = Object.entries(await standing(name)).filter(([key]) => !key.startsWith('_schemas'));
    expect(Object.fromEntries(left)).toEqual(shelved(name, { 'letter=z/': 'z\n' }, false));
  });
});

describe('a writer that is overtaken by a newer one before', () => {
  const versions = async (name: string) =>
    [
      await cloud.put(`in/${name}.txt`, 'a\nb\n', 'versions'),
      await cloud.put(`in/${name}.txt`, 'bb\nd\ne\n', 'versions'),
      await cloud.put(`in/${name}.txt`, 'd!\nz\n', 'versions'),
    ] as const;
  const newest = (name: string) => shelved(name, { 'letter=d/': 'd!\n', 'letter=z/': 'z\n' });

  test.each(stages.slice(0, 5))('%s gives way, and leaves nothing', async (what, stage, count) => {
    const name = `overtaken-${what.replaceAll(' ', '-')}`;
    const [first, second, third] = await versions(name);
    await step(first, '0A');
    at(stage, count, { before: () => step(third, '0C') });
    const unfinished = await cloud.unfinishedUploads();
    await step(second, '0B');
    expect(last()).toMatchObject({ outcome: 'superseded', outcomeReason: 'newer-output' });
    expect(await standing(name)).toEqual(newest(name));
    await step(third, '0C');
    expect(last()).toMatchObject({ outcome: 'repeated', rows: 2 });
    expect(await cloud.unfinishedUploads()).toBe(unfinished);
  });

  test('its files, and falls having written one of them, leaves nothing once it is tried again', async () => {
    const [first, second, third] = await versions('straggler');
    await step(first, '0A');
    at(isCompletion, 1, { before: () => step(third, '0C'), down: true });
    await expect(step(second, '0B', {}, { left: 6_000 })).rejects.toThrow();
    cloud.proxy.fault = undefined;
    expect(Object.keys(await standing('straggler'))).not.toEqual(Object.keys(newest('straggler')));
    await step(second, '0B');
    expect(last()).toMatchObject({ outcome: 'superseded' });
    expect(await standing('straggler')).toEqual(newest('straggler'));
  });
});

test('ten deliveries of one event end as one output, each with an outcome', async () => {
  const input = await cloud.put('in/race.txt', 'a\nb\n!c\nd\n');
  const unfinished = await cloud.unfinishedUploads();
  const summaries = await Promise.all(Array.from({ length: 10 }, () => step(input, '0A')));
  for (const { outcome, outputs } of summaries) {
    expect(['completed', 'repeated']).toContain(outcome);
    expect(outputs).toHaveLength(3);
  }
  const expected = shelved('race', { 'letter=a/': 'a\n', 'letter=b/': 'b\n', 'letter=d/': 'd\n' });
  expect(await standing('race')).toEqual({ ...expected, '_rejects/race.txt.ID.jsonl.gz': '' });
  expect(await manifestOf('race')).toMatchObject({ state: 'done' });
  expect(await cloud.unfinishedUploads()).toBe(unfinished);
});

test('of versions that race, the newest stands in the end', async () => {
  const inputs: ObjectRef[] = [];
  for (let index = 0; index < 5; index++) {
    inputs.push(await cloud.put('in/versions.txt', `${'abcde'[index]}\nx${index}\n`, 'versions'));
  }
  await Promise.allSettled(inputs.map((input, index) => step(input, `0${index}`)));
  // As Lambda does with what failed under contention.
  for (const [index, input] of inputs.entries()) await step(input, `0${index}`);
  expect(await standing('versions')).toEqual(
    shelved('versions', { 'letter=e/': 'e\n', 'letter=x/': 'x4\n' }),
  );
});

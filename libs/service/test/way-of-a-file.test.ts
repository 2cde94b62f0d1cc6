import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectRef } from '@tributary/events';
import { describe, expect, test } from 'vitest';
import { Transient } from '../src/errors.ts';
import { type ServeSettings, serve } from '../src/serve.ts';
import { useCloud } from './cloud.ts';
import { createdEvent, envelopeOf } from './events.ts';
import { shout } from './shout-converter.ts';

const MiB = 1024 * 1024;
const cloud = await useCloud();

const context = (milliseconds = 60_000) => {
  const end = Date.now() + milliseconds;
  return {
    awsRequestId: randomUUID(),
    functionName: 'shout',
    getRemainingTimeInMillis: () => end - Date.now(),
  };
};

/** Invokes a handler of its own, as Lambda would for one event. */
async function step(
  input: ObjectRef,
  sequencer = '0A',
  {
    options = {},
    version = '1.0.0',
    left,
    ...settings
  }: ServeSettings & { options?: object; version?: string; left?: number } = {},
) {
  const handler = serve(shout, { version }, { clients: cloud.clients, bus: cloud.bus, ...settings });
  const payload = envelopeOf(createdEvent(input, sequencer), {
    sourcePrefix: 'in/',
    options: { ...options },
  });
  return await handler(payload, context(left));
}

const plain = { output: { compression: 'none' } };
const lines = (bytes: number) => 'the quick brown fox jumps\n'.repeat(Math.ceil(bytes / 26));
const outcomes = () =>
  cloud
    .told()
    .map(({ type, detail }) => [type, detail.outcome ?? detail.report?.code].filter(Boolean).join(': '));

describe('a file', () => {
  test('ends as one object, and its way as two events', async () => {
    const input = await cloud.put('in/2023/a.txt', 'one\ntwo\n');
    const summary = await step(input);
    expect(summary).toMatchObject({ outcome: 'completed', outputs: ['s3://lake/out/2023/a.loud.gz'] });
    expect(gunzipSync(await cloud.read('out/2023/a.loud.gz')).toString()).toBe('ONE\nTWO\n');
    expect(outcomes()).toEqual(['Step Started', 'Step Completed: completed']);
    const { etag, bytes } = await cloud.head('out/2023/a.loud.gz');
    expect(cloud.told()[1]?.detail).toMatchObject({
      chain: 'chain',
      step: 'step',
      hop: 1,
      input,
      rows: 2,
      rejectedRows: 0,
      outputs: [
        {
          bucket: 'lake',
          key: 'out/2023/a.loud.gz',
          etag,
          bytes,
          rows: 2,
          mediaType: 'text/plain',
          compression: 'gzip',
        },
      ],
    });
  });

  test('of many parts arrives byte for byte, by parallel reads and a multipart upload', async () => {
    const text = lines(23 * MiB);
    await step(await cloud.put('in/large.txt', text), '0A', {
      options: plain,
      read: { partBytes: MiB, parallel: 4 },
      write: { partBytes: 5 * MiB, parallel: 3 },
    });
    expect((await cloud.read('out/large.loud')).equals(Buffer.from(text.toUpperCase()))).toBe(true);
    expect((await cloud.head('out/large.loud')).etag).toMatch(/-5$/);
    const reads = cloud.proxy.passed.filter(
      ({ method, url }) => method === 'GET' && url.includes('large.txt'),
    );
    expect(reads.length).toBe(24);
    expect(reads.every(({ headers }) => headers['if-match'])).toBe(true);
    expect(await cloud.unfinishedUploads()).toBe(0);
  });

  test('that is empty is an empty table', async () => {
    await step(await cloud.put('in/empty.txt', ''), '0A', { options: plain });
    expect((await cloud.read('out/empty.loud')).length).toBe(0);
  });

  test('with a name that needs care keeps it', async () => {
    const name = 'ü "x" <y>+%41 z/&=?.txt';
    await step(await cloud.put(`in/${name}`, 'a\n'), '0A', { options: plain });
    expect((await cloud.read(`out/${name.replace('.txt', '.loud')}`)).toString()).toBe('A\n');
  });

  test('that is a folder marker is skipped', async () => {
    await step(await cloud.put('in/folder/', ''));
    expect(outcomes()).toEqual(['Step Started', 'Step Completed: skipped']);
    expect(cloud.told()[1]?.detail).toMatchObject({ outcomeReason: 'folder-marker', outputs: [] });
  });
});

describe('asked again', () => {
  test('a small file is not read again, and told again with all that is known', async () => {
    const input = await cloud.put('in/again.txt', 'one\nbad\n');
    await step(input);
    const first = cloud.told()[1]?.detail;
    cloud.proxy.passed.length = 0;
    await step(input);
    expect(outcomes()).toEqual(['Step Started', 'Step Completed: repeated']);
    const { outcome: _1, timings: _2, runId: _3, parentId: _4, ...again } = cloud.told()[1]!.detail;
    expect(first).toMatchObject(again);
    expect(again).toMatchObject({ rows: 1, rejectedRows: 1, quarantine: { rows: 1 } });
    expect(
      cloud.proxy.passed.some(
        ({ method, url }) => method === 'GET' || (url.includes('lake') && method === 'PUT'),
      ),
    ).toBe(false);
  });

  test('a large one is counted again, but not written', async () => {
    const input = await cloud.put('in/again-large.txt', lines(6 * MiB));
    await step(input, '0A', { options: plain, write: { partBytes: 5 * MiB } });
    const first = cloud.told()[1]?.detail;
    cloud.proxy.passed.length = 0;
    await step(input, '0A', { options: plain });
    const { outcome, rows, outputs } = cloud.told()[1]!.detail;
    expect({ outcome, rows, outputs }).toEqual({
      outcome: 'repeated',
      rows: first.rows,
      outputs: first.outputs,
    });
    expect(cloud.proxy.passed.some(({ method }) => method === 'PUT')).toBe(false);
  });

  test('by a new version or with other options, the work is done again', async () => {
    const input = await cloud.put('in/new-version.txt', 'a\nb\n');
    await step(input, '0A', { options: plain });
    await step(input, '0A', { options: plain, version: '1.0.1' });
    await step(input, '0A', { options: { ...plain, refuse: 'b' } });
    expect(outcomes().filter((outcome) => outcome !== 'Step Started')).toEqual(
      Array(3).fill('Step Completed: completed'),
    );
    expect((await cloud.read('out/new-version.loud')).toString()).toBe('A\n');
  });
});

describe('out of order', () => {
  test('an older input never replaces the output of a newer one', async () => {
    const old = await cloud.put('in/order.txt', 'old\n');
    const young = await cloud.put('in/order.txt', 'young\n');
    await step(young, '0B', { options: plain });
    await step(old, '0A', { options: plain });
    expect(outcomes().at(-1)).toBe('Step Completed: superseded');
    expect((await cloud.read('out/order.loud')).toString()).toBe('YOUNG\n');
  });

  test('an input that was overwritten leaves the work to its successor', async () => {
    const old = await cloud.put('in/replaced.txt', 'old\n');
    await cloud.put('in/replaced.txt', 'young\n');
    await step(old, '0A');
    expect(outcomes().at(-1)).toBe('Step Completed: superseded');
    expect(cloud.told().at(-1)?.detail.outcomeReason).toBe('newer-input');
    expect(await cloud.keys()).not.toContain('out/replaced.loud.gz');
  });

  test('an input overwritten half way through its reading mixes no bytes', async () => {
    const old = await cloud.put('in/midway.txt', lines(8 * MiB));
    let reads = 0;
    cloud.proxy.fault = ({ method, url }) => {
      if (method !== 'GET' || !url.includes('midway')) return undefined;
      return ++reads === 4
        ? { before: () => cloud.put('in/midway.txt', lines(8 * MiB).toUpperCase()) }
        : undefined;
    };
    await step(old, '0A', {
      options: plain,
      read: { partBytes: MiB, parallel: 2 },
      write: { partBytes: 5 * MiB },
    });
    expect(outcomes().at(-1)).toBe('Step Completed: superseded');
    expect(await cloud.keys()).not.toContain('out/midway.loud');
    expect(await cloud.unfinishedUploads()).toBe(0);
  });

  test('an input that was deleted is rejected', async () => {
    const input = await cloud.put('in/gone.txt', 'x\n');
    await cloud.remove('landing', 'in/gone.txt');
    await step(input);
    expect(outcomes().at(-1)).toBe('Step Rejected: input-gone');
  });

  test('of two inputs with one output key, the second is rejected', async () => {
    await step(await cloud.put('in/twin.txt', 'a\n'), '0A', { options: plain });
    await step(await cloud.put('in/twin.csv', 'b\n'), '0B', { options: plain });
    expect(outcomes().at(-1)).toBe('Step Rejected: output-taken');
    expect((await cloud.read('out/twin.loud')).toString()).toBe('A\n');
  });

  test('what we did not write is replaced, if it is still the same', async () => {
    await cloud.s3.send(
      new PutObjectCommand({
        Bucket: 'lake',
        Key: 'out/foreign.loud',
        Body: 'foreign',
      }),
    );
    await step(await cloud.put('in/foreign.txt', 'a\n'), '0A', { options: plain });
    expect((await cloud.read('out/foreign.loud')).toString()).toBe('A\n');
  });
});

describe('racing', () => {
  test('ten deliveries of one event end as one object, each with an outcome', async () => {
    const input = await cloud.put('in/race.txt', 'a\nbad\n');
    const summaries = await Promise.all(
      Array.from({ length: 10 }, () => step(input, '0A', { options: plain })),
    );
    const told = summaries.map(({ outcome }) => outcome).sort();
    expect(told).toEqual(['completed', ...Array(9).fill('repeated')]);
    expect((await cloud.read('out/race.loud')).toString()).toBe('A\n');
    expect(await cloud.keys()).toContain('out/_rejects/race.rejects.jsonl.gz');
  });

  test('of versions that race, the newest stands in the end', async () => {
    const name = 'in/versions.txt';
    const inputs = [];
    for (let index = 0; index < 6; index++) {
      const input = await cloud.put(name, `version ${index}\n`);
      inputs.push({ input, sequencer: `0${index}` });
    }
    // Only the last can still be read here, so the others' reads end as superseded, whoever is first.
    await Promise.all(
      inputs.reverse().map(({ input, sequencer }) => step(input, sequencer, { options: plain })),
    );
    expect((await cloud.read('out/versions.loud')).toString()).toBe('VERSION 5\n');
  });

  test('where versions are kept, each can be read, and the newest still stands in the end', async () => {
    const inputs: ObjectRef[] = [];
    for (let index = 0; index < 6; index++) {
      inputs.push(await cloud.put('in/kept.txt', `version ${index}\n`, 'versions'));
    }
    const shuffled = inputs
      .map((input, index) => ({ input, sequencer: `0${index}` }))
      .sort((a, b) => (a.input.etag < b.input.etag ? -1 : 1));
    await Promise.all(shuffled.map(({ input, sequencer }) => step(input, sequencer, { options: plain })));
    expect((await cloud.read('out/kept.loud')).toString()).toBe('VERSION 5\n');
    const told = cloud.told().filter(({ type }) => type === 'Step Completed');
    expect(told.length).toBe(6);
    for (const { detail } of told) expect(['completed', 'superseded']).toContain(detail.outcome);
  });

  test('one that finished while we uploaded is found by the condition', async () => {
    const input = await cloud.put('in/late.txt', 'mine\n');
    let first = true;
    cloud.proxy.fault = ({ method, url }) => {
      if (method !== 'PUT' || !url.includes('late.loud') || !first) return undefined;
      first = false;
      return { before: () => step(input, '0A', { options: plain }) };
    };
    const { outcome } = await step(input, '0A', { options: plain });
    expect(outcome).toBe('repeated');
    expect((await cloud.read('out/late.loud')).toString()).toBe('MINE\n');
  });

  test('a write whose answer was lost is recognised as our own', async () => {
    const input = await cloud.put('in/lost.txt', 'mine\n');
    let lost = 0;
    cloud.proxy.fault = ({ method, url }) =>
      method === 'PUT' && url.includes('lost.loud') && lost++ === 0 ? { loseAnswer: true } : undefined;
    await step(input, '0A', { options: plain });
    expect(lost).toBeGreaterThan(1);
    expect(outcomes().at(-1)).toBe('Step Completed: repeated');
  });
});

describe('bad input', () => {
  test('in single rows goes to quarantine, under a name that tables leave out', async () => {
    await step(await cloud.put('in/rows.txt', 'good\nbad\nfine\n'), '0A', { options: plain });
    const { quarantine, rejectedRows } = cloud.told()[1]!.detail;
    expect({ key: quarantine.key, rows: quarantine.rows, rejectedRows }).toEqual({
      key: 'out/_rejects/rows.rejects.jsonl.gz',
      rows: 1,
      rejectedRows: 1,
    });
    const rejects = gunzipSync(await cloud.read(quarantine.key))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rejects).toEqual([
      { line: 2, byte: 5, code: 'refused', message: 'A word is refused', record: 'bad' },
    ]);
  });

  test('leaves no quarantine file behind once it is mended', async () => {
    await step(await cloud.put('in/mended.txt', 'bad\ngood\n'), '0A', { options: plain });
    expect(await cloud.keys()).toContain('out/_rejects/mended.rejects.jsonl.gz');
    await step(await cloud.put('in/mended.txt', 'good\ngood\n'), '0B', { options: plain });
    expect(await cloud.keys()).not.toContain('out/_rejects/mended.rejects.jsonl.gz');
  });

  test('as a whole rejects the file, keeps its rejects and writes no output', async () => {
    await step(await cloud.put('in/poison.txt', `bad\n${lines(6 * MiB)}poison\n`), '0A', {
      options: plain,
      write: { partBytes: 5 * MiB },
    });
    expect(outcomes()).toEqual(['Step Started', 'Step Rejected: poisoned']);
    const { quarantine, report, rejectedRows } = cloud.told()[1]!.detail;
    expect({ rejectedRows, rows: quarantine.rows }).toEqual({ rejectedRows: 1, rows: 1 });
    expect(report.where).toEqual({ line: Math.ceil((6 * MiB) / 26) + 2 });
    expect(quarantine.bytes).toBeGreaterThan(0);
    const keys = await cloud.keys();
    expect(keys).toContain('out/_rejects/poison.rejects.jsonl.gz');
    expect(keys).not.toContain('out/poison.loud');
    expect(await cloud.unfinishedUploads()).toBe(0);
  });

  test('past a threshold rejects the file', async () => {
    await step(await cloud.put('in/many.txt', 'bad\nbad\ngood\n'), '0A', {
      options: { rejects: { maxRejects: 1 } },
    });
    expect(outcomes().at(-1)).toBe('Step Rejected: too-many-rejects');
  });

  test.each([
    ['that the schema refuses', { nope: 1 }, 'invalid-options'],
    ['of the wrong type', { refuse: 7 }, 'invalid-options'],
  ])('options %s reject the file before it is read', async (_name, options, code) => {
    await step(await cloud.put('in/options.txt', 'x\n'), '0A', { options });
    expect(outcomes()).toEqual(['Step Started', `Step Rejected: ${code}`]);
    expect(cloud.proxy.passed.some(({ method }) => method === 'GET')).toBe(false);
  });

  test('an output that would be its own input is refused', async () => {
    const handler = serve(
      { ...shout, output: { extension: '.txt', mediaType: 'text/plain' } },
      { version: '1' },
      { clients: cloud.clients, bus: cloud.bus },
    );
    const input = await cloud.put('in/self.txt', 'x\n');
    const payload = {
      ...envelopeOf(createdEvent(input, '0A'), { options: plain }),
      output: { bucket: 'landing', prefix: '' },
    };
    await handler(payload, context());
    expect(outcomes().at(-1)).toBe('Step Rejected: output-is-input');
  });

  test('a payload that is no envelope is thrown, for Lambda to keep', async () => {
    const handler = serve(shout, { version: '1' }, { clients: cloud.clients, bus: cloud.bus });
    await expect(handler({ Records: [] }, context())).rejects.toMatchObject({ code: 'bad-envelope' });
    expect(cloud.told()).toEqual([]);
  });
});

describe('a bad network', () => {
  const reads = { partBytes: MiB, parallel: 3, stallMs: 150 };

  test('stalled, cut and short bodies are asked for again, from where they stopped', async () => {
    const text = lines(5 * MiB);
    const input = await cloud.put('in/network.txt', text);
    let count = 0;
    cloud.proxy.fault = ({ method, url }) => {
      if (method !== 'GET' || !url.includes('network.txt')) return undefined;
      return [{ stallAfter: 1000 }, { cutAfter: 500_000 }, undefined, { stallAfter: 0 }][count++];
    };
    await step(input, '0A', { options: plain, read: reads });
    expect((await cloud.read('out/network.loud')).toString()).toBe(text.toUpperCase());
    const ranges = cloud.proxy.passed.map(({ headers }) => headers.range).filter(Boolean);
    expect(ranges).toContain('bytes=1000-1048575');
  });

  test('a body that never comes fails the invocation, and leaves nothing', async () => {
    const input = await cloud.put('in/dead.txt', lines(7 * MiB));
    cloud.proxy.fault = ({ method, headers }) =>
      method === 'GET' && String(headers.range ?? '').startsWith('bytes=6') ? { stallAfter: 0 } : undefined;
    await expect(
      step(input, '0A', {
        options: plain,
        read: { ...reads, stallMs: 60, attempts: 3 },
        write: { partBytes: 5 * MiB },
      }),
    ).rejects.toMatchObject({ name: 'Transient', code: 'stalled' });
    expect(outcomes()).toEqual(['Step Started']);
    expect(await cloud.keys()).not.toContain('out/dead.loud');
    expect(await cloud.unfinishedUploads()).toBe(0);
  });

  test('an object shorter than its event says is not taken for whole', async () => {
    const input = await cloud.put('in/short.txt', 'abc\n');
    await expect(step({ ...input, bytes: 5 }, '0A', { read: { attempts: 2 } })).rejects.toMatchObject({
      code: 'size-mismatch',
    });
  });

  test('an upload that falls silent is tried again', async () => {
    const text = lines(6 * MiB);
    const input = await cloud.put('in/silent.txt', text);
    let silent = 0;
    cloud.proxy.fault = ({ method, url }) =>
      method === 'PUT' && url.includes('partNumber=1') && silent++ === 0 ? { silence: true } : undefined;
    await step(input, '0A', { options: plain, write: { partBytes: 5 * MiB } });
    expect(silent).toBe(2);
    expect((await cloud.read('out/silent.loud')).toString()).toBe(text.toUpperCase());
  });

  test('bytes that do not match their checksum are not used', async () => {
    const input = await cloud.put('in/corrupt.txt', 'some bytes\n');
    cloud.proxy.fault = ({ method, url }) =>
      method === 'GET' && url.includes('corrupt.txt') ? { corruptAt: 3 } : undefined;
    await expect(step(input, '0A', { options: plain })).rejects.toMatchObject({
      code: 's3-failed',
      message: expect.stringContaining('hecksum'),
    });
    expect(await cloud.keys()).not.toContain('out/corrupt.loud');
  });

  test('a missing bucket is no fault of the file', async () => {
    const input = { bucket: 'no-such-bucket-here', key: 'in/x.txt', etag: 'e', bytes: 3 };
    await expect(step(input)).rejects.toBeInstanceOf(Transient);
  });

  test('running out of time aborts the upload', async () => {
    const input = await cloud.put('in/slow.txt', lines(12 * MiB));
    cloud.proxy.fault = ({ method, headers }) =>
      method === 'GET' && String(headers.range ?? '').startsWith('bytes=10485760')
        ? { stallAfter: 0 }
        : undefined;
    await expect(
      step(input, '0A', {
        options: plain,
        left: 4_000,
        read: { partBytes: MiB },
        write: { partBytes: 5 * MiB },
      }),
    ).rejects.toMatchObject({ code: 'deadline' });
    expect(cloud.proxy.passed.some(({ url }) => url.includes('?uploads'))).toBe(true);
    expect(await cloud.unfinishedUploads()).toBe(0);
    expect(await cloud.keys()).not.toContain('out/slow.loud');
  });
});

import { gunzipSync, gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectRef } from '@tributary/events';
import { describe, expect, test } from 'vitest';
import { Transient } from '../src/errors.ts';
import { serve } from '../src/serve.ts';
import { useCloud } from './cloud.ts';
import { createdEvent, envelopeOf } from './events.ts';
import { shout } from './shout-converter.ts';
import { context, lines, MiB, plain, stepsIn } from './steps.ts';

const cloud = await useCloud();
const { step, outcomes, last, rejectsOf } = stepsIn(cloud);

const refOf = ({ bucket, key, etag, bytes }: ObjectRef) => ({ bucket, key, etag, bytes });

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
    const {
      outcome: _1,
      timings: _2,
      invocation: _5,
      runId: _3,
      parentId: _4,
      ...again
    } = cloud.told()[1]!.detail;
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

  test.each([
    ['overwritten', () => cloud.put('in/again-lost.txt', 'new\n')],
    ['deleted', () => cloud.remove('landing', 'in/again-lost.txt')],
    ['out of reach', () => cloud.deny('landing', 'in/again-lost.txt')],
  ])('a large one whose input is %s is told again without its rows', async (_how, lose) => {
    const input = await cloud.put('in/again-lost.txt', `bad\n${lines(6 * MiB)}`);
    await step(input, '0A', { options: plain, write: { partBytes: 5 * MiB } });
    const first = last();
    await lose();
    await step(input, '0A', { options: plain });
    expect(outcomes().at(-1)).toBe('Step Completed: repeated');
    const { rows, rejectedRows, outputs, quarantine } = last();
    expect({ rows, rejectedRows }).toEqual({});
    expect(outputs).toEqual([{ ...refOf(first.outputs[0]), mediaType: 'text/plain' }]);
    expect(quarantine).toEqual(first.quarantine);
    await cloud.remove('lake', 'out/again-lost.loud');
  });

  test('a wide one is not read again for the names of its fields', async () => {
    const fields = Array.from({ length: 500 }, (_, index) => `field ${index}`);
    const wide = {
      ...shout,
      convert: async (...given: Parameters<typeof shout.convert>) => ({
        ...(await shout.convert(...given)),
        fields,
      }),
    };
    const input = await cloud.put('in/wide.txt', 'a\n');
    await step(input, '0A', { converter: wide });
    expect(last().outputs[0].fields).toEqual(fields);
    cloud.proxy.passed.length = 0;
    await step(input, '0A', { converter: wide });
    expect(last()).toMatchObject({ outcome: 'repeated', rows: 1 });
    expect(cloud.proxy.passed.some(({ method }) => method === 'GET')).toBe(false);
  });

  test('by a new version, by a new build or with other options, the work is done again', async () => {
    const input = await cloud.put('in/new-version.txt', 'a\nb\n');
    await step(input, '0A', { options: plain });
    await step(input, '0A', { options: plain, version: '1.0.1' });
    await step(input, '0A', { options: plain, version: '1.0.1', build: 'f1bed' });
    expect(last().service).toEqual({ name: 'shout', version: '1.0.1' });
    await step(input, '0A', { options: { ...plain, refuse: 'b' } });
    expect(outcomes().filter((outcome) => outcome !== 'Step Started')).toEqual(
      Array(4).fill('Step Completed: completed'),
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

  test.each([
    ['small', 4],
    ['large', 6 * MiB],
  ])(
    'a %s input that went from A to B and back ends as A, though B is still under way',
    async (size, bytes) => {
      const name = `in/back-${size}.txt`;
      const settings = { options: plain, write: { partBytes: 5 * MiB } };
      const contents = (letter: string) => `${letter.repeat(3)}\n`.repeat(bytes / 4);
      await step(await cloud.put(name, contents('a')), '0A', settings);
      const middle = await cloud.put(name, contents('b'));
      let once = false;
      cloud.proxy.fault = ({ method, url }) => {
        const final = url.includes('uploadId') ? 'POST' : 'PUT';
        if (method !== final || !url.includes(`back-${size}.loud`) || once) return undefined;
        once = true;
        return { before: async () => step(await cloud.put(name, contents('a')), '0C', settings) };
      };
      const { outcome } = await step(middle, '0B', settings);
      expect(once).toBe(true);
      expect(outcome).toBe('superseded');
      expect((await cloud.read(`out/back-${size}.loud`)).toString()).toBe(contents('A'));
      // What was written over the same bytes carries its report like any other.
      await step(await cloud.put(name, contents('a')), '0C', settings);
      expect(last()).toMatchObject({ outcome: 'repeated', rows: bytes / 4 });
    },
  );

  test('where a bucket has stopped keeping versions, an overwritten input is news', async () => {
    const one = await cloud.put('in/suspended.txt', 'one\n');
    await step({ ...one, versionId: 'null' }, '0A', { options: plain });
    const two = await cloud.put('in/suspended.txt', 'two\n');
    await step({ ...two, versionId: 'null' }, '0B', { options: plain });
    expect(last().outcome).toBe('completed');
    expect((await cloud.read('out/suspended.loud')).toString()).toBe('TWO\n');
  });

  test('an output that is deleted just before it is replaced is written all the same', async () => {
    await step(await cloud.put('in/vanished.txt', 'one\n'), '0A', { options: plain });
    const input = await cloud.put('in/vanished.txt', 'two\n');
    let once = false;
    cloud.proxy.fault = ({ method, url }) => {
      if (method !== 'PUT' || !url.includes('vanished.loud') || once) return undefined;
      once = true;
      return { before: () => cloud.remove('lake', 'out/vanished.loud') };
    };
    expect((await step(input, '0B', { options: plain })).outcome).toBe('completed');
    expect((await cloud.read('out/vanished.loud')).toString()).toBe('TWO\n');
  });

  test('an output that is there but may not be read fails as such, and is asked for no more than needed', async () => {
    const input = await cloud.put('in/hidden.txt', 'one\n');
    await step(input, '0A', { options: plain });
    await cloud.deny('lake', 'out/hidden.loud');
    cloud.proxy.passed.length = 0;
    await expect(step(input, '0B', { options: plain })).rejects.toMatchObject({
      name: 'Transient',
      code: 'output-unreadable',
    });
    expect(cloud.proxy.passed.filter(({ method }) => method === 'PUT')).toHaveLength(1);
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
    expect(await rejectsOf('race.txt')).toHaveLength(1);
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
      key: expect.stringMatching(/^out\/_rejects\/rows\.txt\.[0-9a-f]{12}\.jsonl\.gz$/),
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
    expect(await cloud.keys()).toContain(quarantine.key);
    expect(await cloud.keys()).not.toContain('out/poison.loud');
    expect(await cloud.unfinishedUploads()).toBe(0);
  });

  test('in compressed bytes is told by its place there', async () => {
    const cut = gzipSync('x\n'.repeat(1000)).subarray(0, 20);
    await step(await cloud.put('in/cut.txt.gz', cut));
    expect(last().report).toMatchObject({
      code: expect.any(String),
      where: { compressedByte: expect.any(Number) },
    });
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
        left: 2_500,
        read: { partBytes: MiB },
        write: { partBytes: 5 * MiB },
      }),
    ).rejects.toMatchObject({ code: 'deadline' });
    expect(cloud.proxy.passed.some(({ url }) => url.includes('?uploads'))).toBe(true);
    expect(await cloud.unfinishedUploads()).toBe(0);
    expect(await cloud.keys()).not.toContain('out/slow.loud');
  });
});

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ConvertIo } from '@tributary/codec';
import type { ObjectRef } from '@tributary/events';
import { describe, expect, test } from 'vitest';
import { serve } from '../src/serve.ts';
import { useCloud } from './cloud.ts';
import { completedEvent, createdEvent, envelopeOf } from './events.ts';
import { shelve } from './shelve-converter.ts';
import { shelved, shelvesIn } from './shelves.ts';
import { context, MiB } from './steps.ts';

const cloud = await useCloud();
const { step, standing, manifestOf, outcomes, last } = shelvesIn(cloud);

describe('an output of several objects', () => {
  test('lists each with its rows, bytes and partition, its manifest and its schema', async () => {
    const input = await cloud.put('in/2026/fruit.txt', 'bee\nant\nbat\n!bad\n');
    await step(input, '0A');
    const { outputs, manifest, schema, rows, rejectedRows, quarantine } = last();
    expect({ rows, rejectedRows }).toEqual({ rows: 3, rejectedRows: 1 });
    const about = { bucket: 'lake', etag: expect.stringMatching(/-1$/), mediaType: 'text/x-shelf' };
    expect(outputs).toEqual([
      { ...about, key: 'out/letter=b/2026/fruit.shelf', bytes: 8, rows: 2, partition: { letter: 'b' } },
      { ...about, key: 'out/letter=a/2026/fruit.shelf', bytes: 4, rows: 1, partition: { letter: 'a' } },
    ]);
    for (const { key, etag, bytes } of outputs) expect(await cloud.head(key)).toMatchObject({ etag, bytes });
    expect(manifest).toMatchObject({ key: 'out/_manifests/2026/fruit.json', files: 2 });
    expect(await manifestOf('2026/fruit')).toMatchObject({ state: 'done', former: [], report: { rows: 3 } });
    const { object, ...told } = schema;
    const descriptor = { fields: [{ name: 'line', type: 'string' }], width: 4 };
    expect(told).toEqual({ inferred: true, descriptor });
    expect(object.key).toMatch(/^out\/_schemas\/2026\/fruit\.txt\.[0-9a-f]{12}\.schema\.json$/);
    const text = await cloud.read(object.key);
    expect(JSON.parse(text.toString())).toEqual(descriptor);
    expect(object).toMatchObject({
      digest: createHash('sha256').update(text).digest('hex'),
      bytes: text.length,
    });
    expect(quarantine).toMatchObject({ rows: 1 });
    expect(await cloud.unfinishedUploads()).toBe(0);
  });

  test('is told again as it was, without being read or written', async () => {
    const input = await cloud.put('in/again.txt', 'a\nb\n!c\n');
    await step(input, '0A');
    const { outcome: _1, timings: _2, runId: _3, parentId: _4, invocation: _8, ...first } = last();
    cloud.proxy.passed.length = 0;
    await step(input, '0A');
    const { outcome, timings: _5, runId: _6, parentId: _7, invocation: _9, ...again } = last();
    expect(outcome).toBe('repeated');
    expect(again).toEqual(first);
    const touched = cloud.proxy.passed.filter(
      ({ method, url }) =>
        ['PUT', 'DELETE'].includes(method) || (method === 'GET' && url.includes('landing')),
    );
    expect(touched).toEqual([]);
  });

  test('leaves nothing of the one before', async () => {
    await step(await cloud.put('in/news.txt', 'a\nb\n!c\n'), '0A');
    await step(await cloud.put('in/news.txt', 'bb\nd\n'), '0B');
    expect(await standing('news')).toEqual(shelved('news', { 'letter=b/': 'bb\n', 'letter=d/': 'd\n' }));
  });

  test('parted by size has numbers from the second file on, and no partition', async () => {
    const input = await cloud.put('in/sized.txt', 'a\nb\nc\n');
    await step(input, '0A', { byLetter: false, fileRows: 2, width: 1 });
    expect(
      last().outputs.map(({ key, partition }: { key: string; partition?: object }) => [key, partition]),
    ).toEqual([
      ['out/sized.shelf', undefined],
      ['out/sized.00002.shelf', undefined],
    ]);
    // A schema that was given needs no file; the event says it all the same, and again.
    const schema = { inferred: false, descriptor: { fields: [{ name: 'line', type: 'string' }], width: 1 } };
    expect(last().schema).toEqual(schema);
    await step(input, '0A', { byLetter: false, fileRows: 2, width: 1 });
    expect(last()).toMatchObject({ outcome: 'repeated', schema });
    expect(await standing('sized')).toEqual({
      'sized.shelf': 'a\nb\n',
      'sized.00002.shelf': 'c\n',
      '_manifests/sized.json': '',
    });
  });

  test('takes the place of a single one, and the other way round', async () => {
    const input = await cloud.put('in/turn.txt', 'a\nb\n');
    const single = { 'turn.shelf': 'a\nb\n', '_schemas/turn.txt.ID.schema.json': '' };
    await step(input, '0A', { byLetter: false });
    expect(last()).toMatchObject({ outcome: 'completed', outputs: [{ key: 'out/turn.shelf' }] });
    expect(last().schema.object.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await standing('turn')).toEqual(single);
    await step(input, '0A');
    expect(await standing('turn')).toEqual(shelved('turn', { 'letter=a/': 'a\n', 'letter=b/': 'b\n' }));
    await step(input, '0A', { byLetter: false, fileRows: 1 });
    expect(Object.keys(await standing('turn'))).toContain('turn.00002.shelf');
    await step(input, '0A', { byLetter: false });
    expect(await standing('turn')).toEqual(single);
    expect(last()).toMatchObject({ outcome: 'completed', rows: 2 });
    await step(input, '0A', { byLetter: false });
    expect(last()).toMatchObject({ outcome: 'repeated', rows: 2, schema: { inferred: true } });
  });

  test('is not there at all where the input is bad', async () => {
    const options = { rejects: { maxRejects: 0 } };
    await step(await cloud.put('in/bad.txt', 'a\n!b\nc\n'), '0A', options);
    expect(outcomes().at(-1)).toBe('Step Rejected: too-many-rejects');
    expect(Object.keys(await standing('bad'))).toEqual(['_rejects/bad.txt.ID.jsonl.gz']);
    expect(await cloud.unfinishedUploads()).toBe(0);
  });

  test('of another input is refused, by its manifest as by any of its files', async () => {
    await step(await cloud.put('in/twin.txt', 'a\nb\n'), '0A', { byLetter: false, fileRows: 1, width: 1 });
    await step(await cloud.put('in/twin.csv', 'a\nb\n'), '0B', { byLetter: false, fileRows: 1, width: 1 });
    expect(outcomes().at(-1)).toBe('Step Rejected: output-taken');
    await step(await cloud.put('in/twin.00002.txt', 'z\n'), '0C', { byLetter: false, width: 1 });
    expect(outcomes().at(-1)).toBe('Step Rejected: output-taken');
    await cloud.remove('lake', 'out/twin.00002.shelf');
    await step(await cloud.put('in/twin.00002.txt', 'z\n'), '0D', { byLetter: false, width: 1 });
    await step(await cloud.put('in/twin.txt', 'a\nc\n'), '0E', { byLetter: false, fileRows: 1, width: 1 });
    expect(outcomes().at(-1)).toBe('Step Rejected: output-taken');
    expect(last().report.message).toContain('out/twin.00002.shelf');
    expect((await cloud.read('out/twin.00002.shelf')).toString()).toBe('z\n');
  });

  test('whose file was taken away is made again', async () => {
    const input = await cloud.put('in/hole.txt', 'a\nb\n');
    await step(input, '0A');
    await cloud.remove('lake', 'out/letter=a/hole.shelf');
    await step(input, '0A');
    expect(last()).toMatchObject({ outcome: 'completed', rows: 2 });
    expect(await standing('hole')).toEqual(shelved('hole', { 'letter=a/': 'a\n', 'letter=b/': 'b\n' }));
  });

  test('of more files than an event can list is listed by its manifest', async () => {
    const columns = ['one', 'two', 'three', 'four'];
    const letters = Array.from({ length: 90 }, (_, index) => String.fromCharCode(0x100 + index));
    const input = await cloud.put('in/many.txt', letters.map((letter) => `${letter}\n`).join(''));
    const many = {
      ...shelve,
      convert: async (io: ConvertIo) => {
        for (const letter of letters) {
          const part = await io.openPart({
            partition: columns.map((column) => [column, letter.repeat(100)]),
            number: 1,
          });
          await part.write(Buffer.from(letter));
          await part.end({ rows: 1 });
        }
        return { rows: 90, rejected: 0, notices: {} };
      },
    } satisfies typeof shelve;
    await step(input, '0A', {}, { converter: many });
    expect(last()).toMatchObject({ outputs: [], manifest: { files: 90 }, omitted: ['outputs'], rows: 90 });
    expect((await manifestOf('many')).files).toHaveLength(90);
    const after = completedEvent({ hop: 1, outputs: [] });
    const event = { ...after, detail: { ...after.detail, manifest: last().manifest } };
    const handler = serve(shelve, { version: '1' }, { clients: cloud.clients, bus: cloud.bus });
    await expect(handler(envelopeOf(event), context())).rejects.toMatchObject({
      code: 'not-one-input',
      fault: { got: '90' },
    });
  });

  test('of large files takes multipart uploads, one part at a time', async () => {
    const text = Array.from({ length: 600 }, (_, index) => `${'ab'[index % 2]}${index}\n`).join('');
    await step(await cloud.put('in/large.txt', text), '0A', { padding: 20_000, width: 4 });
    const { outputs } = last();
    expect(outputs.map(({ etag }: ObjectRef) => etag.slice(-2))).toEqual(['-2', '-2']);
    expect((await cloud.read(outputs[0].key)).length).toBe(outputs[0].bytes);
    expect(outputs[0].bytes).toBeGreaterThan(5 * MiB);
  });
});

test('a converter that reads twice gets the same object twice, inflated, and what the step before has told', async () => {
  const input = await cloud.put('in/hinted.txt.gz', gzipSync('a\nbbbbb\n'));
  const dialect = { delimiter: '\t', header: false };
  const event = completedEvent({ hop: 1, outputs: [{ ...input, mediaType: 'text/x', dialect }] });
  const handler = serve(shelve, { version: '1' }, { clients: cloud.clients, bus: cloud.bus });
  await handler(envelopeOf(event, { sourcePrefix: 'in/' }), context());
  expect(last()).toMatchObject({ rows: 2, schema: { descriptor: { width: 5 } }, notices: { '\t': 1 } });
  const reads = cloud.proxy.passed.filter(
    ({ method, url }) => method === 'GET' && url.includes('hinted.txt'),
  );
  expect(reads.map(({ headers }) => headers['if-match'])).toEqual(Array(2).fill(`"${input.etag}"`));
});

test('a converter is told where its output comes from, by a retry of the event the same', async () => {
  const input = await cloud.put('in/told.txt', 'a\n');
  const event = createdEvent(input, '0A');
  const seen: ConvertIo['metadata'][] = [];
  const watched: typeof shelve = {
    ...shelve,
    convert(io, options) {
      seen.push(io.metadata);
      return shelve.convert(io, options);
    },
  };
  const handler = serve(watched, { version: '1.2.0' }, { clients: cloud.clients, bus: cloud.bus });
  const invoke = () => handler(envelopeOf(event, { sourcePrefix: 'in/' }), context());
  await invoke();
  await cloud.remove('lake', 'out/letter=a/told.shelf');
  await invoke();
  const told = {
    'tributary.run': event.id,
    'tributary.source': 's3://landing/in/told.txt',
    'tributary.chain': 'chain',
    'tributary.step': 'step',
    'tributary.service': 'shelve@1.2.0',
  };
  expect(seen).toEqual([told, told]);
});

test('an input that is overwritten between two passes is left to its successor', async () => {
  const input = await cloud.put('in/between.txt', 'a\n');
  let reads = 0;
  cloud.proxy.fault = ({ method, url }) =>
    method === 'GET' && url.includes('in/between') && ++reads === 2
      ? { before: () => cloud.put('in/between.txt', 'b\n') }
      : undefined;
  await step(input, '0A');
  expect(last()).toMatchObject({ outcome: 'superseded', outcomeReason: 'newer-input' });
  expect(await standing('between')).toEqual({});
});

test('a single one too large to carry its report is told again by the schema beside it, without being read', async () => {
  const input = await cloud.put('in/wide.txt', 'a\n!b\nc\n');
  const options = { byLetter: false, padding: 3 * MiB };
  await step(input, '0A', options, { write: { partBytes: 5 * MiB } });
  const { outcome: _1, timings: _2, runId: _3, parentId: _4, invocation: _8, ...first } = last();
  cloud.proxy.passed.length = 0;
  await step(input, '0A', options);
  const { outcome, timings: _5, runId: _6, parentId: _7, invocation: _9, ...again } = last();
  expect({ outcome, again }).toEqual({ outcome: 'repeated', again: first });
  expect(cloud.proxy.passed.some(({ method, url }) => method === 'GET' && url.includes('landing'))).toBe(
    false,
  );
});

test.each([
  ['before anything was sent', 0],
  ['of which parts have been sent', 3 * MiB],
])('what was written in vain to a single one, %s, is in no object and no upload', async (_, padding) => {
  const input = await cloud.put(`in/vain-${padding}.txt`, 'a\nb\nc\n');
  const options = { byLetter: false, again: true, padding };
  await step(input, '0A', options, { write: { partBytes: 5 * MiB } });
  expect(last()).toMatchObject({ outcome: 'completed', rows: 3 });
  const text = (await cloud.read(`out/vain-${padding}.shelf`)).toString();
  expect(text.replaceAll('.', '')).toBe('a\nb\nc\n');
  expect(text).toHaveLength(3 * (2 + padding));
  expect(await cloud.unfinishedUploads()).toBe(0);
});

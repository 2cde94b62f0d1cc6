import { randomUUID } from 'node:crypto';
import type { ObjectRef } from '@tributary/events';
import { describe, expect, test } from 'vitest';
import { dataGrants, needsOf } from '../src/deployment/grants.ts';
import { recall, remember } from '../src/memory.ts';
import { serve } from '../src/serve.ts';
import { useCloud } from './cloud.ts';
import { createdEvent, envelopeOf } from './events.ts';
import { judge } from './judge-converter.ts';
import { shout } from './shout-converter.ts';
import { context, MiB, plain } from './steps.ts';

const cloud = await useCloud();
const settings = { clients: cloud.clients, bus: cloud.bus };
const last = () => cloud.told().at(-1)!.detail;
const jsonOf = async (key: string) => JSON.parse((await cloud.read(key)).toString());

/** A delivery of an event, which may come again. Each test is a feed of its own, called by its source prefix. */
function deliveryOf(input: ObjectRef, sequencer: string, second = 0, options: object = {}) {
  const time = `2026-11-23T15:24:${String(second).padStart(2, '0')}Z`;
  const sourcePrefix = input.key.slice(0, input.key.lastIndexOf('/') + 1);
  const event = { ...createdEvent(input, sequencer), time };
  const envelope = envelopeOf(event, { sourcePrefix, options: { ...plain, ...options } });
  return async (write = {}) =>
    await serve(judge, { version: '1.0.0' }, { ...settings, ...write })(envelope, context());
}
const gate = { gate: true };

describe('documents', () => {
  test('lie beside the output, are told by its event, and again when it comes again', async () => {
    const deliver = deliveryOf(await cloud.put('in/doc/a.txt', 'one\nbad\n'), '0A');
    await deliver();
    const [document] = last().documents;
    expect(document).toMatchObject({ name: 'report.json', mediaType: 'application/json', bucket: 'lake' });
    expect(document.key).toMatch(/^out\/_reports\/a\.txt\.[0-9a-f]{12}\.report\.json$/);
    expect(await jsonOf(document.key)).toEqual({ bad: 1, width: 3, before: null });
    expect(last().facts).toEqual({
      drift: [{ against: 'accepted', verdict: 'allow', total: 0, counts: {}, changes: [] }],
    });
    const { documents, facts } = last();
    await deliver();
    expect(last()).toMatchObject({ outcome: 'repeated', documents, facts });
  });

  test('of an output of many requests tell a repetition its rows', async () => {
    const lines = 'a line\n'.repeat(12);
    const big = { padding: MiB };
    const deliver = deliveryOf(await cloud.put('in/big/b.txt', lines), '0A', 0, big);
    await deliver({ write: { partBytes: 5 * MiB } });
    const { documents } = last();
    cloud.proxy.passed.length = 0;
    await deliver();
    expect(last()).toMatchObject({ outcome: 'repeated', rows: 12, documents });
    expect(cloud.proxy.passed.filter(({ method, url }) => method === 'GET' && url.includes('b.txt'))).toEqual(
      [],
    );
  });

  test('go with the output before, and stay with a rejected file', async () => {
    const keys = async () => (await cloud.keys()).filter((key) => key.startsWith('out/_reports/c.txt.'));
    await deliveryOf(await cloud.put('in/gone/c.txt', 'one\n'), '0A')();
    const [before] = await keys();
    await deliveryOf(await cloud.put('in/gone/c.txt', 'one\ntwo\n'), '0B')();
    const [after, ...others] = await keys();
    expect([others, after === before]).toEqual([[], false]);
    await deliveryOf(await cloud.put('in/gone/c.txt', 'bad\nbad\n'), '0C')();
    expect(last()).toMatchObject({ report: { code: 'too-high-reject-ratio' }, rejectedRows: 2 });
    expect(last().documents.map(({ name }: { name: string }) => name)).toEqual(['report.json']);
    expect(last().facts.drift).toHaveLength(1);
    expect(await keys()).toHaveLength(2);
  });
});

describe('an input that goes on as it is', () => {
  test('is the output of its step: nothing is written but that it has passed', async () => {
    const input = await cloud.put('in/gate/d.csv', 'one\ntwo\n');
    const deliver = deliveryOf(input, '0A', 0, gate);
    const summary = await deliver();
    expect(summary).toMatchObject({ outcome: 'completed', outputs: ['s3://landing/in/gate/d.csv'] });
    expect(last()).toMatchObject({
      rows: 2,
      output: { bucket: 'landing', prefix: 'in/gate/' },
      outputs: [{ ...input, rows: 2, mediaType: 'text/plain', dialect: { delimiter: ',' } }],
    });
    const told = last();
    await deliver();
    const { timings: _, invocation: __, ...same } = { ...told, outcome: 'repeated' };
    expect(last()).toMatchObject(same);
    const written = (await cloud.keys()).filter((key) => key.includes('d.csv') || key.includes('/d.'));
    expect(written.sort()).toEqual([
      expect.stringContaining('out/_passed/d.csv.json'),
      expect.stringContaining('report.json'),
    ]);

    const event = { ...createdEvent(input, '0A'), ...{ id: randomUUID() } };
    const completed = { ...event, source: 'tributary', 'detail-type': 'Step Completed', detail: told };
    await serve(shout, { version: '1.0.0' }, settings)(envelopeOf(completed, { options: plain }), context());
    expect((await cloud.read('out/d.loud')).toString()).toBe('ONE\nTWO\n');
  });

  test('passes no more once a newer one has', async () => {
    const older = deliveryOf(await cloud.put('in/gate2/e.csv', 'one\n'), '0A', 0, gate);
    await deliveryOf(await cloud.put('in/gate2/e.csv', 'one\ntwo\n'), '0B', 1, gate)();
    await older();
    expect(last()).toMatchObject({ outcome: 'superseded', outputs: [] });
  });

  test('is rejected whole, with its report and rows', async () => {
    await deliveryOf(await cloud.put('in/gate3/f.csv', 'one\nbad\n'), '0A', 0, gate)();
    expect(last()).toMatchObject({ report: { code: 'not-good' }, rejectedRows: 1, quarantine: { rows: 1 } });
    expect(last().documents).toHaveLength(1);
    expect(await cloud.keys()).not.toContain('out/_passed/f.csv.json');
  });

  test('is judged at once by several deliveries, and passes once', async () => {
    const deliver = deliveryOf(await cloud.put('in/gate4/g.csv', 'one\n'), '0A', 0, gate);
    const summaries = await Promise.all([deliver(), deliver(), deliver()]);
    for (const { outcome } of summaries) expect(['completed', 'repeated']).toContain(outcome);
    expect(new Set(summaries.flatMap(({ outputs }) => outputs))).toEqual(
      new Set(['s3://landing/in/gate4/g.csv']),
    );
  });

  test('needs a role that can write no data', () => {
    const needs = needsOf(judge, judge.options.parse({ ...gate, references: { words: 's3://ref/a*b.txt' } }));
    const place = { bucket: 'lake', prefix: 'out/' };
    const text = JSON.stringify(dataGrants({ bucket: 'landing', prefix: 'in/' }, place, needs));
    for (const arn of ['lake/out/_passed/*', 'lake/out/_reports/*', 'lake/out/_memory/*', `ref/a\${*}b.txt"`])
      expect(text).toContain(arn);
    expect(text).not.toContain('lake/out/*');
  });
});

describe('what is remembered', () => {
  const name = (at: number) => `in/mem/${at}.txt`;

  test('is of the last accepted file, and the same for every delivery', async () => {
    await deliveryOf(await cloud.put(name(1), 'four\n'), '01', 1)();
    await deliveryOf(await cloud.put(name(2), 'bad\nbad\n'), '02', 2)();
    const third = deliveryOf(await cloud.put(name(3), 'sixsix\n'), '03', 3);
    // Falls after it has remembered and before the output is there.
    cloud.proxy.fault = ({ method, url }) =>
      method === 'PUT' && url.includes('/out/3.good')
        ? { before: () => Promise.reject(new Error('fallen')) }
        : undefined;
    await expect(third()).rejects.toThrow();
    cloud.proxy.fault = undefined;
    await third();
    expect(await jsonOf(last().documents[0].key)).toEqual({ bad: 0, width: 6, before: 4 });
    expect(last().facts.drift[0].verdict).toBe('warn');
    await deliveryOf(await cloud.put(name(4), 'eight ch\n'), '04', 4)();
    expect(await jsonOf(last().documents[0].key)).toMatchObject({ before: 6 });
    // An old file that comes late is judged by what came before it, and later ones not by it.
    await deliveryOf(await cloud.put(name(5), 'x\n'), '0FF', 2)();
    expect(await jsonOf(last().documents[0].key)).toMatchObject({ before: 4 });
    await deliveryOf(await cloud.put(name(6), 'eight ch\n'), '06', 6)();
    expect(await jsonOf(last().documents[0].key)).toMatchObject({ before: 8 });
  });

  test('of a file that was judged anew is what came of it last', async () => {
    const place = { bucket: 'lake', key: 'out/_memory/anew.json' };
    const tools = { s3: cloud.s3, signal: new AbortController().signal, warn() {} };
    const moment = (at: number) => ({
      time: `2026-11-23T15:24:0${at}Z`,
      sequencer: `0${at}`,
      object: `s3://landing/in/${at}.txt`,
    });
    const leave = async (at: number, width: number) =>
      await remember(place, moment(at), { width }, await recall(place, moment(at), tools), tools);
    await leave(1, 4);
    await leave(2, 6);
    await leave(2, 4);
    expect((await recall(place, moment(3), tools)).value).toEqual({ width: 4 });
  });

  test('by many at once is in nobody’s way', async () => {
    const files = await Promise.all(
      [...'abcdefgh'].map((letter, at) => cloud.put(`in/many/many-${letter}.txt`, `${'x'.repeat(at + 1)}\n`)),
    );
    const outcomes = await Promise.all(files.map((file, at) => deliveryOf(file, `0${at}`, at)()));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(files.map(() => 'completed'));
  });
});

describe('a reference', () => {
  test('is read, and another version of it is other work', async () => {
    await cloud.put('ref/words.txt', 'one\ntwo\n', 'lake');
    const deliver = deliveryOf(await cloud.put('in/ref/h.txt', 'one\ntwo\nthree\n'), '0A', 0, {
      references: { words: 's3://lake/ref/words.txt' },
    });
    await deliver();
    expect(last()).toMatchObject({ outcome: 'completed', rows: 2, rejectedRows: 1 });
    await deliver();
    expect(last()).toMatchObject({ outcome: 'repeated', rows: 2 });
    await cloud.put('ref/words.txt', 'one\ntwo\nthree\n', 'lake');
    await deliver();
    expect(last()).toMatchObject({ outcome: 'completed', rows: 3, rejectedRows: 0 });
  });

  test.each([
    ['s3://lake/ref/none.txt', 'an object that is there and may be read'],
    ['words.txt', 's3://BUCKET/KEY'],
  ])('that is not there, %s, rejects the file before it is read', async (words, expected) => {
    await deliveryOf(await cloud.put('in/ref2/i.txt', 'one\n'), '0A', 0, { references: { words } })();
    const where = { pointer: '/references/words' };
    expect(last().report).toMatchObject({ code: 'reference-unusable', expected, where });
    expect(cloud.proxy.passed.some(({ method, url }) => method === 'GET' && url.includes('i.txt'))).toBe(
      false,
    );
  });
});

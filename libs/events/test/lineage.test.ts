import { describe, expect, it } from 'vitest';
import {
  BadEnvelope,
  companionKey,
  envelopeTemplate,
  lineageOf,
  MAX_HOPS,
  outputKey,
  outputStem,
  parseEnvelope,
} from '../src/index.ts';
import { renderTargetInput } from '../src/target-input/index.ts';
import { completed, completedEvent, failureOf, frame, input, s3Event } from './samples.ts';

const envelope = {
  chain: 'drive-stats',
  step: 'to-tsv',
  options: {},
  output: { bucket: 'lake', prefix: 'tsv/' },
};

function faultOf(run: () => unknown): BadEnvelope['fault'] {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(BadEnvelope);
    return (error as BadEnvelope).fault;
  }
  throw new Error('nothing was thrown');
}

describe('the envelope', () => {
  it('fills in what may be left out', () => {
    const parsed = parseEnvelope({ chain: 'c', step: 's', output: { bucket: 'b' }, event: s3Event });
    expect(parsed).toEqual({
      chain: 'c',
      step: 's',
      options: {},
      output: { bucket: 'b', prefix: '' },
      event: s3Event,
    });
  });

  it.each([
    [{}, '/chain'],
    [null, ''],
    ['text', ''],
    [{ ...envelope, output: { prefix: 'x' }, event: {} }, '/output/bucket'],
    [{ ...envelope, options: [], event: {} }, '/options'],
    [envelope, '/event'],
  ])('refuses %j with a pointer', (payload, pointer) => {
    expect(faultOf(() => parseEnvelope(payload))).toMatchObject({ code: 'bad-envelope', where: { pointer } });
  });

  it('comes out of a rule with the event untouched, whatever is in keys and options', () => {
    const options = { layout: { fields: [{ name: 'a<b>', start: 0 }] }, q: '"\\</x>' };
    const template = envelopeTemplate({ ...envelope, options, source: { prefix: 'in/' } });
    const context = { ruleArn: 'arn', ruleName: 'rule', ingestionTime: frame.time };
    const text = renderTargetInput({ InputTransformer: { InputTemplate: template } }, s3Event, context);
    expect(parseEnvelope(JSON.parse(text))).toEqual({
      ...envelope,
      options,
      source: { prefix: 'in/' },
      event: s3Event,
    });
  });
});

describe('lineage', () => {
  it('of an S3 event', () => {
    expect(lineageOf({ event: s3Event })).toEqual({
      runId: 'root-id',
      parentId: 'root-id',
      parentTime: frame.time,
      hop: 1,
      root: {
        bucket: 'landing',
        key: 'in/a b+é "%41".txt.gz',
        sequencer: '617f08299329d189',
        time: frame.time,
      },
      inputs: [
        {
          bucket: 'landing',
          key: 'in/a b+é "%41".txt.gz',
          etag: 'b1946ac92492d2347c6235b4d2611184',
          bytes: 5,
        },
      ],
      described: [],
      files: 1,
      sourcePrefix: '',
    });
  });

  it('carries the version of an object', () => {
    const event = structuredClone(s3Event);
    event.detail.object['version-id'] = 'v7';
    expect(lineageOf({ event }).inputs[0]?.versionId).toBe('v7');
    event.detail.object['version-id'] = 'null';
    expect(lineageOf({ event }).inputs[0]).not.toHaveProperty('versionId');
  });

  it('of a completed step: its outputs, relative to its prefix', () => {
    expect(lineageOf({ event: completedEvent })).toMatchObject({
      runId: 'root-id',
      parentId: 'done-id',
      hop: 2,
      root: completed.root,
      inputs: [{ bucket: 'lake', key: 'tsv/a.tsv.gz', etag: 'e2', bytes: 4 }],
      described: completed.outputs,
      files: 1,
      sourcePrefix: 'tsv/',
    });
  });

  it('of a completed step that wrote more files than its event lists', () => {
    const manifest = { bucket: 'lake', key: 'tsv/_manifests/a.json', etag: 'e', bytes: 9, files: 700 };
    const event = {
      ...completedEvent,
      detail: { ...completedEvent.detail, manifest, outputs: [], omitted: ['outputs'] },
    };
    expect(lineageOf({ event })).toMatchObject({ inputs: [], described: [], files: 700 });
  });

  it('of a rejected step: the input that was rejected', () => {
    const event = {
      ...completedEvent,
      'detail-type': 'Step Rejected',
      detail: {
        ...completedEvent.detail,
        report: { code: 'record-too-long', message: 'Record exceeds the limit' },
      },
    };
    expect(lineageOf({ event })).toMatchObject({ hop: 2, parentId: 'done-id', inputs: [input] });
  });

  it('of a failed invocation: the input of the envelope in it, however deep', () => {
    const once = failureOf({ ...envelope, source: { prefix: 'tsv/' }, event: completedEvent });
    expect(lineageOf({ event: once })).toMatchObject({
      runId: 'root-id',
      parentId: 'failed-id',
      hop: 3,
      inputs: [{ key: 'tsv/a.tsv.gz' }],
      sourcePrefix: 'tsv/',
    });
    const twice = failureOf({ ...envelope, event: once }, 'failed-again');
    expect(lineageOf({ event: twice })).toMatchObject({ hop: 4, parentId: 'failed-again' });
  });

  it('stops loops', () => {
    const event = { ...completedEvent, detail: { ...completedEvent.detail, hop: MAX_HOPS } };
    expect(faultOf(() => lineageOf({ event })).code).toBe('too-many-hops');
    let nested: unknown = s3Event;
    for (let depth = 0; depth < 2000; depth++) nested = failureOf({ ...envelope, event: nested });
    expect(faultOf(() => lineageOf({ event: nested })).code).toBe('too-many-hops');
  });

  it('refuses keys outside the source prefix', () => {
    expect(faultOf(() => lineageOf({ event: s3Event, source: { prefix: 'out/' } }))).toMatchObject({
      code: 'key-outside-source-prefix',
      got: 'in/a b+é "%41".txt.gz',
    });
  });

  it.each([
    [{ source: 'my.app', 'detail-type': 'Hello' }],
    [null],
    ['text'],
    [failureOf({ not: 'an envelope' })],
    [{ ...completedEvent, detail: { ...completedEvent.detail, version: '2' } }],
  ])('refuses events it does not know', (event) => {
    expect(faultOf(() => lineageOf({ event })).code).toBe('unknown-event');
  });
});

describe('the output key', () => {
  it.each([
    ['in/2023/a.txt.gz', 'in/', 'tsv/', 'tsv/2023/a.tsv.gz'],
    ['a.csv', '', '', 'a.tsv.gz'],
    ['in/data.2023', 'in/', 'o/', 'o/data.2023.tsv.gz'],
    ['in/data.2023.csv.zst', 'in/', 'o/', 'o/data.2023.tsv.gz'],
    ['in/noext', 'in/', 'o/', 'o/noext.tsv.gz'],
    ['in/.txt', 'in/', 'o/', 'o/.txt.tsv.gz'],
    ['in/v1.2/a', 'in/', 'o/', 'o/v1.2/a.tsv.gz'],
    ['in/a//b é.TXT', 'in/', 'o/', 'o/a//b é.tsv.gz'],
    ['in/archive.gz', 'in', 'o', 'o/archive.tsv.gz'],
    ['PROD.CUST.D20261123', '', '', 'PROD.CUST.D20261123.tsv.gz'],
    ['FEED.G0001V00.gz', '', '', 'FEED.G0001V00.tsv.gz'],
    ['drives.jan', '', '', 'drives.jan.tsv.gz'],
    ['FEED.DAT', '', '', 'FEED.tsv.gz'],
  ])('of %s', (key, sourcePrefix, prefix, expected) => {
    expect(outputKey({ key, sourcePrefix, prefix, extension: '.tsv.gz' })).toBe(expected);
    expect(`${prefix}${outputStem({ key, sourcePrefix })}.tsv.gz`).toBe(expected);
  });

  it('of something that belongs to one input keeps the whole name', () => {
    const parts = { sourcePrefix: 'in/', prefix: 'o/_rejects/', suffix: '.id.jsonl.gz' };
    expect(companionKey({ ...parts, key: 'in/2023/a.txt.gz' })).toBe('o/_rejects/2023/a.txt.gz.id.jsonl.gz');
    expect(faultOf(() => companionKey({ ...parts, key: 'k'.repeat(1020) })).code).toBe('output-key-too-long');
  });

  it('is at most 1024 bytes', () => {
    const key = 'é'.repeat(510);
    expect(outputKey({ key, sourcePrefix: '', prefix: '', extension: '.tsv' })).toHaveLength(514);
    expect(faultOf(() => outputKey({ key, sourcePrefix: '', prefix: 'x', extension: '.tsv' })).code).toBe(
      'output-key-too-long',
    );
  });
});

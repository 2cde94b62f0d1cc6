import { BadInput } from '@tributary/codec';
import { BadEnvelope, MAX_HOPS } from '@tributary/events';
import { describe, expect, test } from 'vitest';
import { placesOf } from '../src/places.ts';
import { openStep } from '../src/step.ts';
import { completedEvent, createdEvent, envelopeOf } from './events.ts';

const service = { name: 'shout', version: '1.0.0' };
const created = (key: string) => createdEvent({ bucket: 'landing', key, etag: 'e', bytes: 3 }, '0A');

describe('places', () => {
  const places = (key: string, source?: string) =>
    placesOf(openStep(envelopeOf(created(key), { sourcePrefix: source }), service), ['.tsv.gz', '.jsonl.gz']);

  test('follow the input below its prefix, with a new extension', () => {
    const { output, rejects } = places('in/2023/a.txt.gz', 'in/');
    expect(output).toEqual({ bucket: 'lake', key: 'out/2023/a.tsv.gz' });
    expect(rejects('0a1b')).toEqual({
      bucket: 'lake',
      key: 'out/_rejects/2023/a.txt.gz.0a1b.jsonl.gz',
    });
  });

  test('keep the whole key where no source prefix is known', () => {
    expect(places('in/a.txt').output.key).toBe('out/in/a.tsv.gz');
  });

  test('that S3 could not hold reject the file', () => {
    expect(() => places('k'.repeat(1020))).toThrow(BadInput);
  });
});

describe('a step', () => {
  test('of an S3 event begins a run', () => {
    const event = created('in/a.txt');
    const { detail, logKeys, input } = openStep(envelopeOf(event), service);
    expect(detail).toMatchObject({ runId: event.id, parentId: event.id, hop: 1, service });
    expect(logKeys).toEqual({ chain: 'chain', step: 'step', run: event.id, key: 'in/a.txt' });
    expect(input).toEqual({ bucket: 'landing', key: 'in/a.txt', etag: 'e', bytes: 3 });
  });

  test('after another step keeps the run and reads what that one wrote', () => {
    const event = completedEvent({
      hop: 2,
      outputs: [{ bucket: 'lake', key: 'tsv/a.tsv', etag: 'o', bytes: 9, mediaType: 'x' }],
    });
    const step = openStep(envelopeOf(event), service);
    expect(step.detail).toMatchObject({ runId: event.detail.runId, parentId: event.id, hop: 3 });
    expect(step.input).toEqual({ bucket: 'lake', key: 'tsv/a.tsv', etag: 'o', bytes: 9 });
  });

  test.each([
    ['no envelope', { hello: 1 }],
    ['an event of another kind', envelopeOf({ source: 'aws.ec2' })],
    ['no output to read', envelopeOf(completedEvent({ hop: 1, outputs: [] }))],
    ['too many hops', envelopeOf(completedEvent({ hop: MAX_HOPS, outputs: [] }))],
  ])('refuses %s', (_name, payload) => {
    expect(() => openStep(payload, service)).toThrow(BadEnvelope);
  });
});

import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { serve } from '../src/serve.ts';
import { useCloud } from './cloud.ts';
import { createdEvent, envelopeOf } from './events.ts';
import { shout } from './shout-converter.ts';
import { context } from './steps.ts';

const cloud = await useCloud();
const handler = serve(shout, { version: '1.0.0' }, { clients: cloud.clients, bus: cloud.bus });
const last = () => cloud.told().at(-1);

async function convert(key: string, { folder, ...fixed }: { folder?: string; optionsRef?: object } = {}) {
  const input = await cloud.put(key, 'one\nbad\n');
  const event = { ...createdEvent(input, '0A'), time: '2026-11-23T23:59:59Z' };
  const options = { output: { compression: 'none' } };
  const envelope = envelopeOf(event, { sourcePrefix: 'in/', options });
  const output = { ...envelope.output, ...(folder !== undefined && { folder }) };
  return await handler({ ...envelope, ...fixed, output }, context());
}

describe('the folder of an output', () => {
  test('holds the day of arrival; quarantine stays below the prefix', async () => {
    const { outputs } = await convert('in/acme/a.txt', { folder: 'dt={date}/' });
    expect(outputs).toEqual(['s3://lake/out/dt=2026-11-23/acme/a.loud']);
    expect(last()?.detail.output).toEqual({ bucket: 'lake', prefix: 'out/dt=2026-11-23/' });
    expect(last()?.detail.quarantine.key).toMatch(/^out\/_rejects\/acme\/a\.txt\./);
    expect(last()?.detail.root.time).toBe('2026-11-23T23:59:59Z');
  });

  test('made of parts of the key takes their place', async () => {
    const { outputs } = await convert('in/acme/orders/b.txt', { folder: 'vendor={1}/{2}/' });
    expect(outputs).toEqual(['s3://lake/out/vendor=acme/orders/b.loud']);
  });

  test('that the key has too few parts for rejects the file', async () => {
    await convert('in/c.txt', { folder: '{1}/' });
    expect(last()).toMatchObject({ type: 'Step Rejected', detail: { report: { code: 'no-such-key-part' } } });
  });
});

describe('options of an object', () => {
  const text = JSON.stringify({ refuse: 'one', output: { compression: 'gzip' } });
  const digest = createHash('sha256').update(text).digest('hex');
  const put = (Key: string, Body: string) =>
    cloud.s3.send(new PutObjectCommand({ Bucket: 'lake', Key, Body }));

  test('hold where the envelope says nothing else', async () => {
    await put('options.json', text);
    await convert('in/d.txt', { optionsRef: { bucket: 'lake', key: 'options.json', digest } });
    expect((await cloud.read('out/d.loud')).toString()).toBe('BAD\n');
  });

  test('that were changed since reject the file', async () => {
    await put('changed.json', '{}');
    const other = 'f'.repeat(64);
    await convert('in/e.txt', { optionsRef: { bucket: 'lake', key: 'changed.json', digest: other } });
    expect(last()).toMatchObject({ type: 'Step Rejected', detail: { report: { code: 'options-changed' } } });
  });

  test('that are not there yet are waited for', async () => {
    const none = convert('in/f.txt', {
      optionsRef: { bucket: 'lake', key: 'none.json', digest: 'e'.repeat(64) },
    });
    await expect(none).rejects.toMatchObject({ code: 'options-unreadable' });
  });
});

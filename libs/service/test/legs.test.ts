import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { Converter, SharedOptions } from '@tributary/codec';
import { fixedWidthToTsv } from '@tributary/codec/fixed-width-to-tsv';
import { MAX_LEGS, type ObjectRef } from '@tributary/events';
import { describe, expect, test } from 'vitest';
import { type ServeSettings, serve } from '../src/serve.ts';
import { useCloud } from './cloud.ts';
import { createdEvent, envelopeOf } from './events.ts';
import { shout } from './shout-converter.ts';
import { lines, MiB, plain, stepsIn } from './steps.ts';

const cloud = await useCloud();
const { outcomes, last } = stepsIn(cloud);

const options = (compression: string) => ({
  layout: {
    fields: [
      { name: 'at', width: 10 },
      { name: 'square', width: 16 },
    ],
    shortRecords: 'reject',
  },
  output: { compression },
  rejects: { maxRejectRatio: 1 },
});
const record = (at: number) =>
  at % 5_000 === 0 ? `${at}\n` : `${String(at).padStart(10)}${String(at * at).padStart(16)}\n`;
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => record(from + index)).join('');
const text = records(0, 500_000);

/** Of a function whose time is nearly over once it has been looked at so often. */
function context(looks: number) {
  let left = looks;
  return {
    awsRequestId: randomUUID(),
    functionName: 'fixed-width-to-tsv',
    getRemainingTimeInMillis: () => (left-- > 0 ? 60_000 : 9_000),
  };
}
const patient = Number.POSITIVE_INFINITY;

const settings = { write: { partBytes: 5 * MiB, parallel: 2 }, build: 'b' } satisfies ServeSettings;

async function invoke(
  payload: unknown,
  looks: number,
  more: ServeSettings & { converter?: Converter<SharedOptions> } = {},
) {
  const { converter = fixedWidthToTsv as unknown as Converter<SharedOptions>, ...given } = more;
  const handler = serve(
    converter,
    { version: '1.0.0' },
    { clients: cloud.clients, bus: cloud.bus, ...settings, ...given },
  );
  return await handler(payload, context(looks));
}

const payloadOf = (input: ObjectRef, compression = 'none', sequencer = '0A') =>
  envelopeOf(createdEvent(input, sequencer), { sourcePrefix: 'in/', options: options(compression) });
const handedOn = () => cloud.told().findLast(({ type }) => type === 'Work Handed Over')?.detail.envelope;
const handovers = async () => (await cloud.keys()).filter((key) => key.includes('_handovers/'));

/** Invokes again and again with what the invocation before has put on the bus, as the rule does. */
async function goOn(looks: number, more?: Parameters<typeof invoke>[2]): Promise<number> {
  for (let legs = 2; ; legs++) {
    const summary = await invoke(handedOn(), looks, more);
    if (summary.outcome !== 'handed-over') return legs;
  }
}

/** Leaves an input to another invocation in its midst. @returns what that one is invoked with */
async function handOver(name: string, body = text) {
  await invoke(payloadOf(await cloud.put(`in/${name}`, body)), 12);
  return handedOn();
}

/** What one invocation makes of an input, by its name; nothing of it is told afterwards. */
async function inOne(name: string, body: string | Uint8Array, compression: string) {
  await invoke(payloadOf(await cloud.put(`in/${name}`, body), compression), patient);
  const { outputs, quarantine, rows, rejectedRows, notices } = last();
  const output = await cloud.read(outputs[0].key);
  const rejects = await cloud.read(quarantine.key);
  cloud.proxy.passed.length = 0;
  return { rows, rejectedRows, notices, output, rejects };
}

describe('what does not end in time', () => {
  test.each([
    ['plain, to plain', (body: string) => Buffer.from(body), 'none', 7, 3],
    ['plain, to gzip', (body: string) => Buffer.from(body), 'gzip', 7, 3],
    [
      'gzip of several members, to zstd',
      (body: string) =>
        Buffer.concat(
          [0, 1, 2, 3, 4, 5].map((at) => gzipSync(body.slice(at * 2_300_000, (at + 1) * 2_300_000))),
        ),
      'zstd',
      12,
      2,
    ],
  ])('goes on in other invocations to the very same bytes: %s', async (_, pack, compression, looks, legs) => {
    const name = compression;
    const whole = await inOne(`whole-${name}`, pack(text), compression);

    const more = { splitEvery: 1024 };
    const first = await invoke(
      payloadOf(await cloud.put(`in/legs-${name}`, pack(text)), compression),
      looks,
      more,
    );
    expect(first).toMatchObject({ outcome: 'handed-over', outputs: [] });
    expect(await goOn(looks, more)).toBeGreaterThanOrEqual(legs);

    const { outputs, quarantine, rows, rejectedRows, notices, invocation, hop } = last();
    expect({ rows, rejectedRows, notices }).toEqual({
      rows: 499_900,
      rejectedRows: 100,
      notices: whole.notices,
    });
    expect(hop).toBe(1);
    expect(invocation.leg).toBeGreaterThanOrEqual(legs);
    expect((await cloud.read(outputs[0].key)).equals(whole.output)).toBe(true);
    expect(gunzipSync(await cloud.read(quarantine.key)).equals(gunzipSync(whole.rejects))).toBe(true);
    const told = outcomes();
    expect(told[0]).toBe('Step Started');
    expect(told.at(-1)).toBe('Step Completed: completed');
    expect(new Set(told.slice(1, -1))).toEqual(new Set(['Step Handed Over', 'Work Handed Over']));
    expect(await cloud.unfinishedUploads()).toBe(0);
    expect(await handovers()).toEqual([]);
  });

  test('is done once where the event that goes on with it comes twice, at the same time or late', async () => {
    const whole = await inOne('whole-twice', text, 'none');
    const payload = await handOver('twice');
    const both = await Promise.allSettled([invoke(payload, patient), invoke(payload, patient)]);
    // One that finds the upload ended under its hands fails, and its retry finds the work done.
    for (const one of both) if (one.status === 'rejected') await invoke(payload, patient);
    await invoke(payload, patient);
    // S3 gives one and the same answer to the same completion sent twice.
    expect(outcomes().filter((one) => one === 'Step Completed: completed').length).toBeGreaterThan(0);
    expect(last().outcome).toBe('repeated');
    expect(last()).toMatchObject({ rows: 499_900, rejectedRows: 100 });
    expect((await cloud.read(last().outputs[0].key)).equals(whole.output)).toBe(true);
    expect(await cloud.unfinishedUploads()).toBe(0);
    expect(await handovers()).toEqual([]);
  });

  test('goes on from the same place where an invocation in its midst fails', async () => {
    const whole = await inOne('whole-fails', text, 'none');
    const payload = await handOver('fails');
    cloud.proxy.fault = ({ method, url }) =>
      method === 'PUT' && url.includes('partNumber=') ? { loseAnswer: true } : undefined;
    await expect(invoke(payload, patient)).rejects.toMatchObject({ code: 's3-failed' });
    cloud.proxy.fault = undefined;
    expect(await cloud.unfinishedUploads()).toBe(1);
    await invoke(payload, patient);
    expect((await cloud.read(last().outputs[0].key)).equals(whole.output)).toBe(true);
    expect(await cloud.unfinishedUploads()).toBe(0);
  });

  test('is begun anew where its upload is no more', async () => {
    const whole = await inOne('whole-gone', text, 'none');
    const payload = await handOver('gone');
    const { Uploads = [] } = await cloud.s3.send(new ListMultipartUploadsCommand({ Bucket: 'lake' }));
    for (const { Key, UploadId } of Uploads)
      await cloud.s3.send(new AbortMultipartUploadCommand({ Bucket: 'lake', Key, UploadId }));
    await expect(invoke(payload, patient)).rejects.toMatchObject({ code: 'upload-gone' });
    await invoke(payload, patient);
    expect((await cloud.read(last().outputs[0].key)).equals(whole.output)).toBe(true);
    expect(await handovers()).toEqual([]);
  });

  test('is begun anew by another version, which leaves nothing of the old', async () => {
    await invoke(await handOver('version'), patient, { build: 'c' });
    expect(last()).toMatchObject({ outcome: 'completed', rows: 499_900, rejectedRows: 100 });
    expect(await cloud.unfinishedUploads()).toBe(0);
    expect(await handovers()).toEqual([]);
  });

  test('gives way to a newer input, and leaves nothing', async () => {
    const payload = await handOver('newer');
    await invoke(payloadOf(await cloud.put('in/newer', record(1)), 'none', '0B'), patient);
    await invoke(payload, patient);
    expect(last()).toMatchObject({ outcome: 'superseded' });
    expect(await cloud.unfinishedUploads()).toBe(0);
    expect(await handovers()).toEqual([]);
  });

  test('is rejected as a whole by what comes late in it', async () => {
    const long = `${text}${'x'.repeat(2 * MiB)}\n`;
    await invoke(await handOver('bad', long), patient);
    expect(last()).toMatchObject({ report: { code: 'record-too-long' }, rejectedRows: 100 });
    expect(
      gunzipSync(await cloud.read(last().quarantine.key))
        .toString()
        .split('\n'),
    ).toHaveLength(101);
    expect((await cloud.keys()).some((key) => key === 'out/bad.tsv')).toBe(false);
    expect(await cloud.unfinishedUploads()).toBe(0);
    expect(await handovers()).toEqual([]);
  });
});

describe('what will not end in time, and cannot be gone on with', () => {
  test('is refused early, with what it would take', async () => {
    const payload = envelopeOf(createdEvent(await cloud.put('in/slow.txt', lines(8 * MiB)), '0A'), {
      sourcePrefix: 'in/',
      options: plain,
    });
    await invoke(payload, 4, { converter: shout as unknown as Converter<SharedOptions> });
    expect(last().report).toMatchObject({ code: 'timeout-too-short', expected: 'done in 55 s' });
    expect(last().report.message).toContain('in smaller files');
    expect(await cloud.unfinishedUploads()).toBe(0);
  });

  test('such as the last of all legs', async () => {
    const payload = await handOver('last');
    payload.handover.leg = MAX_LEGS;
    await invoke(payload, 4);
    expect(last().report).toMatchObject({ code: 'timeout-too-short' });
    expect(await cloud.unfinishedUploads()).toBe(0);
    expect(await handovers()).toEqual([]);
  });

  test('such as a single gzip stream', async () => {
    await invoke(payloadOf(await cloud.put('in/single', gzipSync(text))), 4, { splitEvery: 1024 });
    expect(last().report).toMatchObject({ code: 'timeout-too-short' });
  });
});

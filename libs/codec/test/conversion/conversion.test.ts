import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type ConversionProgress, runConversion } from '../../src/conversion/conversion.ts';
import type { Converter } from '../../src/converter.ts';
import { BadInput } from '../../src/errors.ts';
import { parseOptions, sharedOptions } from '../../src/options.ts';
import { cut, memorySink, sourceOf } from '../compression/memory.ts';

const options = z.strictObject(sharedOptions);

/** Upper-cases lines; those that start with `!` are rejected. */
const shouting: Converter<z.output<typeof options>> = {
  name: 'shouting',
  summary: 'Upper-cases',
  options,
  input: { mediaTypes: ['text/plain'] },
  output: { extension: '.txt', mediaType: 'text/plain' },
  async convert({ source, sink, reject }) {
    const buffer = new Uint8Array(64 * 1024);
    let rest = Buffer.alloc(0);
    let line = 0;
    let byte = 0;
    let rejected = 0;
    for (let count = await source.read(buffer); count > 0; count = await source.read(buffer)) {
      rest = Buffer.concat([rest, buffer.subarray(0, count)]);
      let start = 0;
      const good: Buffer[] = [];
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
        const record = rest.subarray(start, end);
        line++;
        if (record[0] === 33) {
          rejected++;
          reject({ line, byte, column: 'first', code: 'bang', message: 'Starts with a bang', record });
        } else good.push(Buffer.from(`${record.toString('latin1').toUpperCase()}\n`, 'latin1'));
        byte += record.length + 1;
        start = end + 1;
      }
      rest = rest.subarray(start);
      await sink.write(Buffer.concat(good));
    }
    return { rows: line - rejected, rejected, notices: {} };
  },
};

async function shout(input: Uint8Array, raw: object = {}, more: object = {}) {
  const sink = memorySink();
  const rejects = memorySink();
  let opened = 0;
  const source = sourceOf(...cut(input, 30_000));
  const outcome = await runConversion(shouting, parseOptions(shouting, raw), {
    source,
    sink,
    quarantine: async () => {
      opened++;
      return rejects;
    },
    ...more,
  }).then(
    (report) => ({ report }),
    (error: unknown) => ({ error }),
  );
  const quarantined = rejects.bytes().length ? gunzipSync(rejects.bytes()).toString() : '';
  return {
    ...outcome,
    source,
    opened,
    output: sink.bytes(),
    rejects: quarantined
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
    quarantineBytes: rejects.bytes().length,
  };
}

const many = (length: number, bad: (n: number) => boolean) =>
  Buffer.from(Array.from({ length }, (_, n) => `${bad(n) ? '!' : ''}row ${n}\n`).join(''));

describe('a conversion', () => {
  it('inflates, converts and deflates, and reports both sides', async () => {
    const plain = many(100_000, () => false);
    const zipped = gzipSync(plain);
    const seen: ConversionProgress[] = [];
    const run = await shout(
      zipped,
      {},
      { onProgress: (progress: ConversionProgress) => seen.push(progress) },
    );
    expect(gunzipSync(run.output).toString()).toBe(plain.toString().toUpperCase());
    expect(run).toMatchObject({
      opened: 0,
      report: {
        rows: 100_000,
        rejected: 0,
        bytesIn: zipped.length,
        bytesInflated: plain.length,
        bytesConverted: plain.length,
        bytesOut: run.output.length,
        compression: { input: 'gzip', output: 'gzip' },
      },
    });
    expect('report' in run && 'quarantine' in run.report).toBe(false);
    expect(seen.at(-1)).toMatchObject({ bytesIn: zipped.length, bytesInflated: plain.length });
  });

  it('takes an empty input', async () => {
    const run = await shout(Buffer.alloc(0), { output: { compression: 'none' } });
    expect(run).toMatchObject({
      report: { rows: 0, rejected: 0, bytesOut: 0, compression: { input: 'none' } },
    });
  });

  it('stops on a signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const run = await shout(
      many(10, () => false),
      {},
      { signal },
    );
    expect(run).toMatchObject({ error: new Error('enough') });
    expect(run.source.reads).toBe(0);
  });

  it('does not trust a converter that loses count', async () => {
    const careless = {
      ...shouting,
      convert: async (...args: Parameters<typeof shouting.convert>) => ({
        ...(await shouting.convert(...args)),
        rejected: 7,
      }),
    };
    const run = runConversion(careless, parseOptions(careless, {}), {
      source: sourceOf(many(10, (n) => n === 3)),
      sink: memorySink(),
      quarantine: async () => memorySink(),
    });
    await expect(run).rejects.toThrow('reports 7 rejected rows but put 1 into quarantine');
  });
});

describe('quarantine', () => {
  it('holds each bad row, as text or else as base64', async () => {
    const input = Buffer.concat([
      Buffer.from('one\n!zwölf "\t\n\u{feff}x\n'),
      Buffer.from([0x21, 0xff, 0x00, 0x0a]),
      Buffer.from('!\n'),
    ]);
    const run = await shout(input, { rejects: { maxRejectRatio: 1 } });
    const row = { column: 'first', code: 'bang', message: 'Starts with a bang' };
    expect(run.rejects).toEqual([
      { line: 2, byte: 4, ...row, record: '!zwölf "\t' },
      { line: 4, byte: 20, ...row, recordBase64: 'If8A' },
      { line: 5, byte: 24, ...row, record: '!' },
    ]);
    expect(run).toMatchObject({
      opened: 1,
      report: { rows: 2, rejected: 3, quarantine: { rows: 3, bytes: run.quarantineBytes } },
    });
  });

  it('holds rows of any length, each as one line', async () => {
    const lengths = [0, 1, 100_000, 262_000, 262_144, 300_000, 2_000_000, 5];
    const fills = ['x', 'ö', '"', '\u{1}', Buffer.from([0xff])];
    const records = fills.flatMap((fill) =>
      lengths.map((length) => Buffer.concat([Buffer.from('!'), Buffer.alloc(length, fill)])),
    );
    const input = Buffer.concat(records.flatMap((record) => [record, Buffer.from('\n')]));
    const run = await shout(input, { rejects: { maxRejectRatio: 1 } });
    const back = run.rejects.map(({ record, recordBase64 }) =>
      record === undefined ? Buffer.from(recordBase64, 'base64') : Buffer.from(record),
    );
    expect(back.length).toBe(records.length);
    for (const [i, record] of records.entries()) expect(back[i]!.equals(record), `record ${i}`).toBe(true);
  });

  it('holds a million rows, with the converter held back by a slow sink', async () => {
    let waiting = 0;
    let most = 0;
    let rows = 0;
    const report = await runConversion(
      shouting,
      parseOptions(shouting, { rejects: { maxRejectRatio: 1 }, output: { compression: 'none' } }),
      {
        source: sourceOf(
          ...cut(
            many(1_000_000, () => true),
            1 << 20,
          ),
        ),
        sink: memorySink(),
        quarantine: async () => ({
          async write(bytes) {
            waiting += bytes.length;
            most = Math.max(most, waiting);
            rows += gunzipSync(bytes).filter((byte) => byte === 10).length;
            await new Promise((resolve) => setImmediate(resolve));
            waiting -= bytes.length;
          },
        }),
      },
    );
    expect(report).toMatchObject({ rows: 0, rejected: 1_000_000 });
    expect(rows).toBe(1_000_000);
    expect(most).toBeLessThan(1 << 20);
  });

  it('is written even when the file is rejected', async () => {
    const run = await shout(
      many(100, (n) => n > 50),
      { rejects: { maxRejects: 3 } },
    );
    expect(run).toMatchObject({ error: { code: 'too-many-rejects' } });
    expect(run.rejects.map(({ line }) => line)).toEqual([52, 53, 54, 55]);
  });

  it('passes on what its sink fails with', async () => {
    const run = await shout(
      many(10, (n) => n === 1),
      {},
      {
        quarantine: async () => {
          throw new Error('no room');
        },
      },
    );
    expect(run).toMatchObject({ error: new Error('no room') });
  });
});

describe('thresholds', () => {
  const code = (run: object) => (run as { error?: BadInput }).error?.code;

  it('allow exactly so many', async () => {
    const input = many(100, (n) => n % 10 === 0);
    expect(code(await shout(input, { rejects: { maxRejects: 10 } }))).toBeUndefined();
    expect(code(await shout(input, { rejects: { maxRejects: 9 } }))).toBe('too-many-rejects');
    expect(code(await shout(input, { rejects: { maxRejectRatio: 0.1 } }))).toBeUndefined();
    expect(code(await shout(input, { rejects: { maxRejectRatio: 0.099 } }))).toBe('too-high-reject-ratio');
  });

  it('are a permanent error that says how many, why and where first', async () => {
    const { error } = (await shout(many(4, (n) => n < 3))) as { error?: BadInput };
    expect(error).toBeInstanceOf(BadInput);
    expect(error?.message).toBe(
      'Too large a share of the rows is bad; expected at most 0.5 (rejects.maxRejectRatio); got 3 of 4: 3 bang; first line 1, column first',
    );
  });

  it('do not judge a file by its bad start', async () => {
    expect(code(await shout(many(100_000, (n) => n < 40_000)))).toBeUndefined();
  });

  it('stop early once the file is bad beyond doubt, or no row may be', async () => {
    const hopeless = await shout(many(400_000, () => true));
    expect(code(hopeless)).toBe('too-high-reject-ratio');
    expect(hopeless.rejects.length).toBe(100_000);
    const strict = await shout(
      many(100_000, (n) => n === 5),
      { rejects: { maxRejectRatio: 0 } },
    );
    expect(strict).toMatchObject({ error: { fault: { where: { line: 6 } } } });
    expect(strict.source.reads).toBeLessThan(10);
  });
});

it.each([undefined, { 'tributary.source': 'in.txt' }])(
  'hands on what the output comes from: %o',
  async (metadata) => {
    let told: unknown = 'not called';
    const asking: typeof shouting = {
      ...shouting,
      convert(io, given) {
        told = io.metadata;
        return shouting.convert(io, given);
      },
    };
    await runConversion(asking, parseOptions(asking, {}), {
      source: sourceOf(Buffer.from('a\n')),
      sink: memorySink(),
      quarantine: async () => memorySink(),
      ...(metadata && { metadata }),
    });
    expect(told).toEqual(metadata);
  },
);

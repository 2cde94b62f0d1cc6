import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Converter } from '../../src/converter.ts';
import { csvToCsv } from '../../src/csv-to-csv/csv-to-csv.ts';
import type { CsvToCsvOptions } from '../../src/csv-to-csv/options.ts';
import { convertRows } from '../../src/delimited/convert-rows.ts';
import { convertFixedWidth } from '../../src/fixed-width/convert.ts';
import { fixedWidthToTsv } from '../../src/fixed-width/fixed-width-to-tsv.ts';
import type { FixedWidthToTsvOptions } from '../../src/fixed-width/options.ts';
import { parseOptions } from '../../src/options.ts';
import { dialects, inputsOf, readings } from '../delimited/arbitraries.ts';
import { inputs, layouts, outputs } from '../fixed-width/arbitraries.ts';
import { convertInRuns } from './convert-in-runs.ts';

const packings: Record<string, (parts: Uint8Array[]) => Buffer> = {
  none: (parts) => Buffer.concat(parts),
  gzip: (parts) => Buffer.concat(parts.map((part) => gzipSync(part, { level: 1 }))),
  zstd: (parts) => Buffer.concat(parts.map((part) => zstdCompressSync(part))),
};

/** With blocks so small that there are many places to stop. */
const inSmallBlocks: Converter<FixedWidthToTsvOptions> = {
  ...fixedWidthToTsv,
  convert: (io, options) => convertFixedWidth(io, options, { slots: 2, block: 97, flush: 64 }),
};

const patience = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 6 });

test('fixed width in several runs is, byte for byte, what it is in one', async () => {
  await fc.assert(
    fc.asyncProperty(
      layouts,
      outputs,
      fc.array(inputs, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('none', 'gzip', 'zstd'),
      fc.constantFrom('none', 'gzip', 'zstd'),
      patience,
      async (layout, output, parts, packing, compression, stops) => {
        const options = {
          ...parseOptions(fixedWidthToTsv, { layout: { fields: [{ name: 'a', start: 0, end: null }] } }),
          layout,
          output: { ...output, compression },
          rejects: { maxRejectRatio: 0.5 },
        } as FixedWidthToTsvOptions;
        const input = packings[packing]!(parts);
        const whole = await convertInRuns(inSmallBlocks, options, input, []);
        const { runs: _, ...inRuns } = await convertInRuns(inSmallBlocks, options, input, stops, 1);
        const { runs: __, ...inOne } = whole;
        // Of a file that is refused, what was written before does not count.
        if (whole.error) expect(inRuns.error).toEqual(inOne.error);
        else expect(inRuns).toEqual(inOne);
      },
    ),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 200) },
  );
});

/** Delimited text likewise, and with batches of a few cells. */
const rowsInSmallBlocks: Converter<CsvToCsvOptions> = {
  ...csvToCsv,
  convert: (io, options) =>
    convertRows(io, options, (columns) => ({ columns, convert: columns.map((_, place) => place) }), {
      block: 97,
      cells: 8,
    }),
};

test('delimited text in several runs is, byte for byte, what it is in one', async () => {
  await fc.assert(
    fc.asyncProperty(
      dialects.chain((dialect) => fc.tuple(fc.constant(dialect), inputsOf(dialect))),
      readings,
      fc.constantFrom('utf-8', 'utf-16le', 'windows-1252'),
      fc.boolean(),
      fc.constantFrom('none', 'gzip', 'zstd'),
      fc.constantFrom('none', 'gzip', 'zstd'),
      patience,
      async ([dialect, text], reading, encoding, isGiven, packing, compression, stops) => {
        const encoded =
          encoding === 'utf-16le' ? Buffer.from(Buffer.from(text).toString('utf8'), 'utf16le') : text;
        const options = {
          ...parseOptions(csvToCsv, { output: { compression }, rejects: { maxRejectRatio: 0.5 } }),
          dialect: isGiven ? { ...dialect, encoding } : { encoding },
          reading,
        } as CsvToCsvOptions;
        const half = (encoded.length >> 2) << 1;
        const input = packings[packing]!([encoded.subarray(0, half), encoded.subarray(half)]);
        const { runs: _, ...inOne } = await convertInRuns(rowsInSmallBlocks, options, input, []);
        const { runs: __, ...inRuns } = await convertInRuns(rowsInSmallBlocks, options, input, stops, 1);
        if (inOne.error) expect(inRuns.error).toEqual(inOne.error);
        else expect(inRuns).toEqual(inOne);
      },
    ),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 200) },
  );
});

describe('a large input', () => {
  const line = (at: number) =>
    `${String(at).padStart(9)}${at % 1000 === 0 ? '' : String(at * 7).padStart(12)}\n`;
  const lines = Array.from({ length: 200_000 }, (_, at) => line(at));
  const member = (from: number) => Buffer.from(lines.slice(from, from + 10_000).join(''));
  const parts = Array.from({ length: 20 }, (_, at) => member(at * 10_000));
  const options = (compression: string) =>
    parseOptions(fixedWidthToTsv, {
      layout: {
        fields: [
          { name: 'a', width: 9 },
          { name: 'b', width: 12 },
        ],
        shortRecords: 'reject',
      },
      output: { compression },
    });

  test.each([
    ['none', 'gzip'],
    ['gzip', 'gzip'],
    ['gzip', 'none'],
    ['zstd', 'zstd'],
  ])('packed as %s, is taken up in its midst, to %s', async (packing, compression) => {
    const input = packings[packing]!(parts);
    const whole = await convertInRuns(fixedWidthToTsv, options(compression), input, []);
    const inRuns = await convertInRuns(fixedWidthToTsv, options(compression), input, [0, 0, 1], 1024);
    expect(inRuns.runs).toBe(4);
    expect({ ...inRuns, runs: 1 }).toEqual(whole);
    expect(whole.report).toMatchObject({ rows: 199_800, rejected: 200 });
  });

  test.each(['gzip', 'zstd'])('of a single %s stream has no place to stop', async (packing) => {
    const input = packings[packing]!([Buffer.concat(parts)]);
    const inRuns = await convertInRuns(fixedWidthToTsv, options('none'), input, [0, 0, 0], 1024);
    expect(inRuns).toMatchObject({ runs: 1, report: { rows: 199_800 } });
  });
});

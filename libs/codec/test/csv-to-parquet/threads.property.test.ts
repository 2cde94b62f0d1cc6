import type { Field } from '@tributary/table-schema';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellTexts, fields, textOf } from '../columns/field-arbitraries.ts';
import { writeCsv } from './convert.twin.ts';
import { convertText } from './convert-text.ts';
import { orderLines, orderSchema } from './orders.ts';
import { splits } from './splits.ts';

// Out of sources a thread takes a second to start.
const runs = Number(process.env.PROPERTY_RUNS ?? 8);
const timeout = 60_000 + 1000 * runs;

const output = fc.record(
  {
    compression: fc.constantFrom('zstd', 'snappy', 'gzip', 'none'),
    rowGroupRows: fc.integer({ min: 1, max: 20 }),
    pageRows: fc.integer({ min: 1, max: 8 }),
    partitionBy: fc.constant(['c0']),
  },
  { requiredKeys: ['compression', 'rowGroupRows', 'pageRows'] },
);
const tables = fc
  .array(fc.oneof(fields, fc.constant(undefined)), { minLength: 2, maxLength: 6 })
  .chain((some) =>
    fc.record({
      schema: fc.constant(some.flatMap((field, i): Field[] => (field ? [{ ...field, name: `c${i}` }] : []))),
      rows: fc.array(fc.tuple(...some.map((field) => (field ? textOf(field) : cellTexts))), {
        minLength: 1,
        maxLength: 60,
      }),
    }),
  );

test(
  'two threads write byte for byte what one writes, however the input is cut',
  async () => {
    await fc.assert(
      fc.asyncProperty(tables, splits, output, async ({ schema, rows }, sizes, output) => {
        const input = writeCsv(
          rows[0]!.map((_, i) => `c${i}`),
          rows,
        );
        const options = {
          dialect: { delimiter: ',', quoteChar: '"', header: true },
          ...(schema.length > 0 && { schema: { fields: schema } }),
          output,
          rejects: { maxRejectRatio: 1 },
        };
        const convert = (threads: 1 | 2) =>
          convertText(input, options, { ...sizes, threads }).catch((error) => String(error));
        const { mostOpen: _, ...one } = (await convert(1)) as object & { mostOpen?: number };
        const { mostOpen: __, ...two } = (await convert(2)) as object & { mostOpen?: number };
        expect(two).toEqual(one);
      }),
      { numRuns: runs },
    );
  },
  timeout,
);

test('a table of many row groups, its types inferred, and in several files', async () => {
  const input = [...orderLines(30_000)].join('');
  for (const options of [
    {},
    { schema: orderSchema, output: { rowGroupRows: 5000, targetFileSize: 1_048_576 } },
    { schema: orderSchema, output: { compression: 'none' } },
    { dialect: { encoding: 'windows-1252' } },
  ]) {
    const one = await convertText(input, options, { block: 65_536, threads: 1 });
    const two = await convertText(input, options, { block: 65_536, threads: 2 });
    expect(one.report.rows).toBe(30_000);
    expect(two.file.equals(one.file)).toBe(true);
    expect(two.files).toEqual(one.files);
    expect(two.report).toEqual(one.report);
  }
});

test('records longer than a block, in quotes that have to be undone', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => [`${i}`, 'say "a"\n'.repeat(i % 7 === 0 ? 20_000 : i)]);
  const input = writeCsv(['id', 'text'], rows);
  const sizes = { block: 4096, chunk: 5000, cells: 6 };
  const [one, two] = [
    await convertText(input, {}, { ...sizes, threads: 1 }),
    await convertText(input, {}, { ...sizes, threads: 2 }),
  ];
  expect(two.file.equals(one.file)).toBe(true);
});

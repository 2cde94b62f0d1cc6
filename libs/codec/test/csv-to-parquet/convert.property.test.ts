import type { Field } from '@tributary/table-schema';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnTypeOf } from '../../src/columns/column-type.ts';
import { cellTexts, fields, textOf } from '../columns/field-arbitraries.ts';
import * as twin from './convert.twin.ts';
import { convertText } from './convert-text.ts';
import { type Plain, queryWithDuckDb, readWithHyparquet } from './read-back.ts';
import { splits } from './splits.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 40);
const timeout = 60_000 + 100 * runs;

/** With nothing left to be found in the file. */
const dialect = {
  delimiter: ',',
  lineTerminator: 'auto',
  quoteChar: '"',
  doubleQuote: true,
  escapeChar: '',
  skipInitialSpace: false,
  header: true,
  headerRows: [1],
  headerJoin: ' ',
  skipLines: 0,
  footerLines: 0,
  encoding: 'utf-8',
};

const output = fc.record({
  compression: fc.constantFrom('zstd', 'snappy', 'gzip', 'none'),
  rowGroupRows: fc.integer({ min: 1, max: 20 }),
  pageRows: fc.integer({ min: 1, max: 8 }),
});

const rowsOf = (columns: fc.Arbitrary<string>[]) =>
  fc.array(
    fc.tuple(
      ...columns.map((texts) =>
        fc.oneof({ weight: 8, arbitrary: texts }, { weight: 1, arbitrary: fc.constant('') }),
      ),
    ),
    { minLength: 1, maxLength: 25 },
  );

const typed = fc.array(fields, { minLength: 1, maxLength: 6 }).chain((some) => {
  const named = some.map((field, i): Field => ({ ...field, name: `c${i}` }));
  return fc.record({ named: fc.constant(named), rows: rowsOf(named.map(textOf)) });
});

async function compare(file: Uint8Array, named: readonly Field[], rows: Plain[][]): Promise<void> {
  expect(await queryWithDuckDb(file)).toEqual(twin.asDuckDb(named, rows));
  const types = named.map(columnTypeOf);
  const found = (await readWithHyparquet(file)).map((row) =>
    row.map((value, i) =>
      types[i]!.kind === 'decimal' && value !== null ? twin.roundDouble(Number(value)) : value,
    ),
  );
  expect(found).toEqual(twin.asHyparquet(named, rows));
}

test(
  'tables of any types come back cell by cell, however they are cut',
  async () => {
    await fc.assert(
      fc.asyncProperty(typed, splits, output, async ({ named, rows }, sizes, output) => {
        const { file, report, rejects } = await convertText(
          twin.writeCsv(
            named.map(({ name }) => name),
            rows,
          ),
          {
            dialect,
            schema: { fields: named, fieldsMatch: 'equal' },
            output,
            rejects: { maxRejectRatio: 1 },
          },
          sizes,
        );
        const settled = twin.settleNaively(named, rows);
        const expected = twin.castNaively(settled, rows);
        expect(rejects.map(({ line, column }) => [line, column]).length).toBe(expected.rejected.length);
        expect(rejects.map(({ column }) => column)).toEqual(expected.rejected.map(([, column]) => column));
        expect(report).toMatchObject({ rows: expected.rows.length, rejected: expected.rejected.length });
        await compare(file, settled, expected.rows);
      }),
      { numRuns: runs },
    );
  },
  timeout,
);

test(
  'without a schema, nothing is rejected and the types are those of every row',
  async () => {
    const columns = fc
      .array(fc.oneof(fields.map(textOf), fc.constant(cellTexts)), { minLength: 1, maxLength: 6 })
      .chain((texts) => rowsOf(texts));
    await fc.assert(
      fc.asyncProperty(columns, splits, output, async (rows, sizes, output) => {
        const names = rows[0]!.map((_, i) => `c${i}`);
        const input = twin.writeCsv(names, rows);
        const { file, report } = await convertText(input, { dialect, output }, sizes);
        const inferred = twin.inferNaively(names, rows);
        expect(report.schema).toEqual({ descriptor: { fields: inferred }, inferred: true });
        const expected = twin.castNaively(inferred, rows);
        expect(expected.rejected).toEqual([]);
        await compare(file, inferred, expected.rows);
        const again = await convertText(input, { dialect, output, schema: report.schema!.descriptor }, sizes);
        expect(again.file.equals(file)).toBe(true);
      }),
      { numRuns: runs },
    );
  },
  timeout,
);

import * as fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { expect, test } from 'vitest';
import { BadInput, BadOptions } from '../../src/errors.ts';
import { cellTexts } from '../columns/field-arbitraries.ts';
import { convertText } from './convert-text.ts';
import { queryWithDuckDb } from './read-back.ts';

// Any bytes under any options. `PROPERTY_RUNS=20000` for a long run.
const runs = Number(process.env.PROPERTY_RUNS ?? 60);
const timeout = 60_000 + 20 * runs;

const mark = fc.constantFrom(
  ',',
  ',',
  ',',
  ';',
  '\t',
  '\n',
  '\n',
  '\n',
  '\r\n',
  '\r',
  '"',
  '""',
  '\0',
  '\\',
  ' ',
  '#',
  '|',
  '\ufeff',
);
const texts = fc
  .array(fc.oneof({ weight: 3, arbitrary: cellTexts }, { weight: 4, arbitrary: mark }), { maxLength: 60 })
  .map((parts) => Buffer.from(parts.join('')));
const tables = fc
  .tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.array(cellTexts, { maxLength: 60 }),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
  )
  .map(([columns, cells, end, quoted]) => {
    const lines = [Array.from({ length: columns }, (_, i) => `c${i}`)];
    for (let at = 0; at < cells.length; at += columns) lines.push(cells.slice(at, at + columns));
    const write = (text: string) => (quoted ? `"${text.replaceAll('"', '""')}"` : text);
    return Buffer.from(lines.map((line) => `${line.map(write).join(',')}${end}`).join(''));
  });
const malformed = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const inputs = fc.oneof(
  { weight: 4, arbitrary: texts },
  { weight: 4, arbitrary: tables },
  { weight: 1, arbitrary: malformed },
  { weight: 1, arbitrary: fc.tuple(tables, malformed).map((parts) => Buffer.concat(parts)) },
);

const sometimes = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const types = fc.constantFrom(
  ...[
    'string',
    'integer',
    'number',
    'boolean',
    'date',
    'time',
    'datetime',
    'year',
    'object',
    'any',
    'geopoint',
  ],
);
const fields = fc
  .array(fc.tuple(types, fc.boolean()), { minLength: 1, maxLength: 5 })
  .map((all) => all.map(([type, required], i) => ({ name: `c${i}`, type, constraints: { required } })));

/** Undefined properties are as if they were left out. */
const options = fc
  .record({
    dialect: sometimes(
      fc.record({
        delimiter: sometimes(fc.constantFrom(',', ';', 'multi-space', '::')),
        quoteChar: sometimes(fc.constantFrom('"', "'", '')),
        escapeChar: sometimes(fc.constantFrom('\\', '')),
        header: sometimes(fc.boolean()),
        nullSequence: sometimes(fc.constantFrom('NA', '')),
        commentChar: sometimes(fc.constant('#')),
        skipInitialSpace: sometimes(fc.boolean()),
        encoding: sometimes(fc.constantFrom('utf-8', 'windows-1252', 'utf-16le')),
      }),
    ),
    reading: sometimes(
      fc.record({
        mode: sometimes(fc.constantFrom('strict', 'lenient')),
        shortRows: sometimes(fc.constantFrom('pad', 'reject')),
        maxFieldBytes: sometimes(fc.constantFrom(1, 20)),
        maxColumns: sometimes(fc.constantFrom(2, 100)),
      }),
    ),
    schema: sometimes(
      fc.record({
        fields,
        fieldsMatch: sometimes(fc.constantFrom('exact', 'equal', 'subset', 'superset', 'partial')),
      }),
    ),
    badCells: sometimes(fc.constantFrom('reject', 'null')),
    output: fc.record({
      compression: sometimes(fc.constantFrom('zstd', 'snappy', 'gzip', 'none')),
      rowGroupRows: sometimes(fc.constantFrom(1, 3, 1000)),
      pageRows: sometimes(fc.constantFrom(1, 5)),
      pageBytes: sometimes(fc.constantFrom(1024)),
      dictionaryBytes: sometimes(fc.constantFrom(0, 10, 100)),
      partitionBy: sometimes(fc.constantFrom(['c0'], ['c1', 'c0'])),
      maxOpenPartitions: sometimes(fc.constantFrom(1, 2)),
      maxFiles: sometimes(fc.constantFrom(1, 3)),
    }),
  })
  .map((value) => JSON.parse(JSON.stringify(value)) as object);

test(
  'any bytes under any options are a table, or refused by a name',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        inputs,
        options,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 50 }),
        async (input, value, chunk, cells) => {
          try {
            const { report, file, files, rejects } = await convertText(input, value, { chunk, cells });
            expect(rejects).toHaveLength(report.rejected);
            const places = rejects.map(({ byte }) => byte);
            expect(places).toEqual(places.toSorted((a, b) => a - b));
            const written = file.length > 0 ? [{ rows: report.rows, file }] : files;
            expect(written.reduce((sum, { rows }) => sum + rows, 0)).toBe(report.rows);
            for (const { rows, file } of written) {
              expect(Number(parquetMetadata(Uint8Array.from(file).buffer).num_rows)).toBe(rows);
              expect(await queryWithDuckDb(file)).toHaveLength(rows);
            }
          } catch (error) {
            if (!(error instanceof BadInput || error instanceof BadOptions)) throw error;
          }
        },
      ),
      { numRuns: runs },
    );
  },
  timeout,
);

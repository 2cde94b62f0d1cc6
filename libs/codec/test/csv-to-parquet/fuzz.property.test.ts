import * as fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { expect, test } from 'vitest';
import { BadInput, BadOptions } from '../../src/errors.ts';
import { anyInput, readingOptions, sometimes } from '../delimited/any-input.ts';
import { convertText } from './convert-text.ts';
import { queryWithDuckDb } from './read-back.ts';

// Any bytes under any options. `PROPERTY_RUNS=20000` for a long run.
const runs = Number(process.env.PROPERTY_RUNS ?? 60);
const timeout = 60_000 + 20 * runs;

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
    ...readingOptions,
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
        anyInput,
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

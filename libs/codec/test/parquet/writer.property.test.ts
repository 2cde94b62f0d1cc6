import * as fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parquetOptions } from '../../src/parquet/options.ts';
import { batches, cases } from './arbitraries.ts';
import { checkStatistics } from './check-statistics.ts';
import { asGiven, Duck, readWithHyparquet } from './read-back.ts';
import { writeTable } from './write-table.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 25);
const timeout = 60_000 + 500 * runs;

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck.close());

test(
  'both readers find the values that were written',
  async () => {
    await fc.assert(
      fc.asyncProperty(cases, batches, async ({ table, options: given }, cuts) => {
        const { file, rows, bytes, rowGroups } = await writeTable(table, given, cuts);
        expect({ rows, bytes }).toEqual({ rows: table.values[0]!.length, bytes: file.length });
        const metadata = parquetMetadata(file.buffer);
        expect(metadata.row_groups.length).toBe(rowGroups);
        const { rowGroupRows } = parquetOptions.parse(given);
        for (const group of metadata.row_groups) expect(group.num_rows).toBeLessThanOrEqual(rowGroupRows);
        expect(await readWithHyparquet(file, table.columns)).toEqual(table.values);
        expect(asGiven(await duck.read(file, table.columns), table.columns)).toEqual(table.values);
      }),
      { numRuns: runs, endOnFailure: runs < 100 },
    );
  },
  timeout,
);

test(
  'the same bytes, however the rows come in batches',
  async () => {
    await fc.assert(
      fc.asyncProperty(cases, batches, batches, async ({ table, options: given }, cuts, others) => {
        const one = await writeTable(table, given, cuts);
        const other = await writeTable(table, given, others);
        expect(Buffer.compare(one.file, other.file)).toBe(0);
      }),
      { numRuns: Math.ceil(runs / 2), endOnFailure: runs < 100 },
    );
  },
  timeout,
);

test(
  'statistics and page indexes tell the truth',
  async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ table, options: given }) => {
        const { file } = await writeTable(table, given);
        checkStatistics(file, table, given.pageIndex ?? true);
      }),
      { numRuns: runs, endOnFailure: runs < 100 },
    );
  },
  timeout,
);

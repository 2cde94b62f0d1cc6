import { parquetMetadata } from 'hyparquet';
import { expect } from 'vitest';
import type { Column, ColumnType } from '../../src/parquet/column.ts';
import { checkStatistics } from './check-statistics.ts';
import { asGiven, type Duck, readWithHyparquet } from './read-back.ts';
import { type Options, type Table, type Value, writeTable } from './write-table.ts';

export const list = <T>(length: number, make: (i: number) => T) => Array.from({ length }, (_, i) => make(i));

export const column = (type: ColumnType, nullable = true, name = 'x'): Column => ({ name, type, nullable });

export const oneColumn = (type: ColumnType, values: Value[], nullable = true): Table => ({
  columns: [column(type, nullable)],
  values: [values],
});

export const integers: ColumnType = { kind: 'integer', bits: 64 };
export const strings: ColumnType = { kind: 'string' };

/** Writes a table, reads it back with both readers and checks its statistics; gives the file. */
export async function roundTrip(
  duck: Duck,
  table: Table,
  options: Options = {},
  batches?: number[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { file } = await writeTable(table, options, batches);
  expect(await readWithHyparquet(file, table.columns)).toEqual(table.values);
  expect(asGiven(await duck.read(file, table.columns), table.columns)).toEqual(table.values);
  checkStatistics(file, table, options.pageIndex ?? true);
  return file;
}

/** What a file says of its chunks, row group by row group. */
export const chunksOf = (file: Uint8Array<ArrayBuffer>) =>
  parquetMetadata(file.buffer).row_groups.map(({ columns }) => columns.map(({ meta_data }) => meta_data!));

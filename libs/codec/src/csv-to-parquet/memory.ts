import type { Column } from '../parquet/column.ts';
import type { ParquetOptions } from '../parquet/options.ts';
import { ParquetWriter } from '../parquet/writer.ts';
import type { CsvToParquetOptions } from './options.ts';

const MiB = 1024 * 1024;
/**
 * Room for all that a conversion holds. Pages that nothing touches take none of the process's: usual tables touch a
 * third, a row near the reader's limits or very many columns more.
 */
export const HEAP_BYTES = 512 * MiB;
/** For all writers together. */
const WRITERS = 112 * MiB;
const LEAST_ROW_GROUP = 256 * 1024;

/** Cells of a batch: few enough to stay in the processor's cache on their way from reader to writer. */
export const BATCH_CELLS = 65_536;

/** Options for each of the files open at a time, with row groups small enough for all of them. */
export function fileOptions(
  columns: readonly Column[],
  output: CsvToParquetOptions['output'],
): ParquetOptions {
  const { partitionBy, maxOpenPartitions, maxFiles: _, targetFileSize, ...options } = output;
  const share = WRITERS / (partitionBy ? maxOpenPartitions : 1);
  let rowGroupBytes = Math.min(options.rowGroupBytes, Math.max(targetFileSize ?? Infinity, 4 * MiB));
  while (
    rowGroupBytes > LEAST_ROW_GROUP &&
    ParquetWriter.heapBytes(columns, { ...options, rowGroupBytes }) > share
  ) {
    rowGroupBytes = Math.max(Math.floor(rowGroupBytes / 2), LEAST_ROW_GROUP);
  }
  return { ...options, rowGroupBytes };
}

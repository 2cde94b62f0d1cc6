import type { Column } from '../parquet/column.ts';
import type { ParquetOptions } from '../parquet/options.ts';
import { columnBytes, ParquetWriter } from '../parquet/writer.ts';
import type { CsvToParquetOptions } from './options.ts';

const MiB = 1024 * 1024;
/**
 * Room for all that a conversion holds, its second thread apart. Pages that nothing touches take none of the process's:
 * usual tables touch a third, a row near the reader's limits or very many columns more.
 */
export const HEAP_BYTES = 512 * MiB;
/** For all writers together; the process takes some 90 MiB besides, and the reader 10 and a long record. */
const WRITERS = 64 * MiB;
const LEAST_ROW_GROUP = 256 * 1024;
/** Row groups of wide tables get so much for each column: with less, the file would consist of headers. */
const LEAST_PER_COLUMN = 2048;

/** Cells of a batch: few enough to stay in the processor's cache on their way from reader to writer. */
export const BATCH_CELLS = 65_536;

/** Options for a file; the files open at a time share the `rowGroupBytes`. */
export function fileOptions(
  columns: readonly Column[],
  output: CsvToParquetOptions['output'],
): ParquetOptions {
  const { partitionBy: _, maxOpenPartitions: __, maxFiles: ___, targetFileSize, ...options } = output;
  const most = Math.min(options.rowGroupBytes, Math.max(targetFileSize ?? Infinity, 4 * MiB));
  const least = Math.min(most, Math.max(LEAST_ROW_GROUP, columns.length * LEAST_PER_COLUMN));
  const heapBytes = (rowGroupBytes: number) =>
    ParquetWriter.heapBytes(columns, { ...options, rowGroupBytes });
  const over = heapBytes(most) - WRITERS;
  if (over <= 0 || most === least) return { ...options, rowGroupBytes: most };
  // Memory grows in proportion to the row group.
  const proportion = (most - least) / (heapBytes(most) - heapBytes(least));
  return { ...options, rowGroupBytes: Math.max(least, Math.floor(most - over * proportion)) };
}

/** Files that may be open at a time: of wide tables, fewer than were asked for. */
export function mostOpenFiles(
  columns: readonly Column[],
  { partitionBy, maxOpenPartitions }: CsvToParquetOptions['output'],
): number {
  if (!partitionBy) return 1;
  const fitting = Math.floor(WRITERS / 2 / (columns.length * columnBytes));
  return Math.max(1, Math.min(maxOpenPartitions, fitting));
}

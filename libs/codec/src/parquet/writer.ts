import type { KernelHeap } from '../kernel/heap.ts';
import type { ByteSink } from '../ports.ts';
import type { Column, ColumnVector } from './column.ts';
import type { ParquetOptions } from './options.ts';

/** What was written. */
export interface ParquetSummary {
  rows: number;
  /** Of the file. */
  bytes: number;
  rowGroups: number;
}

/**
 * Writes one Parquet file. Rows are gathered in kernel memory until a row group is full; its pages are then compressed on
 * the thread pool while the next rows are appended.
 * @example
 * ```ts
 * const writer = new ParquetWriter(heap, columns, sink, parquetOptions.parse({}));
 * try {
 *   for (const batch of batches) await writer.append(batch.rows, batch.vectors);
 *   return await writer.end({ 'tributary.run': run });
 * } finally {
 *   await writer.close();
 * }
 * ```
 */
export class ParquetWriter {
  /** Bytes of heap that a writer of these columns takes at most, besides what one value larger than all limits takes. */
  static heapBytes(_columns: readonly Column[], _options: ParquetOptions): number {
    throw new Error('not written yet');
  }

  constructor(_heap: KernelHeap, _columns: readonly Column[], _sink: ByteSink, _options: ParquetOptions) {}

  /** Rows taken so far. */
  get rows(): number {
    throw new Error('not written yet');
  }

  /** Bytes handed to the sink so far. */
  get bytes(): number {
    throw new Error('not written yet');
  }

  /**
   * Takes `rows` values of every column, in the order of the columns. What the vectors point at is borrowed until the
   * promise resolves. Best in batches of a few thousand rows, which stay in the processor's cache; any number is right.
   * @throws RangeError when the heap has no room; whatever the sink throws, or threw at something written before
   */
  append(_rows: number, _vectors: readonly ColumnVector[]): Promise<void> {
    throw new Error('not written yet');
  }

  /** Writes what is held back and the footer with `metadata` as its key-value pairs. The sink stays open. */
  end(_metadata: Readonly<Record<string, string>>): Promise<ParquetSummary> {
    throw new Error('not written yet');
  }

  /** Gives the heap back what was taken from it, once nothing is under way any more; without `end` before, the file stays cut off. Never rejects. */
  close(): Promise<void> {
    throw new Error('not written yet');
  }
}

import type { InputHints, RejectedRow } from '../converter.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { ByteSource } from '../ports.ts';
import type { DelimitedOptions, ReadDialect } from './dialect.ts';
import type { RecordBatch } from './record-batch.ts';

/** What the start of a file told. */
export interface OpenedTable {
  /** One name a column, each another; from the header, or made up where there is none. */
  columns: string[];
  /** Everything settled: give it as `options.dialect` to read the same file again without a look at its start. */
  dialect: ReadDialect;
  /** 0 to 1, of what was sniffed; 1 if nothing was. */
  confidence: number;
}

export interface ReaderContext {
  hints?: InputHints;
  /** Takes rows that are rejected for their structure; may throw. */
  reject(row: RejectedRow): void;
  /** Names of the columns of a file without a header, for instance those of a schema. */
  names?: readonly string[];
  /** Bytes of a block (1 MiB) and blocks (3) to read ahead in; cells of a batch (65536). */
  sizes?: { block?: number; blocks?: number; cells?: number };
}

/**
 * Reads delimited text as batches of cells in kernel memory. Memory is a few blocks and the longest record, whatever the
 * file's size.
 * @example
 * ```ts
 * const reader = new DelimitedReader(heap, io.source, options, { hints: io.hints, reject: (row) => io.reject(row) });
 * try {
 *   const { columns, dialect } = await reader.open();
 *   for (let batch; (batch = await reader.next()); ) use(batch);
 * } finally {
 *   reader.close();
 * }
 * ```
 */
export class DelimitedReader {
  /** Rows given to `reject`. */
  rejected = 0;
  /** What was passed over, padded or mended, by name. */
  readonly notices: Record<string, number> = {};

  constructor(_heap: KernelHeap, _source: ByteSource, _options: DelimitedOptions, _context: ReaderContext) {}

  /**
   * Reads the start of the file: dialect, header, number of columns. Call it once, first.
   * @throws {BadInput} `empty-input`, `binary-input`, `too-many-columns`, `duplicate-name`, `empty-name`, `header-missing`
   */
  async open(): Promise<OpenedTable> {
    throw new Error('not written yet');
  }

  /** The next rows; undefined at the end. The batch before is gone then. @throws {BadInput} `unterminated-quote`, and what `reject` throws */
  async next(): Promise<RecordBatch | undefined> {
    throw new Error('not written yet');
  }

  /** Gives all memory back and starts no more reads; batches are gone then. */
  close(): void {}
}

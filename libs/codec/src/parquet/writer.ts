import type { KernelHeap } from '../kernel/heap.ts';
import type { ByteSink } from '../ports.ts';
import type { Column, ColumnVector } from './column.ts';
import { type ChunkTools, chunkTools, longestPiece, releaseTools, toolBytes } from './column-chunk.ts';
import { FileFooter, magic } from './file-footer.ts';
import { createKernel } from './kernel.ts';
import type { ParquetOptions } from './options.ts';
import { PageStream } from './page-stream.ts';
import { RowGroup, stringBytes } from './row-group.ts';

/** What was written. */
export interface ParquetSummary {
  rows: number;
  /** Of the file. */
  bytes: number;
  rowGroups: number;
}

/** Heap that a column takes from the start. */
export const columnBytes = 3072;
/** Bytes of strings taken between two looks at how much memory is in use. */
const pieceBytes = 1024 * 1024;

/**
 * Writes one Parquet file. Rows are gathered in kernel memory until a row group is full; its pages are then compressed on
 * the thread pool while the next rows are appended. The same rows and options give the same bytes, however they come in
 * batches.
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
  readonly #columns: readonly Column[];
  readonly #options: ParquetOptions;
  readonly #tools: ChunkTools;
  readonly #stream: PageStream;
  readonly #footer: FileFooter;
  readonly #pieceRows: number;
  #rowGroup: RowGroup;
  #rows = 0;
  #rowGroups = 0;
  /** Rows and bytes of strings since memory was looked at last. */
  #sinceRows = 0;
  #sinceBytes = 0;
  #isClosed = false;
  readonly #isOneOfMany: boolean;

  /**
   * Bytes of heap that a writer of these columns may take: the row group, which may stand in blocks half as large again as
   * what is in them, pages on their way, and what each column needs from the start. What one batch of very long strings
   * takes comes on top.
   */
  static heapBytes(columns: readonly Column[], options: ParquetOptions): number {
    return Math.ceil(
      1.75 * options.rowGroupBytes +
        waitingBytes(options) +
        3 * Math.min(options.pageBytes, options.rowGroupBytes) +
        toolBytes +
        columns.length * columnBytes,
    );
  }

  /** `isOneOfMany`: no memory is laid out ahead, for other writers need it; `endRowGroup` then gives it back. */
  constructor(
    heap: KernelHeap,
    columns: readonly Column[],
    sink: ByteSink,
    options: ParquetOptions,
    isOneOfMany = false,
  ) {
    this.#isOneOfMany = isOneOfMany;
    this.#columns = columns;
    this.#options = options;
    const kernel = createKernel(heap.memory);
    this.#tools = chunkTools(heap, kernel, options, columns.length);
    this.#stream = new PageStream(heap, this.#tools.codec, sink, waitingBytes(options));
    this.#footer = new FileFooter(columns, options);
    this.#pieceRows = Math.max(64, Math.min(longestPiece, Math.floor(65_536 / columns.length)));
    this.#rowGroup = this.#newRowGroup();
    this.#stream.writeBytes(magic);
  }

  /** Rows taken so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Row groups ended so far. */
  get rowGroups(): number {
    return this.#rowGroups;
  }

  /** Bytes of heap in use by the rows that are gathered, about. */
  get used(): number {
    return this.#rowGroup.used;
  }

  /** Bytes handed to the sink, once all row groups ended so far are. @throws whatever the sink throws */
  async settledBytes(): Promise<number> {
    await this.#stream.drain();
    return this.#stream.written;
  }

  /** Ends the row group at hand before it is full. @throws as `append` */
  async endRowGroup(): Promise<void> {
    if (this.#rowGroup.rows === 0) return;
    this.#sinceRows = 0;
    this.#sinceBytes = 0;
    await this.#finishRowGroup();
  }

  /**
   * Takes `rows` values of every column, in the order of the columns. What the vectors point at is borrowed until the
   * promise resolves. Best in batches of a few thousand rows, which stay in the processor's cache; any number is right.
   * @throws RangeError when the heap has no room; whatever the sink throws, or threw at something written before
   */
  async append(rows: number, vectors: readonly ColumnVector[]): Promise<void> {
    for (let first = 0; first < rows; ) {
      const piece = this.#pieceOf(first, rows - first, vectors);
      if (piece.rows > 0) {
        if (piece.bytes > pieceBytes && !this.#fits(piece.bytes)) await this.#finishRowGroup();
        this.#rowGroup.append(first, piece.rows, vectors);
        first += piece.rows;
        this.#rows += piece.rows;
        this.#sinceRows += piece.rows;
        this.#sinceBytes += piece.bytes;
      }
      if (piece.isWhole) await this.#checkpoint();
    }
  }

  /**
   * Writes what is held back and the footer with `metadata` as its key-value pairs. The sink stays open. `columns`: those of the
   * file, where it is known only now how many digits a decimal has.
   */
  async end(
    metadata: Readonly<Record<string, string>>,
    columns: readonly Column[] = this.#columns,
  ): Promise<ParquetSummary> {
    if (this.#rowGroup.rows > 0) await this.#finishRowGroup();
    await this.#stream.drain();
    for (const piece of this.#footer.finish(this.#stream.written, metadata, columns))
      this.#stream.writeBytes(piece);
    await this.#stream.drain();
    return { rows: this.#rows, bytes: this.#stream.written, rowGroups: this.#footer.rowGroups };
  }

  /** Gives the heap back what was taken from it, once nothing is under way any more; without `end` before, the file stays cut off. Never rejects. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#stream.stop();
    this.#rowGroup.release();
    releaseTools(this.#tools);
  }

  /**
   * The rows to take next, up to where memory is looked at (`isWhole`). That is at the same rows however they come in
   * batches: every `pieceRows`, or before a row that would make too many bytes of strings.
   */
  #pieceOf(
    first: number,
    left: number,
    vectors: readonly ColumnVector[],
  ): { rows: number; bytes: number; isWhole: boolean } {
    const toFull = this.#options.rowGroupRows - this.#rowGroup.rows;
    const wanted = Math.min(this.#pieceRows - this.#sinceRows, toFull);
    const bytesOf = (rows: number) => stringBytes(this.#columns, this.#tools, first, rows, vectors);
    const room = pieceBytes - this.#sinceBytes;
    const rows = Math.min(wanted, left);
    const bytes = bytesOf(rows);
    if (bytes <= room) return { rows, bytes, isWhole: rows === wanted };
    // The greatest number of rows that fit, or one row if none was taken yet.
    let [fits, tooMany] = [0, rows];
    while (fits + 1 < tooMany) {
      const middle = (fits + tooMany) >> 1;
      if (bytesOf(middle) <= room) fits = middle;
      else tooMany = middle;
    }
    const taken = fits === 0 && this.#sinceRows === 0 ? 1 : fits;
    return { rows: taken, bytes: bytesOf(taken), isWhole: true };
  }

  /** Whether a row of long strings still fits into the row group. */
  #fits(bytes: number): boolean {
    return this.#rowGroup.rows === 0 || this.#rowGroup.used + bytes <= this.#options.rowGroupBytes;
  }

  async #checkpoint(): Promise<void> {
    this.#sinceRows = 0;
    this.#sinceBytes = 0;
    const isFull =
      this.#rowGroup.rows === this.#options.rowGroupRows ||
      this.#rowGroup.used >= this.#options.rowGroupBytes;
    if (isFull) await this.#finishRowGroup();
  }

  async #finishRowGroup(): Promise<void> {
    const { rows } = this.#rowGroup;
    this.#rowGroups++;
    await this.#rowGroup.encode(this.#stream);
    this.#stream.endRowGroup(rows, (meta, start) => this.#footer.add(meta, start));
    this.#rowGroup = this.#newRowGroup(this.#rowGroup);
  }

  #newRowGroup(last?: RowGroup): RowGroup {
    return new RowGroup(this.#columns, this.#tools, this.#isOneOfMany ? 'small' : last);
  }
}

/** Bytes of encoded pages that wait for the thread pool or the sink. */
function waitingBytes({ rowGroupBytes }: ParquetOptions): number {
  return Math.min(16 * 1024 * 1024, rowGroupBytes / 4);
}

import type { Checkpoint, ConvertIo, RejectedRow } from '../converter.ts';
import { KernelHeap } from '../kernel/heap.ts';
import type { DelimitedOptions } from './dialect.ts';
import { HeldRejects } from './held-rejects.ts';
import { DelimitedReader, type OpenedTable, type ReaderPlace } from './reader.ts';
import { CELL_SIZE, type RecordBatch } from './record-batch.ts';
import type { ReaderSizes } from './record-reader.ts';
import type { DelimitedWriter } from './writer.ts';

/** Room for the reader's blocks and the longest record; pages that nothing touches take none of the process's. */
const HEAP_BYTES = 256 * 1024 * 1024;
/** Of a batch: few enough that their texts are soon garbage. */
const CELLS = 65_536;

/** What a later run goes on with. */
export interface TableState {
  reader: ReaderPlace;
  /** By whoever uses the rows. */
  refused: number;
  /** Of what is written. */
  rows: number;
}

/** A row as texts; a cell that is not there, or the dialect's null sequence, is null. */
export type TextRow = readonly (string | null)[];

/** Why a row goes to quarantine. */
export type RowFault = Pick<RejectedRow, 'code' | 'message' | 'column'>;

/**
 * Reads delimited text row by row as texts: the plain way for a converter that has no need of the cells' bytes. Rejected rows
 * reach quarantine in the order of the input.
 * @example
 * ```ts
 * const table = await TextRows.open(io, options);
 * try {
 *   while (await table.next()) table.eachRow((row) => (row[0] === null ? { code: 'no-id', message: 'Row has no id' } : undefined));
 * } finally {
 *   table.close();
 * }
 * ```
 */
export class TextRows {
  readonly opened: OpenedTable;
  /** Rows that an earlier run has written; undefined in the first. */
  readonly written: number | undefined;
  /** By whoever uses the rows. */
  #refused: number;
  readonly #reader: DelimitedReader;
  readonly #held: HeldRejects;
  readonly #io: ConvertIo;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #batch: RecordBatch | undefined;

  private constructor(
    io: ConvertIo,
    reader: DelimitedReader,
    held: HeldRejects,
    heap: KernelHeap,
    opened: OpenedTable,
    from: TableState | undefined,
  ) {
    this.#refused = from?.refused ?? 0;
    this.written = from?.rows;
    this.#io = io;
    this.#reader = reader;
    this.#held = held;
    this.#bytes = Buffer.from(heap.memory.buffer);
    this.#view = heap.view;
    this.opened = opened;
  }

  /** @throws {BadInput} as `DelimitedReader` does */
  static async open(
    io: ConvertIo,
    { dialect, reading }: DelimitedOptions,
    sizes: Partial<ReaderSizes> = {},
  ): Promise<TextRows> {
    const from = io.from?.state as TableState | undefined;
    const heap = new KernelHeap(HEAP_BYTES);
    const held = new HeldRejects((row) => io.reject(row));
    const reader = new DelimitedReader(
      heap,
      io.source,
      { dialect, reading },
      {
        hints: io.hints,
        from: from?.reader,
        reject: (row) => held.add(row),
        endsBatch: () => held.isFull,
        sizes: { cells: CELLS, ...sizes },
      },
    );
    try {
      return new TextRows(io, reader, held, heap, await reader.open(), from);
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  /** Of all rows, for whatever reason. */
  get rejected(): number {
    return this.#refused + this.#reader.rejected;
  }

  get columns(): readonly string[] {
    return this.opened.columns;
  }

  get notices(): Record<string, number> {
    return this.#reader.notices;
  }

  /** Reads on; false at the end. */
  async next(): Promise<boolean> {
    this.#io.signal?.throwIfAborted();
    this.#batch = await this.#reader.next();
    if (this.#batch) return true;
    this.#held.release();
    return false;
  }

  /** Hands over the rows that were read; one for which `use` has a fault goes to quarantine. */
  eachRow(use: (row: (string | null)[]) => RowFault | undefined): void {
    const { columns } = this.#batch!;
    this.eachRecord((cells) => {
      const row = new Array<string | null>(columns);
      for (let column = 0; column < columns; column++) row[column] = cells.text(column);
      return use(row);
    });
  }

  /** The same by cells, for whoever does not need all of them as texts; they are good until the next row. */
  eachRecord(use: (cells: RowCells) => RowFault | undefined): void {
    const batch = this.#batch!;
    const cells = new RowCells(this.#bytes, this.#view, batch);
    for (let record = 0; record < batch.records; record++) {
      const fault = use(cells.at(record));
      if (fault) this.#reject(batch, record, fault);
    }
    this.#held.release();
  }

  /** To go on later behind the rows that were handed over. */
  checkpoint(rows: number): Checkpoint {
    const reader = this.#reader.place();
    const state: TableState = { reader, refused: this.#refused, rows };
    return { byte: reader.byte, state };
  }

  close(): void {
    this.#reader.close();
  }

  #reject(batch: RecordBatch, record: number, fault: RowFault): void {
    const place = batch.place(record);
    this.#held.release(place.byte);
    this.#refused++;
    this.#io.reject({ ...fault, ...place, record: batch.raw(record) });
  }
}

/** The cells of one row where they lie. */
export class RowCells {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #batch: RecordBatch;
  #row = 0;

  constructor(bytes: Buffer, view: DataView, batch: RecordBatch) {
    this.#bytes = bytes;
    this.#view = view;
    this.#batch = batch;
  }

  at(record: number): this {
    this.#row = this.#batch.cells + record * this.#batch.columns * CELL_SIZE;
    return this;
  }

  text(column: number): string | null {
    const cell = this.#row + column * CELL_SIZE;
    const at = this.#view.getUint32(cell, true);
    return at === 0 ? null : this.#bytes.toString('utf8', at, at + this.#view.getUint32(cell + 4, true));
  }

  /** Writes a cell as it is. */
  put(column: number, writer: DelimitedWriter): void {
    const cell = this.#row + column * CELL_SIZE;
    const at = this.#view.getUint32(cell, true);
    if (at === 0) writer.putNull();
    else writer.putBytes(this.#bytes, at, at + this.#view.getUint32(cell + 4, true), true);
  }
}

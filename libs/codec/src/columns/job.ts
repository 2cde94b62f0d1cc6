import * as map from '../../kernel/columns/memory-map.ts';
import { CELL_SIZE, type CellTable } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { createKernel, type Kernel } from './kernel.ts';
import { writeTables } from './tables.ts';

const none = new Uint32Array(0);

/** A kernel and what it is told of the batch at hand. */
export class ColumnJob {
  readonly kernel: Kernel;
  /** Address of the job block. */
  readonly address: number;
  readonly #heap: KernelHeap;
  readonly #buffer: Buffer;
  readonly #tables: number;
  #unsure = 0;
  #room = 0;
  #cells = 0;
  #stride = 0;

  constructor(heap: KernelHeap) {
    this.#heap = heap;
    this.#buffer = Buffer.from(heap.memory.buffer);
    this.kernel = createKernel(heap.memory);
    this.address = heap.allocate(map.JOB_SIZE);
    this.#tables = writeTables(heap);
  }

  start(batch: CellTable): void {
    if (batch.records > this.#room) {
      if (this.#unsure) this.#heap.release(this.#unsure);
      this.#unsure = this.#heap.allocate(batch.records * 4);
      this.#room = batch.records;
    }
    this.#cells = batch.cells;
    this.#stride = batch.columns * CELL_SIZE;
    const put = (offset: number, value: number) =>
      this.#heap.view.setUint32(this.address + offset, value, true);
    put(map.JOB_CELLS, batch.cells);
    put(map.JOB_STRIDE, this.#stride);
    put(map.JOB_ROWS, batch.records);
    put(map.JOB_UNSURE, this.#unsure);
    put(map.JOB_TABLES, this.#tables);
  }

  /** Nulls of the column that was read last. */
  get nulls(): number {
    return this.#heap.view.getUint32(this.address + map.JOB_NULLS, true);
  }

  /** The first `count` rows that the last call left to the host; a view, good until the next call. */
  unsure(count: number): Uint32Array {
    // The usual case is told without an object: there may be thousands of columns to few rows.
    return count === 0 ? none : new Uint32Array(this.#heap.memory.buffer, this.#unsure, count);
  }

  /** A cell of the batch, as text. */
  text(row: number, column: number): string {
    const cell = this.#cells + row * this.#stride + column * CELL_SIZE;
    const at = this.#heap.view.getUint32(cell, true);
    return this.#buffer.toString('utf8', at, at + this.#heap.view.getUint32(cell + 4, true));
  }

  /** Points a slot at the bytes of a cell. */
  copyCell(row: number, column: number, slot: number): void {
    const cell = this.#cells + row * this.#stride + column * CELL_SIZE;
    this.#heap.view.setBigUint64(slot, this.#heap.view.getBigUint64(cell, true), true);
  }

  /** Address of a list of rows of the batch; good until the next call of the kernel for a column. */
  list(rows: readonly number[]): number {
    this.unsure(rows.length).set(rows);
    return this.#unsure;
  }

  close(): void {
    for (const address of [this.address, this.#tables, this.#unsure])
      if (address) this.#heap.release(address);
  }
}

import type { KernelHeap } from '../kernel/heap.ts';

/** Least size of a block for values that are not in the input as they are. */
const BLOCK = 64 * 1024;

/** Room in the heap for the vectors of one batch, used over and over. */
export class BatchRoom {
  readonly #heap: KernelHeap;
  readonly #sizes: readonly number[];
  readonly #passing: ReadonlySet<number>;
  /** Addresses of each column's slots and present bytes, in one block that is as long as the longest batch needs. */
  #block = 0;
  #rows = 0;
  #slots: number[] = [];
  #present: number[] = [];
  #blocks: number[] = [];
  #at = 0;
  #end = 0;

  /**
   * @param sizes of the slots of each column
   * @param passing columns whose slots are done with before those of the next column are written: all of these have one place,
   *   which stays in the cache nearest to the processor
   */
  constructor(heap: KernelHeap, sizes: readonly number[], passing: ReadonlySet<number> = new Set()) {
    this.#heap = heap;
    this.#sizes = sizes;
    this.#passing = passing;
  }

  /** Makes room for a batch; values of the one before are gone. */
  start(rows: number): void {
    for (const block of this.#blocks.splice(0)) this.#heap.release(block);
    this.#at = this.#end = 0;
    if (rows <= this.#rows) return;
    if (this.#block) this.#heap.release(this.#block);
    this.#rows = Math.ceil(rows / 16) * 16;
    let shared = 0;
    let own = 0;
    for (const [column, size] of this.#sizes.entries()) {
      if (this.#passing.has(column)) shared = Math.max(shared, size);
      else own += size;
    }
    const perRow = shared + own + this.#sizes.length;
    this.#block = this.#heap.allocate(perRow * this.#rows);
    let at = this.#block + shared * this.#rows;
    this.#slots = this.#sizes.map((size, column) => {
      if (this.#passing.has(column)) return this.#block;
      const slots = at;
      at += size * this.#rows;
      return slots;
    });
    this.#present = this.#sizes.map(() => {
      const present = at;
      at += this.#rows;
      return present;
    });
  }

  slots(column: number): number {
    return this.#slots[column]!;
  }

  present(column: number): number {
    return this.#present[column]!;
  }

  /** Keeps bytes for as long as the batch, and points a slot at them. */
  putBytes(slot: number, value: string | Uint8Array): void {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    if (this.#end - this.#at < bytes.length || this.#at === 0) {
      const size = Math.max(BLOCK, bytes.length);
      this.#at = this.#heap.allocate(size);
      this.#end = this.#at + size;
      this.#blocks.push(this.#at);
    }
    this.#heap.bytes.set(bytes, this.#at);
    this.#heap.view.setUint32(slot, this.#at, true);
    this.#heap.view.setUint32(slot + 4, bytes.length, true);
    this.#at += bytes.length;
  }

  close(): void {
    for (const block of this.#blocks.splice(0)) this.#heap.release(block);
    if (this.#block) this.#heap.release(this.#block);
    this.#block = this.#rows = 0;
  }
}

import type { KernelHeap } from '../kernel/heap.ts';
import type { ColumnVector } from '../parquet/column.ts';
import { BatchRoom } from './batch-room.ts';
import { createKernel, type Kernel } from './kernel.ts';

/** Picks rows out of vectors. */
export class RowGatherer {
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  readonly #sizes: readonly (8 | 16)[];
  readonly #room: BatchRoom;
  #list = 0;
  #listed = 0;

  /** @param sizes of the slots of each column */
  constructor(heap: KernelHeap, sizes: readonly (8 | 16)[]) {
    this.#heap = heap;
    this.#kernel = createKernel(heap.memory);
    this.#sizes = sizes;
    this.#room = new BatchRoom(heap, sizes);
  }

  /** The rows' values, in the order of the list; good until the next call. */
  gather(rows: readonly number[], vectors: readonly ColumnVector[]): ColumnVector[] {
    if (rows.length > this.#listed) {
      if (this.#list) this.#heap.release(this.#list);
      this.#list = this.#heap.allocate(rows.length * 4);
      this.#listed = rows.length;
    }
    new Uint32Array(this.#heap.memory.buffer, this.#list, rows.length).set(rows);
    this.#room.start(rows.length);
    return vectors.map(({ slots, present }, i) => {
      const to = { slots: this.#room.slots(i), present: present && this.#room.present(i) };
      this.#kernel.gatherSlots(this.#list, rows.length, slots, to.slots, this.#sizes[i]!);
      if (present) this.#kernel.gatherBytes(this.#list, rows.length, present, to.present);
      return to;
    });
  }

  close(): void {
    this.#room.close();
    if (this.#list) this.#heap.release(this.#list);
    this.#list = this.#listed = 0;
  }
}

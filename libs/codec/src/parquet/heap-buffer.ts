import type { KernelHeap } from '../kernel/heap.ts';

/** What a large buffer has to spare is memory that nothing else has. */
const largestStep = 8 * 1024 * 1024;

/** A block of kernel memory that moves when it has to grow. Takes nothing until it is first asked for room. */
export class HeapBuffer {
  address = 0;
  /** Bytes that may be used. */
  capacity = 0;
  readonly #heap: KernelHeap;

  constructor(heap: KernelHeap) {
    this.#heap = heap;
  }

  /** Makes room for `size` bytes in all, keeping the first `used`. Grows by half or `largestStep` at least, if it has to grow. */
  reserve(size: number, used: number): void {
    if (size <= this.capacity) return;
    const wanted = Math.min(1.5 * this.capacity, this.capacity + largestStep);
    const capacity = Math.ceil(Math.max(size, wanted, 64) / 64) * 64;
    const heap = this.#heap;
    const address = heap.allocate(capacity);
    heap.copy(address, this.address, used);
    this.release();
    this.address = address;
    this.capacity = capacity;
  }

  release(): void {
    if (this.capacity === 0) return;
    this.#heap.release(this.address);
    this.address = 0;
    this.capacity = 0;
  }
}

import { type WasmMemory, wasm } from './webassembly.ts';

const PAGE = 65_536;
/** Addresses start here, so that 0 can mean "none". */
const FIRST = 1024;
/** Every block starts at a multiple of this. */
const ALIGNMENT = 64;
/** Bytes after every block that the kernels' vector loads and stores may touch. */
const SLACK = 64;
/** Free blocks are kept by size, in so many classes for each power of two. */
const CLASSES_PER_POWER = 8;

/** A stretch of memory that a heap deals out. */
export interface MemoryBlock {
  memory: WasmMemory;
  address: number;
  size: number;
}

/** Whether it is what `allocate` throws when memory is full, here or on another thread. */
export function isFullHeap(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('has no room');
}

/**
 * The memory that a conversion's kernels share, dealt out in blocks. It never grows, so views of it stay good and a read
 * or a compression under way is never cut off; pages that nobody touched take no room in the process. A block is taken
 * from the smallest free ones that it fits in, so memory that was never used comes last; neither allocating nor
 * releasing depends on how many blocks there are.
 * @example
 * ```ts
 * const heap = new KernelHeap(64 * 1024 * 1024);
 * const address = heap.allocate(1000);
 * heap.bytes.set(text, address);
 * heap.release(address);
 * ```
 */
export class KernelHeap {
  readonly memory: WasmMemory;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Its methods copy and fill as fast as memory goes; those of typed arrays go word by word where memory is shared. */
  readonly #buffer: Buffer;
  /** Sizes of the blocks in use, by address. */
  readonly #sizes = new Map<number, number>();
  /** Sizes of the free blocks by their start, and their starts by their end; no two of them touch. */
  readonly #free = new Map<number, number>();
  readonly #freeByEnd = new Map<number, number>();
  /** Starts of the free blocks of each class of sizes, freed last on top; some may be free no more, or of another size. */
  readonly #classes: number[][];

  /** @param room how many bytes, at most 4 GiB - 64 KiB; or a block of another heap, perhaps another thread's */
  constructor(room: number | MemoryBlock) {
    const { memory, address, size } = typeof room === 'number' ? newMemory(room) : room;
    this.memory = memory;
    this.bytes = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
    this.#buffer = Buffer.from(this.memory.buffer);
    this.#classes = Array.from({ length: classOf(size) + 1 }, () => []);
    this.#addFree(address, size);
  }

  /** The address of `size` bytes, aligned to 64. Whatever stood there before stands there still. @throws RangeError when memory is full */
  allocate(size: number): number {
    const whole = Math.ceil((size + SLACK) / ALIGNMENT) * ALIGNMENT;
    const address = this.#find(whole);
    if (address === undefined) throw new RangeError(`the kernel's memory has no room for ${size} bytes more`);
    const free = this.#free.get(address)!;
    this.#removeFree(address, free);
    if (free > whole) this.#addFree(address + whole, free - whole);
    this.#sizes.set(address, whole);
    return address;
  }

  /** Gives a block back; its pages stay with the process, for the next block. */
  release(address: number): void {
    const size = this.#sizes.get(address);
    if (size === undefined) throw new RangeError(`no block starts at ${address}`);
    this.#sizes.delete(address);
    let start = address;
    let end = address + size;
    const before = this.#freeByEnd.get(start);
    if (before !== undefined) {
      this.#removeFree(before, start - before);
      start = before;
    }
    const after = this.#free.get(end);
    if (after !== undefined) {
      this.#removeFree(end, after);
      end += after;
    }
    this.#addFree(start, end - start);
  }

  /** A view of a block. */
  at(address: number, length: number): Uint8Array {
    return this.bytes.subarray(address, address + length);
  }

  /** Copies within the memory; the two stretches may overlap. */
  copy(to: number, from: number, length: number): void {
    this.#buffer.copy(this.#buffer, to, from, from + length);
  }

  fill(byte: number, from: number, to: number): void {
    this.#buffer.fill(byte, from, to);
  }

  /** A free block of at least `whole` bytes. */
  #find(whole: number): number | undefined {
    const own = classOf(whole);
    // Any block of a greater class will do; those of its own are looked at first, a few of them.
    const near = this.#findIn(own, whole, CLASSES_PER_POWER);
    if (near !== undefined) return near;
    for (let i = own + 1; i < this.#classes.length; i++) {
      const starts = this.#classes[i]!;
      for (; starts.length > 0; starts.pop()) {
        const start = starts[starts.length - 1]!;
        if (this.#isOf(i, start)) return start;
      }
    }
    return this.#findIn(own, whole, Number.POSITIVE_INFINITY);
  }

  #findIn(index: number, whole: number, most: number): number | undefined {
    const starts = this.#classes[index] ?? [];
    const last = Math.max(0, starts.length - most);
    for (let i = starts.length - 1; i >= last; i--) {
      const start = starts[i]!;
      if (this.#isOf(index, start) && this.#free.get(start)! >= whole) return start;
    }
    return undefined;
  }

  #isOf(index: number, start: number): boolean {
    const size = this.#free.get(start);
    return size !== undefined && classOf(size) === index;
  }

  #addFree(address: number, size: number): void {
    this.#free.set(address, size);
    this.#freeByEnd.set(address + size, address);
    const index = classOf(size);
    const starts = this.#classes[index]!;
    starts.push(address);
    // What is no more is mostly met on top and dropped there.
    if (starts.length > 2 * this.#free.size + 64)
      this.#classes[index] = [...new Set(starts)].filter((start) => this.#isOf(index, start));
  }

  #removeFree(address: number, size: number): void {
    this.#free.delete(address);
    this.#freeByEnd.delete(address + size);
  }
}

function newMemory(capacity: number): MemoryBlock {
  const pages = Math.ceil((capacity + FIRST) / PAGE);
  const memory = new wasm.Memory({ initial: pages, maximum: pages, shared: true });
  return { memory, address: FIRST, size: pages * PAGE - FIRST };
}

/** Rises with the size; sizes of a class differ by an eighth at most. */
function classOf(size: number): number {
  const units = size / ALIGNMENT;
  if (units < CLASSES_PER_POWER) return units;
  const power = 31 - Math.clz32(units);
  return (power - 2) * CLASSES_PER_POWER + ((units >>> (power - 3)) & (CLASSES_PER_POWER - 1));
}

import { type WasmMemory, wasm } from './webassembly.ts';

const PAGE = 65_536;
/** Addresses start here, so that 0 can mean "none". */
const FIRST = 1024;
/** Every block starts at a multiple of this. */
const ALIGNMENT = 64;
/** Bytes after every block that the kernels' vector loads and stores may touch. */
const SLACK = 64;

/**
 * The memory that a conversion's kernels share, dealt out in blocks. It never grows, so views of it stay good and a read
 * or a compression under way is never cut off; pages that nobody touched take no room in the process.
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
  readonly #sizes = new Map<number, number>();
  /** Free blocks as [address, size], by address, no two of them adjacent. */
  readonly #free: [address: number, size: number][];

  /** @param capacity bytes, at most 4 GiB - 64 KiB */
  constructor(capacity: number) {
    const pages = Math.ceil((capacity + FIRST) / PAGE);
    this.memory = new wasm.Memory({ initial: pages, maximum: pages });
    this.bytes = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
    this.#free = [[FIRST, pages * PAGE - FIRST]];
  }

  /** The address of `size` bytes, aligned to 64. Whatever stood there before stands there still. @throws RangeError when memory is full */
  allocate(size: number): number {
    const whole = Math.ceil((size + SLACK) / ALIGNMENT) * ALIGNMENT;
    const index = this.#free.findIndex(([, free]) => free >= whole);
    if (index < 0) throw new RangeError(`the kernel's memory has no room for ${size} bytes more`);
    const block = this.#free[index]!;
    const [address] = block;
    if (block[1] === whole) this.#free.splice(index, 1);
    else this.#free[index] = [address + whole, block[1] - whole];
    this.#sizes.set(address, whole);
    return address;
  }

  /** Gives a block back; its pages stay with the process, for the next block. */
  release(address: number): void {
    const size = this.#sizes.get(address);
    if (size === undefined) throw new RangeError(`no block starts at ${address}`);
    this.#sizes.delete(address);
    const at = this.#free.findIndex(([free]) => free > address);
    const index = at < 0 ? this.#free.length : at;
    const before = this.#free[index - 1];
    const after = this.#free[index];
    const joinsBefore = before !== undefined && before[0] + before[1] === address;
    const joinsAfter = after !== undefined && address + size === after[0];
    const start = joinsBefore ? before[0] : address;
    const end = joinsAfter ? after[0] + after[1] : address + size;
    this.#free.splice(index - (joinsBefore ? 1 : 0), Number(joinsBefore) + Number(joinsAfter), [
      start,
      end - start,
    ]);
  }

  /** A view of a block. */
  at(address: number, length: number): Uint8Array {
    return this.bytes.subarray(address, address + length);
  }
}

import * as state from '../../kernel/parquet/dictionary-state.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { HeapBuffer } from './heap-buffer.ts';
import type { ParquetKernel } from './kernel.ts';

/** Bytes of an entry; 0 for strings, which have their own. */
export type EntrySize = 8 | 16 | 0;

/** A dictionary starts small: a table may have thousands of columns. */
const firstEntries = 16;
/** Of an entry that is a string, what it is compared by. */
const keyBytes = 16;

/** The distinct values of a column chunk, in kernel memory, with ids in order of first appearance. */
export class Dictionary {
  limit: number;
  readonly #heap: KernelHeap;
  readonly #kernel: ParquetKernel;
  readonly #size: EntrySize;
  readonly #state: HeapBuffer;
  readonly #table: HeapBuffer;
  readonly #values: HeapBuffer;
  readonly #offsets: HeapBuffer;
  readonly #keys: HeapBuffer;
  /** Of the hash table, and of the room for entries or their offsets. */
  #roomBytes = 0;

  /** `limit`: of `bytes`; it may be raised later. */
  constructor(heap: KernelHeap, kernel: ParquetKernel, size: EntrySize, limit: number) {
    this.limit = limit;
    this.#heap = heap;
    this.#kernel = kernel;
    this.#size = size;
    this.#state = new HeapBuffer(heap);
    this.#table = new HeapBuffer(heap);
    this.#values = new HeapBuffer(heap);
    this.#offsets = new HeapBuffer(heap);
    this.#keys = new HeapBuffer(heap);
    this.#state.reserve(state.STATE_SIZE, 0);
    this.#heap.at(this.#state.address, state.STATE_SIZE).fill(0);
    this.#heap.fill(0xff, this.#state.address + state.ONES, this.#state.address + state.ZEROS);
    this.#resize(Math.min(firstEntries, size === 0 ? firstEntries : Math.floor(limit / size)));
    if (size === 0) this.#growBytes(16 * firstEntries);
  }

  get entries(): number {
    return this.#get(state.ENTRIES);
  }

  /** Of the dictionary as a page, with strings and 8- and 16-byte values as they are here. */
  get bytes(): number {
    return this.#size === 0 ? this.#get(state.USED) : this.entries * this.#size;
  }

  /** Bytes of memory in use, about. It depends on nothing but the values. */
  get used(): number {
    return this.#roomBytes + (this.#size === 0 ? this.bytes : 0);
  }

  /** Address of the values. */
  get values(): number {
    return this.#values.address;
  }

  /** Address of the u32 offsets of strings. */
  get offsets(): number {
    return this.#offsets.address;
  }

  /** Whether the hash does not suit the values, so that it must not go on. */
  get isCrowded(): boolean {
    return this.#get(state.CROWDED) !== 0;
  }

  /** Puts ids of values to `ids`; returns how many. If not all, then `grow` and call again, unless it is crowded. */
  intern(slots: number, count: number, ids: number): number {
    if (this.#size === 8) return this.#kernel.intern8(this.#state.address, slots, count, ids);
    if (this.#size === 16) return this.#kernel.intern16(this.#state.address, slots, count, ids);
    return this.#kernel.internBytes(this.#state.address, slots, count, ids);
  }

  /** Makes room for the value that `intern` stopped at. False if that would take it over its limit. */
  grow(slot: number): boolean {
    const needed = this.bytes + (this.#size || 4 + this.#heap.view.getUint32(slot + 4, true));
    if (needed > this.limit) return false;
    const limit = this.#get(state.ENTRY_LIMIT);
    if (this.entries === limit) this.#resize(limit < 4096 ? 4 * limit : 2 * limit);
    if (this.#size === 0 && needed > this.#get(state.ROOM)) this.#growBytes(needed);
    return true;
  }

  release(): void {
    for (const buffer of [this.#state, this.#table, this.#values, this.#offsets, this.#keys])
      buffer.release();
  }

  #resize(wanted: number): void {
    // At most half full, one of middling size less: probing costs more than what it takes of the cache. The last entry that the limit allows must be the last that there is room for.
    const entries = this.#size === 0 ? wanted : Math.min(wanted, Math.floor(this.limit / this.#size));
    const limit = Math.max(entries, 1);
    const log = (limit > 64 && limit <= 4096 ? 34 : 33) - Math.clz32(limit - 1);
    const tableSize = (this.#size === 0 ? 8 : 4) * 2 ** log;
    this.#roomBytes = tableSize + limit * (this.#size || 4 + keyBytes);
    this.#table.release();
    this.#table.reserve(tableSize, 0);
    this.#heap.at(this.#table.address, tableSize).fill(0);
    this.#set(state.TABLE, this.#table.address);
    this.#set(state.SHIFT, 64 - log);
    this.#set(state.ENTRY_LIMIT, limit);
    if (this.#size > 0) {
      this.#values.reserve(limit * this.#size, this.entries * this.#size);
      this.#set(state.VALUES, this.#values.address);
    } else {
      this.#offsets.reserve(4 * limit, 4 * this.entries);
      this.#set(state.OFFSETS, this.#offsets.address);
      this.#keys.reserve(keyBytes * limit, keyBytes * this.entries);
      this.#set(state.KEYS, this.#keys.address);
    }
    if (this.entries === 0) return;
    if (this.#size === 8) this.#kernel.rehash8(this.#state.address);
    else if (this.#size === 16) this.#kernel.rehash16(this.#state.address);
    else this.#kernel.rehashBytes(this.#state.address);
  }

  #growBytes(size: number): void {
    this.#values.reserve(size, this.#get(state.USED));
    this.#set(state.VALUES, this.#values.address);
    this.#set(state.ROOM, Math.min(this.#values.capacity, this.limit));
  }

  #get(field: number): number {
    return this.#heap.view.getUint32(this.#state.address + field, true);
  }

  #set(field: number, value: number): void {
    this.#heap.view.setUint32(this.#state.address + field, value, true);
  }
}

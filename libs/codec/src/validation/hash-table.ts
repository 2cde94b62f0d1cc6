import * as map from '../../kernel/validation/memory-map.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { tooManyKeys } from './faults.ts';
import type { Kernel } from './kernel.ts';

/** Slots of a part at first; and the share of them that may be taken. */
const SLOTS = 32;
const LOAD = 0.8;
const MOST_AT_FIRST = 65_536;

/** Memory that all keys of a validation share. */
export class KeyBudget {
  readonly #most: number;
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws {BadInput} `too-many-keys` */
  take(bytes: number): void {
    this.#used += bytes;
    if (this.#used > this.#most) throw tooManyKeys(this.#most);
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/** Keys of a batch's rows as hashes, in kernel memory. */
export interface RowHashes {
  rows: number;
  hashes: number;
  states: number;
}

/** A set of hashes in kernel memory, in parts that grow one by one. */
export class HashTable {
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  readonly #budget: KeyBudget;
  readonly #at: number;
  readonly #counted: number;
  #again = 0;
  #room = 0;
  #bytes = 0;

  constructor(heap: KernelHeap, kernel: Kernel, budget: KeyBudget) {
    this.#heap = heap;
    this.#kernel = kernel;
    this.#budget = budget;
    this.#at = heap.allocate(map.PARTS * map.PART_SIZE);
    this.#counted = heap.allocate(4);
    heap.fill(0, this.#at, this.#at + map.PARTS * map.PART_SIZE);
    for (let part = 0; part < map.PARTS; part++) this.#open(this.#at + part * map.PART_SIZE, SLOTS);
  }

  /** Takes the keys of rows; gives the hashes that have come up for the second time. */
  insert({ rows, hashes, states }: RowHashes): BigUint64Array {
    if (rows > this.#room) {
      if (this.#again) this.#heap.release(this.#again);
      this.#again = this.#heap.allocate(rows * 8);
      this.#room = rows;
    }
    const { view } = this.#heap;
    view.setUint32(this.#counted, 0, true);
    for (let row = 0; ; ) {
      row = this.#kernel.insertHashes(this.#at, hashes, states, row, rows, this.#again, this.#counted);
      if (row === rows) break;
      this.#grow();
    }
    return new BigUint64Array(
      this.#heap.memory.buffer,
      this.#again,
      view.getUint32(this.#counted, true),
    ).slice();
  }

  /** Lists rows whose key is in the table, or is not, at `list`; gives how many. */
  find({ rows, hashes, states }: RowHashes, isIn: boolean, list: number): number {
    return this.#kernel.findHashes(this.#at, hashes, states, rows, Number(isIn), list);
  }

  /** Forgets the hashes of a part, and makes room for so many others or, where they are very many, for some. */
  empty(index: number, count = 0): void {
    const { view } = this.#heap;
    const part = this.#at + index * map.PART_SIZE;
    this.#heap.release(view.getUint32(part + map.PART_SLOTS, true));
    this.#give((view.getUint32(part + map.PART_MASK, true) + 1) * 8);
    view.setUint32(part + map.PART_COUNT, 0, true);
    this.#open(part, Math.min(MOST_AT_FIRST, 2 ** Math.ceil(Math.log2(Math.max(SLOTS, 2 * count)))));
  }

  close(): void {
    for (let part = 0; part < map.PARTS; part++)
      this.#heap.release(this.#heap.view.getUint32(this.#at + part * map.PART_SIZE, true));
    for (const address of [this.#at, this.#counted, this.#again]) if (address) this.#heap.release(address);
    this.#budget.give(this.#bytes);
    this.#bytes = 0;
  }

  #open(part: number, slots: number): void {
    const { view } = this.#heap;
    this.#take(slots * 8);
    const address = this.#heap.allocate(slots * 8);
    this.#kernel.clearSlots(address, slots);
    view.setUint32(part + map.PART_SLOTS, address, true);
    view.setUint32(part + map.PART_MASK, slots - 1, true);
    view.setUint32(part + map.PART_MOST, Math.floor(slots * LOAD), true);
  }

  /** Gives twice the room to every part that is full. */
  #grow(): void {
    const { view } = this.#heap;
    for (let index = 0; index < map.PARTS; index++) {
      const part = this.#at + index * map.PART_SIZE;
      const read = (offset: number) => view.getUint32(part + offset, true);
      if (read(map.PART_COUNT) < read(map.PART_MOST)) continue;
      const old = read(map.PART_SLOTS);
      const slots = read(map.PART_MASK) + 1;
      this.#open(part, slots * 2);
      this.#kernel.moveHashes(part, old, slots);
      this.#heap.release(old);
      this.#give(slots * 8);
    }
  }

  #take(bytes: number): void {
    this.#bytes += bytes;
    this.#budget.take(bytes);
  }

  #give(bytes: number): void {
    this.#bytes -= bytes;
    this.#budget.give(bytes);
  }
}

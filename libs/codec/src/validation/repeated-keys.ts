import * as map from '../../kernel/validation/memory-map.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { HashLog } from './hash-log.ts';
import { HashTable, type KeyBudget, type RowHashes } from './hash-table.ts';
import type { Kernel } from './kernel.ts';

/** Bytes that an entry of a map takes beside its text, about. */
const OVERHEAD = 64;
/** Hashes that are moved at a time. */
const MOVED = 4096;

/** Finds keys that come up more than once: by their hashes in a first pass, exactly in a second. */
export class RepeatedKeys {
  readonly #heap: KernelHeap;
  readonly #budget: KeyBudget;
  /** All keys, while they are noted. */
  readonly #log: HashLog;
  /** Afterwards, those of which there are several with one hash. */
  readonly #table: HashTable;
  #repeated = 0;
  readonly #first = new Map<string, number>();

  constructor(heap: KernelHeap, kernel: Kernel, budget: KeyBudget) {
    this.#heap = heap;
    this.#budget = budget;
    this.#log = new HashLog(heap, kernel);
    this.#table = new HashTable(heap, kernel, budget);
  }

  /** First pass. */
  note(hashes: RowHashes): void {
    this.#log.add(hashes);
  }

  /** Between the passes. */
  settle(): void {
    const hashes = this.#heap.allocate(MOVED * 8);
    const states = this.#heap.allocate(MOVED);
    this.#heap.bytes.fill(map.STATE_KEY, states, states + MOVED);
    for (const all of this.#log.takeRepeated()) {
      this.#repeated += all.length;
      for (let from = 0; from < all.length; from += MOVED) {
        const some = all.subarray(from, from + MOVED);
        new BigUint64Array(this.#heap.memory.buffer, hashes, some.length).set(some);
        this.#table.insert({ rows: some.length, hashes, states });
      }
    }
    this.#heap.release(hashes);
    this.#heap.release(states);
  }

  /** Whether no key was repeated. */
  get isEmpty(): boolean {
    return this.#repeated === 0;
  }

  /** Second pass: lists the rows whose key may be repeated; gives how many. */
  find(hashes: RowHashes, list: number): number {
    return this.#table.find(hashes, true, list);
  }

  /** Takes a key that may be repeated; gives the first row that has it, if that is another. */
  firstOf(key: string, row: number): number | undefined {
    if (this.isEmpty) return undefined;
    const first = this.#first.get(key);
    if (first !== undefined) return first;
    this.#budget.take(key.length + OVERHEAD);
    this.#first.set(key, row);
    return undefined;
  }

  close(): void {
    this.#log.close();
    this.#table.close();
  }
}

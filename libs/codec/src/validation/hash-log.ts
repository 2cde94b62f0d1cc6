import * as map from '../../kernel/validation/memory-map.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { HashTable, KeyBudget, type RowHashes } from './hash-table.ts';
import type { Kernel } from './kernel.ts';

/** Bytes of a hash. */
export const HASH_SIZE = 8;
/** Hashes of a piece of a part: the first one, and any; in between it grows with what is there. */
const FIRST = 32;
const MOST = 8192;

interface Piece {
  address: number;
  room: number;
}

/**
 * Keeps hashes to tell later which of them come up more than once. They are put down by the parts of a table, which are then gone
 * through one by one: a part fits the processor's cache, where a table of all would not.
 */
export class HashLog {
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  readonly #at: number;
  readonly #parts: Piece[][] = Array.from({ length: map.PARTS }, () => []);

  constructor(heap: KernelHeap, kernel: Kernel) {
    this.#heap = heap;
    this.#kernel = kernel;
    this.#at = heap.allocate(map.PARTS * map.LOG_PART_SIZE);
    heap.fill(0, this.#at, this.#at + map.PARTS * map.LOG_PART_SIZE);
  }

  /** Takes the keys of rows. */
  add({ rows, hashes, states }: RowHashes): void {
    for (let row = 0; ; ) {
      row = this.#kernel.logHashes(this.#at, hashes, states, row, rows);
      if (row === rows) return;
      this.#grow();
    }
  }

  /** The hashes that are there more than once; what was taken is forgotten. */
  takeRepeated(): BigUint64Array[] {
    const { view } = this.#heap;
    const table = new HashTable(this.#heap, this.#kernel, new KeyBudget(Number.POSITIVE_INFINITY));
    const states = this.#heap.allocate(MOST);
    this.#heap.fill(map.STATE_KEY, states, states + MOST);
    const repeated: BigUint64Array[] = [];
    this.#parts.forEach((pieces, part) => {
      const next = view.getUint32(this.#at + part * map.LOG_PART_SIZE + map.LOG_NEXT, true);
      const last = pieces.at(-1);
      if (!last) return;
      last.room = (next - last.address) / HASH_SIZE;
      table.empty(part, sizeOf(pieces));
      for (const { address, room } of pieces.splice(0)) {
        const again = table.insert({ rows: room, hashes: address, states });
        if (again.length > 0) repeated.push(again);
        this.#heap.release(address);
      }
      table.empty(part);
    });
    table.close();
    this.#heap.release(states);
    this.#heap.fill(0, this.#at, this.#at + map.PARTS * map.LOG_PART_SIZE);
    return repeated;
  }

  close(): void {
    for (const { address } of this.#parts.flatMap((pieces) => pieces.splice(0))) this.#heap.release(address);
    this.#heap.release(this.#at);
  }

  /** Gives a new piece to every part that is full. */
  #grow(): void {
    const { view } = this.#heap;
    this.#parts.forEach((pieces, index) => {
      const part = this.#at + index * map.LOG_PART_SIZE;
      const next = view.getUint32(part + map.LOG_NEXT, true);
      if (next !== view.getUint32(part + map.LOG_END, true)) return;
      const room = Math.min(MOST, Math.max(FIRST, 2 ** Math.floor(Math.log2(sizeOf(pieces) / 4 + 1))));
      const address = this.#heap.allocate(room * HASH_SIZE);
      pieces.push({ address, room });
      view.setUint32(part + map.LOG_NEXT, address, true);
      view.setUint32(part + map.LOG_END, address + room * HASH_SIZE, true);
    });
  }
}

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { room }) => sum + room, 0);
}

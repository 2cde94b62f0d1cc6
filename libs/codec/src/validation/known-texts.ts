import * as map from '../../kernel/validation/memory-map.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { Kernel } from './kernel.ts';

/** Slots of a table at first and at last, beyond what the texts given need; half of them are filled. */
const FIRST_SLOTS = 128;
const LAST_SLOTS = 8192;
/** Slots of a larger table for each of the one before. */
const GROWTH = 4;
/** Bytes of text for each slot. */
const TEXT = 8;
/** A longer text is not worth remembering. */
const LONGEST = 256;
/** What the tables of all columns together may grow to. */
const ROOM = 32 * 1024 * 1024;

interface Table {
  at: number;
  texts: number;
  slots: number;
}

/** Texts that have been found to be good, for the kernel to know them again. */
export class KnownTexts {
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  readonly #scratch: number;
  readonly #lastSlots: number;
  #table: Table;
  /** Whether a text has found no room. */
  #isFull = false;

  /** @param tables how many there are of these: where columns are many, each remembers less */
  constructor(heap: KernelHeap, kernel: Kernel, given: readonly string[] = [], tables = 1) {
    this.#heap = heap;
    this.#kernel = kernel;
    const encoded = given.map((text) => Buffer.from(text));
    this.#scratch = heap.allocate(encoded.reduce((most, { length }) => Math.max(most, length), LONGEST));
    this.#lastSlots = Math.min(LAST_SLOTS, ROOM / tables / (map.KNOWN_SLOT_SIZE + TEXT));
    this.#table = this.#fill(encoded, Math.max(FIRST_SLOTS, 3 * encoded.length));
  }

  /** Of the table, until the next `start`. */
  get address(): number {
    return this.#table.at;
  }

  /** To be called before a batch: makes room for more texts, if one had none in the batch before. */
  start(): void {
    const { at, slots, texts } = this.#table;
    if (!this.#isFull || slots * GROWTH > this.#lastSlots) return;
    this.#table = this.#fill(this.#all(), slots * GROWTH);
    for (const address of [at, texts]) this.#heap.release(address);
    this.#isFull = false;
  }

  add(text: string): void {
    if (this.#isFull || text.length > LONGEST) return;
    const bytes = Buffer.from(text);
    if (bytes.length <= LONGEST && !this.#add(this.#table, bytes)) this.#isFull = true;
  }

  close(): void {
    for (const address of [this.#table.at, this.#table.texts, this.#scratch]) this.#heap.release(address);
  }

  #fill(encoded: readonly Uint8Array[], least: number): Table {
    const slots = 2 ** Math.ceil(Math.log2(least));
    const size = encoded.reduce((sum, { length }) => sum + length, 0) + slots * TEXT;
    const at = this.#heap.allocate(map.KNOWN_SLOTS + slots * map.KNOWN_SLOT_SIZE);
    const table = { at, texts: this.#heap.allocate(size), slots };
    startKnown(this.#heap, at, slots, { at: table.texts, size });
    for (const text of encoded) this.#add(table, text);
    return table;
  }

  #add({ at }: Table, bytes: Uint8Array): boolean {
    this.#heap.bytes.set(bytes, this.#scratch);
    return this.#kernel.addKnown(at, this.#scratch, bytes.length) !== 0;
  }

  #all(): Uint8Array[] {
    const { at, slots } = this.#table;
    const { view } = this.#heap;
    return Array.from({ length: slots }, (_, i) => at + map.KNOWN_SLOTS + i * map.KNOWN_SLOT)
      .map((slot) => [
        view.getUint32(slot + map.KNOWN_ADDRESS, true),
        view.getUint32(slot + map.KNOWN_LENGTH, true),
      ])
      .filter(([address]) => address !== 0)
      .map(([address, length]) => this.#heap.at(address!, length!).slice());
  }
}

/** Writes a table of no texts over so many slots. @param room for texts */
export function startKnown(
  { bytes, view }: KernelHeap,
  at: number,
  slots: number,
  room: { at: number; size: number },
): void {
  bytes.fill(0, at, at + map.KNOWN_SLOTS + slots * map.KNOWN_SLOT_SIZE);
  view.setUint32(at + map.KNOWN_MASK, slots - 1, true);
  view.setUint32(at + map.KNOWN_ROOM, room.size, true);
  view.setUint32(at + map.KNOWN_TEXTS, room.at, true);
  for (let length = 0; length <= map.KNOWN_SHORT; length++) {
    const mask = (1n << BigInt(8 * Math.min(length, 8))) - 1n;
    view.setBigUint64(at + map.KNOWN_MASKS + 8 * length, mask, true);
  }
}

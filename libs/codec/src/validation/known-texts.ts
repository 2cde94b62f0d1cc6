import * as map from '../../kernel/validation/memory-map.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { Kernel } from './kernel.ts';

/** Texts remembered, those given among them; of many given, half as many more. */
const LEARNT = 4096;
const LEARNT_BYTES = 64 * 1024;
/** A longer text is not worth remembering. */
const LONGEST = 256;

/** Texts that have been found to be good, for the kernel to know them again. */
export class KnownTexts {
  readonly address: number;
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  readonly #texts: number;
  readonly #scratch: number;
  #isFull = false;

  constructor(heap: KernelHeap, kernel: Kernel, given: readonly string[] = []) {
    this.#heap = heap;
    this.#kernel = kernel;
    const encoded = given.map((text) => Buffer.from(text));
    const slots = 2 ** Math.ceil(Math.log2(Math.max(LEARNT, 1.5 * given.length) * 2));
    const room = encoded.reduce((sum, { length }) => sum + length, 0) + LEARNT_BYTES;
    this.address = heap.allocate(map.KNOWN_SLOTS + slots * map.KNOWN_SLOT_SIZE);
    this.#texts = heap.allocate(room);
    this.#scratch = heap.allocate(Math.max(LONGEST, ...encoded.map(({ length }) => length)));
    startKnown(heap, this.address, slots, { at: this.#texts, size: room });
    for (const text of encoded) this.#add(text);
  }

  add(text: string): void {
    if (this.#isFull || text.length > LONGEST) return;
    const bytes = Buffer.from(text);
    if (bytes.length <= LONGEST && !this.#add(bytes)) this.#isFull = true;
  }

  #add(bytes: Uint8Array): boolean {
    this.#heap.bytes.set(bytes, this.#scratch);
    return this.#kernel.addKnown(this.address, this.#scratch, bytes.length) !== 0;
  }

  close(): void {
    for (const address of [this.address, this.#texts, this.#scratch]) this.#heap.release(address);
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

import type { KernelHeap } from '../kernel/heap.ts';
import type { ByteSource } from '../ports.ts';
import { ReadAhead } from '../transfer/read-ahead.ts';
import type { TextEncoding } from './dialect.ts';
import { recordTooLarge } from './faults.ts';
import type { Kernel } from './kernel.ts';

/** Bytes before each block for what the block before left over; more goes to a buffer of its own. */
const CARRY = 64 * 1024;
/** How long the text of a batch stays where it is, for a consumer that works behind the reader. */
export interface Lasting {
  /** While so many batches more are read. */
  batches: number;
  /** Resolves once nobody works on an earlier batch any more. */
  settle(): Promise<void>;
}

/** Bytes of UTF-8 that a byte of the encoding may take. */
const growth: Record<TextEncoding, number> = {
  'utf-8': 1,
  'iso-8859-1': 2,
  'windows-1252': 3,
  'utf-16le': 1.5,
  'utf-16be': 1.5,
};

/**
 * A stretch of the input as UTF-8 in kernel memory, in one piece: from the first byte that is not yet used on. UTF-8 is used
 * where it was read to; other encodings are decoded from there.
 */
export class TextWindow {
  /** Address of the first byte not yet used, and after the last byte there is. */
  pos = 0;
  end = 0;
  /** Nothing comes after `end`. */
  ended = false;
  /** Offset of `pos` in the input. */
  byte = 0;
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  readonly #input: ReadAhead;
  readonly #blockSize: number;
  readonly #lasting: Lasting;
  /** Of each block that is done with but whose text is still in use, the batch at which it was. */
  readonly #leaving: number[] = [];
  #batch = 0;
  /** Addresses of the blocks, each with room for CARRY before it. */
  readonly #blocks: number[];
  /** Address of a word in which the kernel says where it stopped. */
  readonly #stopped: number;
  /** The block that is read next, and whether one is held. */
  #next = 0;
  #held = false;
  #encoding: TextEncoding = 'utf-8';
  /** Bytes of a character that the block before cut in two; they stand before the next block. */
  #split = new Uint8Array(0);
  /** Where decoded text goes: 0 for UTF-8. */
  #decoded = 0;
  /** A buffer for a record that is longer than CARRY; 0 if there is none. */
  #large = 0;
  #largeSize = 0;

  constructor(
    heap: KernelHeap,
    kernel: Kernel,
    source: ByteSource,
    sizes: { block: number; blocks: number },
    stopped: number,
    lasting: Lasting,
  ) {
    this.#heap = heap;
    this.#kernel = kernel;
    this.#stopped = stopped;
    this.#blockSize = sizes.block;
    this.#lasting = lasting;
    const blocks = sizes.blocks + lasting.batches;
    this.#blocks = Array.from({ length: blocks }, () => heap.allocate(CARRY + sizes.block) + CARRY);
    this.#input = new ReadAhead(
      source,
      this.#blocks.map((address) => heap.at(address, sizes.block)),
    );
  }

  /** Whether there are more blocks to the input than are held at a time. Resolves once that shows. */
  isLong(): Promise<boolean> {
    return this.#input.isFull();
  }

  /** Says that a batch is read next: what was in use by the batch that long ago is so no more. */
  startBatch(): void {
    this.#batch++;
    this.#letGo();
  }

  /** Reads the first block; its bytes as they are. */
  async start(): Promise<Uint8Array> {
    const length = await this.#input.take();
    this.#held = length > 0;
    this.pos = this.#blocks[0]!;
    this.end = this.pos + length;
    this.#next = 1 % this.#blocks.length;
    return this.#heap.at(this.pos, length);
  }

  /**
   * Says how the first block is encoded, and that its text starts after a mark of `mark` bytes.
   * @param before bytes of the input that stand before the first block
   */
  decode(encoding: TextEncoding, mark: number, before = 0): void {
    this.#encoding = encoding;
    this.pos += mark;
    this.byte = before + mark;
    if (encoding === 'utf-8') return;
    const from = this.pos;
    this.#decoded = this.#heap.allocate(CARRY + Math.ceil(growth[encoding] * (this.#blockSize + 4))) + CARRY;
    this.pos = this.#decoded;
    this.end = this.#decodeTo(this.#decoded, from, this.end, false);
    this.#leave();
  }

  /** Appends to the text, `atLeast` bytes or as many as there are; addresses of it change. False if there are no more. */
  async more(atLeast = 1): Promise<boolean> {
    let added = 0;
    while (added < atLeast && !this.ended) {
      const before = this.end - this.pos;
      await this.#append(Math.max(0, atLeast - added));
      added += this.end - this.pos - before;
    }
    return added > 0;
  }

  /** Moves `pos` on to `address`. */
  advance(address: number): void {
    this.byte = this.byteAt(address, this.pos, this.byte);
    this.pos = address;
  }

  /** Offset in the input of `address`, where that of an earlier one is known. */
  byteAt(address: number, known: number, byte: number): number {
    if (this.#encoding === 'utf-8') return byte + address - known;
    const sixteen = this.#encoding.startsWith('utf-16');
    return byte + this.#kernel.countUnits(known, address, sixteen) * (sixteen ? 2 : 1);
  }

  close(): void {
    this.#input.stop();
    for (const block of this.#blocks) this.#heap.release(block - CARRY);
    if (this.#decoded) this.#heap.release(this.#decoded - CARRY);
    if (this.#large) this.#heap.release(this.#large);
    this.#blocks.length = this.#decoded = this.#large = 0;
  }

  async #append(wanted: number): Promise<void> {
    if (this.#leaving.length > this.#lasting.batches) await this.#vacate();
    const length = await this.#input.take();
    if (length === 0 && (this.#split.length === 0 || this.#encoding === 'utf-8')) {
      this.ended = true;
      return;
    }
    const last = length === 0;
    const from = this.#blocks[this.#next]! - this.#split.length;
    this.#heap.bytes.set(this.#split, from);
    const bytes = length + this.#split.length;
    const tail = this.end - this.pos;
    const grown = Math.ceil(growth[this.#encoding] * (bytes + 4));
    const place = this.#encoding === 'utf-8' ? from : this.#decoded;
    const inPlace = tail <= CARRY;
    if (!inPlace || this.#encoding !== 'utf-8' || this.#large) await this.#vacate();
    const to = inPlace ? place : this.#makeRoom(tail, grown, wanted);
    if (inPlace) this.#moveTail(place - tail);
    if (this.#encoding !== 'utf-8') this.end = this.#decodeTo(to, from, from + bytes, last);
    else {
      if (!inPlace) this.#heap.copy(to, from, bytes);
      this.end = to + bytes;
    }
    // In place, UTF-8 stays in the block: only the one before it is done with.
    const stays = inPlace && this.#encoding === 'utf-8';
    this.#leave();
    this.#held = !last;
    if (!stays && !last) this.#leave();
    this.#next = last ? this.#next : (this.#next + 1) % this.#blocks.length;
    this.ended = last;
    if (inPlace && this.#large) {
      this.#heap.release(this.#large);
      this.#large = 0;
    }
  }

  /** The block at hand is done with. */
  #leave(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#leaving.push(this.#batch);
    this.#letGo();
  }

  #letGo(): void {
    while (this.#leaving.length > 0 && this.#leaving[0]! + this.#lasting.batches <= this.#batch) {
      this.#leaving.shift();
      this.#input.release();
    }
  }

  /** Waits until the text of earlier batches is in use no more: it is about to be moved or written over. */
  async #vacate(): Promise<void> {
    await this.#lasting.settle();
    for (; this.#leaving.length > 0; this.#leaving.pop()) this.#input.release();
  }

  #moveTail(to: number): void {
    this.#heap.copy(to, this.pos, this.end - this.pos);
    this.end = to + this.end - this.pos;
    this.pos = to;
  }

  /** Puts the tail into the large buffer, with room for `more` bytes after it; returns where they go. */
  #makeRoom(tail: number, more: number, wanted: number): number {
    const inLarge = this.#large !== 0 && this.pos >= this.#large && this.pos < this.#large + this.#largeSize;
    if (inLarge && this.end + more <= this.#large + this.#largeSize) return this.end;
    if (inLarge && tail + more <= this.#largeSize) {
      this.#moveTail(this.#large);
      return this.end;
    }
    const size = tail + more + Math.max(wanted, this.#blockSize);
    const before = this.#large;
    try {
      this.#large = this.#heap.allocate(size);
    } catch (cause) {
      if (cause instanceof RangeError) throw recordTooLarge(tail, { byte: this.byte });
      throw cause;
    }
    this.#largeSize = size;
    this.#moveTail(this.#large);
    if (before) this.#heap.release(before);
    return this.end;
  }

  /** Decodes [from, to) to `into`, keeping a character that is cut in two for later; returns the end of the text. */
  #decodeTo(into: number, from: number, to: number, last: boolean): number {
    if (!this.#encoding.startsWith('utf-16')) return this.#kernel.decodeEightBit(from, to, into);
    const big = this.#encoding === 'utf-16be';
    const end = this.#kernel.decodeUtf16(from, to, into, big, last, this.#stopped);
    this.#split = this.#heap.bytes.slice(this.#heap.view.getUint32(this.#stopped, true), to);
    return end;
  }
}

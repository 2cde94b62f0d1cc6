import type { KernelHeap } from '../kernel/heap.ts';
import type { Column } from './column.ts';
import { slotSize } from './column.ts';
import { Dictionary, type EntrySize } from './dictionary.ts';
import { dictionaryPays } from './dictionary-judgement.ts';
import { HeapBuffer } from './heap-buffer.ts';
import type { ParquetKernel } from './kernel.ts';
import type { ParquetOptions } from './options.ts';
import { type PageCodec, pageCodec } from './page-codec.ts';
import { type PhysicalType, physicalTypeOf } from './physical-type.ts';

/** Rows that a chunk takes at a time at most. */
export const longestPiece = 8192;
/** Bytes that encoders and judgements work in. */
const scratchBytes = 32 * 1024;

/** What the chunks of a writer have in common. */
export interface ChunkTools {
  heap: KernelHeap;
  kernel: ParquetKernel;
  options: ParquetOptions;
  codec: PageCodec;
  /** Bytes of a row group that a column has if all have as much. */
  share: number;
  /** Address of room for the slots of a piece. */
  piece: number;
  /** Address of `scratchBytes`. */
  scratch: number;
}

/** Heap that `chunkTools` takes, its codec's table among it. */
export const toolBytes = 16 * longestPiece + scratchBytes + 33_000;

export function chunkTools(
  heap: KernelHeap,
  kernel: ParquetKernel,
  options: ParquetOptions,
  columns: number,
): ChunkTools {
  return {
    share: Math.floor(options.rowGroupBytes / Math.max(1, columns)),
    heap,
    kernel,
    options,
    codec: pageCodec(heap, kernel, options),
    piece: heap.allocate(16 * longestPiece),
    scratch: heap.allocate(scratchBytes),
  };
}

export function releaseTools({ heap, codec, piece, scratch }: ChunkTools): void {
  codec.release();
  heap.release(piece);
  heap.release(scratch);
}

/**
 * The values of one column in the row group at hand, without the nulls: ids of a dictionary as long as that pays, else the
 * values in the file's own width (`plain`), strings as `lengths` and bytes.
 */
export class ColumnChunk {
  readonly column: Column;
  readonly physical: PhysicalType;
  rows = 0;
  /** Rows that are not null. */
  values = 0;
  /** Bytes of strings without lengths. */
  stringBytes = 0;
  /** A byte a row, once a null has been seen. */
  readonly present: HeapBuffer;
  readonly ids: HeapBuffer;
  readonly plain: HeapBuffer;
  readonly lengths: HeapBuffer;
  dictionary: Dictionary | undefined;

  readonly #tools: ChunkTools;
  /** Values at which the dictionary is judged next. */
  #nextJudgement: number;

  /** Bytes of strings that room is made for at once, so that they need not move often. */
  readonly #expectedBytes: number;

  /** How many rows and bytes of strings there may be, a guess. */
  constructor(column: Column, tools: ChunkTools, expected: { rows: number; stringBytes: number }) {
    this.column = column;
    this.physical = physicalTypeOf(column.type);
    this.#tools = tools;
    this.#expectedBytes = expected.stringBytes;
    this.#nextJudgement = firstJudgement(tools);
    const { heap, kernel, options } = tools;
    this.present = new HeapBuffer(heap);
    this.ids = new HeapBuffer(heap);
    this.plain = new HeapBuffer(heap);
    this.lengths = new HeapBuffer(heap);
    if (this.physical.name !== 'BOOLEAN' && options.dictionaryBytes >= 16) {
      this.dictionary = new Dictionary(heap, kernel, this.entrySize, options.dictionaryBytes);
      this.ids.reserve(4 * expected.rows, 0);
    } else {
      this.#reservePlain(expected.rows);
    }
  }

  get hasNulls(): boolean {
    return this.values < this.rows;
  }

  /** Bytes of a value in `plain` or in the dictionary; 0 for strings. */
  get entrySize(): EntrySize {
    return this.physical.name === 'BYTE_ARRAY' ? 0 : slotSize(this.physical.slot);
  }

  /** Bytes of a value in `plain`, where strings have none. */
  get plainSize(): number {
    if (this.physical.name === 'BOOLEAN') return 1;
    return this.physical.name === 'INT32' ? 4 : this.entrySize;
  }

  /** Bytes of strings that stand in `plain`. */
  get plainStringBytes(): number {
    return this.dictionary ? 0 : this.stringBytes;
  }

  /** Bytes of memory in use, about. It depends on nothing but the values. */
  get used(): number {
    const present = this.hasNulls ? this.rows : 0;
    if (this.dictionary) return present + 4 * this.values + this.dictionary.used;
    return present + this.stringBytes + this.values * (this.plainSize || 4);
  }

  /** Takes up to `longestPiece` rows. */
  append(rows: number, slots: number, present: number): void {
    const { kernel, piece } = this.#tools;
    let count = rows;
    let dense = slots;
    if (present !== 0) {
      count = kernel.countPresent(present, rows);
      if (count < rows) {
        if (!this.column.nullable) {
          throw new TypeError(`column ${this.column.name} is not nullable but holds a null`);
        }
        const compact = slotSize(this.physical.slot) === 16 ? kernel.compact16 : kernel.compact8;
        compact(slots, present, rows, piece);
        dense = piece;
      }
    }
    if (count < rows || this.present.capacity > 0) this.#appendPresent(rows, count < rows ? present : 0);
    this.rows += rows;
    if (count > 0) this.#take(dense, count);
  }

  /** Gives up the dictionary, if there is one, for the values themselves. */
  materialise(): void {
    const { dictionary, values } = this;
    if (!dictionary) return;
    const { kernel } = this.#tools;
    const wanted = Math.max(values, this.ids.capacity / 4);
    this.#reservePlain(wanted);
    this.dictionary = undefined;
    const ids = this.ids.address;
    switch (this.plainSize) {
      case 4:
        kernel.gather4(dictionary.values, ids, values, this.plain.address);
        break;
      case 8:
        kernel.gather8(dictionary.values, ids, values, this.plain.address);
        break;
      case 16:
        kernel.gather16(dictionary.values, ids, values, this.plain.address);
        break;
      default:
        kernel.gatherStrings(
          dictionary.values,
          dictionary.offsets,
          ids,
          values,
          this.lengths.address,
          this.plain.address,
        );
    }
    dictionary.release();
    this.ids.release();
  }

  release(): void {
    this.dictionary?.release();
    for (const buffer of [this.present, this.ids, this.plain, this.lengths]) buffer.release();
  }

  #reservePlain(values: number): void {
    if (this.physical.name === 'BYTE_ARRAY') {
      this.lengths.reserve(4 * values, 0);
      this.plain.reserve(Math.max(this.stringBytes, this.#expectedBytes), 0);
    } else {
      this.plain.reserve(this.plainSize * values, 0);
    }
  }

  /** `present` 0: all are there. */
  #appendPresent(rows: number, present: number): void {
    const { heap } = this.#tools;
    const before = this.present.capacity > 0 ? this.rows : 0;
    this.present.reserve(this.rows + rows, before);
    const { address } = this.present;
    if (before < this.rows) heap.fill(1, address, address + this.rows);
    const at = address + this.rows;
    if (present === 0) heap.fill(1, at, at + rows);
    else heap.copy(at, present, rows);
  }

  #take(slots: number, count: number): void {
    const done = this.dictionary ? this.#intern(this.dictionary, slots, count) : 0;
    if (done < count) this.#takePlain(slots + done * slotSize(this.physical.slot), count - done);
  }

  /** Returns how many were taken before the dictionary was given up. It is judged at the same values however they come in pieces. */
  #intern(dictionary: Dictionary, slots: number, count: number): number {
    const { kernel } = this.#tools;
    const size = slotSize(this.physical.slot);
    this.ids.reserve(4 * (this.values + count), 4 * this.values);
    for (let done = 0; ; ) {
      const at = slots + done * size;
      const wanted = Math.min(count - done, this.#nextJudgement - this.values);
      const taken = dictionary.intern(at, wanted, this.ids.address + 4 * this.values);
      if (this.physical.name === 'BYTE_ARRAY') this.stringBytes += kernel.sumLengths(at, 0, taken);
      this.values += taken;
      done += taken;
      const isJudged = this.values === this.#nextJudgement;
      if (done === count && !isJudged) return count;
      const isLarge = taken < wanted && !dictionary.isCrowded && !dictionary.grow(at + taken * size);
      if (dictionary.isCrowded || ((isJudged || isLarge) && !dictionaryPays(this, this.#tools, isLarge))) {
        this.materialise();
        return done;
      }
      if (isJudged) this.#nextJudgement *= 4;
      if (isLarge) dictionary.limit *= 2;
    }
  }

  #takePlain(slots: number, count: number): void {
    const { kernel, heap } = this.#tools;
    const before = this.values;
    this.values += count;
    if (this.physical.name === 'BYTE_ARRAY') {
      const used = this.stringBytes;
      this.stringBytes += kernel.sumLengths(slots, 0, count);
      this.lengths.reserve(4 * this.values, 4 * before);
      this.plain.reserve(this.stringBytes, used);
      kernel.copyStrings(slots, count, this.lengths.address + 4 * before, this.plain.address + used);
      return;
    }
    const size = this.plainSize;
    this.plain.reserve(size * this.values, size * before);
    const at = this.plain.address + size * before;
    if (size === 1) kernel.truthBytes(slots, count, at);
    else if (size === 4) kernel.narrow(slots, count, at);
    else heap.copy(at, slots, size * count);
  }
}

/** Of wide tables a row group holds few rows: a dictionary is judged before it has outgrown its column. */
function firstJudgement({ share }: ChunkTools): number {
  return 2 ** Math.floor(Math.log2(Math.max(16, Math.min(4096, share / 256))));
}

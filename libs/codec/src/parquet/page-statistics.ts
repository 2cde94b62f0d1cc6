import { type Bounds, cutMax, cutMin, longestBound } from './bounds.ts';
import type { ChunkTools, ColumnChunk } from './column-chunk.ts';
import { HeapBuffer } from './heap-buffer.ts';
import type { Statistics } from './metadata.ts';

/** Finds what is least and greatest among values of a chunk: of a page with a dictionary, among the entries that it uses. */
export class PageStatistics {
  readonly #chunk: ColumnChunk;
  readonly #tools: ChunkTools;
  /** A byte for each entry of the dictionary. */
  readonly #used: HeapBuffer;
  /** Slots of the dictionary's strings. */
  readonly #entries: HeapBuffer;
  /** Slots of what is looked at. */
  readonly #slots: HeapBuffer;

  constructor(chunk: ColumnChunk, tools: ChunkTools) {
    this.#chunk = chunk;
    this.#tools = tools;
    this.#used = new HeapBuffer(tools.heap);
    this.#entries = new HeapBuffer(tools.heap);
    this.#slots = new HeapBuffer(tools.heap);
    const { dictionary, entrySize } = chunk;
    if (!dictionary) return;
    const { entries } = dictionary;
    this.#used.reserve(entries, 0);
    this.#slots.reserve((entrySize || 8) * entries, 0);
    if (entrySize > 0) return;
    this.#entries.reserve(8 * entries, 0);
    tools.kernel.entrySlots(dictionary.values, dictionary.offsets, entries, this.#entries.address);
  }

  /** Of `count` values from value `first` on; strings start `bytesBefore` after the start of all. */
  of(first: number, count: number, nulls: number, bytesBefore: number): Statistics {
    const isDouble = this.#chunk.physical.name === 'DOUBLE';
    if (count === 0) return { nulls, bounds: undefined, ...(isDouble ? { nans: 0 } : {}) };
    if (!this.#chunk.dictionary) return this.#range(this.#valuesAt(first, count, bytesBefore), count, nulls);
    const statistics = this.#rangeOfEntries(first, count, nulls);
    // Entries that are NaN were counted, not how often they occur.
    return statistics.nans ? { ...statistics, nans: this.#countNans(first, count) } : statistics;
  }

  release(): void {
    for (const buffer of [this.#used, this.#entries, this.#slots]) buffer.release();
  }

  /** Address of values or slots as the range functions take them. */
  #valuesAt(first: number, count: number, bytesBefore: number): number {
    const { plain, plainSize, lengths, physical } = this.#chunk;
    if (physical.name !== 'BYTE_ARRAY') return plain.address + plainSize * first;
    this.#slots.reserve(8 * count, 0);
    this.#tools.kernel.stringSlots(
      lengths.address + 4 * first,
      count,
      plain.address + bytesBefore,
      this.#slots.address,
    );
    return this.#slots.address;
  }

  #rangeOfEntries(first: number, count: number, nulls: number): Statistics {
    const { kernel, heap } = this.#tools;
    const { ids, entrySize, physical } = this.#chunk;
    const dictionary = this.#chunk.dictionary!;
    const { entries } = dictionary;
    heap.fill(0, this.#used.address, this.#used.address + entries);
    kernel.markUsed(ids.address + 4 * first, count, this.#used.address);
    const all = entrySize === 0 ? this.#entries.address : dictionary.values;
    const compact = entrySize === 16 ? kernel.compact16 : kernel.compact8;
    const found = compact(all, this.#used.address, entries, this.#slots.address);
    if (physical.name === 'INT32') {
      // Entries are 8 bytes wide whatever the values are.
      kernel.range64(this.#slots.address, found, this.#tools.scratch);
      return { nulls, bounds: this.#fixedBounds() };
    }
    return this.#range(this.#slots.address, found, nulls);
  }

  #countNans(first: number, count: number): number {
    const { kernel, heap } = this.#tools;
    const { ids } = this.#chunk;
    const block = heap.allocate(8 * count);
    kernel.gather8(this.#chunk.dictionary!.values, ids.address + 4 * first, count, block);
    const nans = kernel.rangeDouble(block, count, this.#tools.scratch);
    heap.release(block);
    return nans;
  }

  #range(values: number, count: number, nulls: number): Statistics {
    const { kernel, heap, scratch } = this.#tools;
    const { physical } = this.#chunk;
    switch (physical.name) {
      case 'BOOLEAN': {
        const trues = kernel.countPresent(values, count);
        return {
          nulls,
          bounds: exact(Uint8Array.of(Number(trues === count)), Uint8Array.of(Number(trues > 0))),
        };
      }
      case 'INT32':
        kernel.range32(values, count, scratch);
        return { nulls, bounds: this.#fixedBounds() };
      case 'INT64':
        kernel.range64(values, count, scratch);
        return { nulls, bounds: this.#fixedBounds() };
      case 'DOUBLE': {
        const nans = kernel.rangeDouble(values, count, scratch);
        // Some readers take NaN for the greatest value and skip by a maximum below it, others leave it out: no bounds suit both.
        if (nans > 0) return { nulls, nans, bounds: undefined };
        // Readers must not have to tell one zero from the other.
        if (heap.view.getFloat64(scratch, true) === 0) heap.view.setFloat64(scratch, -0, true);
        if (heap.view.getFloat64(scratch + 16, true) === 0) heap.view.setFloat64(scratch + 16, 0, true);
        return { nulls, nans, bounds: this.#fixedBounds() };
      }
      case 'FIXED_LEN_BYTE_ARRAY':
        if (physical.slot === 'b16') kernel.range16(values, count, scratch);
        else {
          kernel.rangeInt128(values, count, scratch);
          kernel.writeBigEndian(scratch, 1, physical.size, scratch);
          kernel.writeBigEndian(scratch + 16, 1, physical.size, scratch + 16);
        }
        return { nulls, bounds: this.#fixedBounds() };
      default:
        kernel.rangeBytes(values, count, scratch);
        return { nulls, bounds: this.#stringBounds() };
    }
  }

  /** From the scratch memory, where the range functions leave them. */
  #fixedBounds(): Bounds {
    const { heap, scratch } = this.#tools;
    const { size } = this.#chunk.physical;
    return exact(heap.at(scratch, size).slice(), heap.at(scratch + 16, size).slice());
  }

  #stringBounds(): Bounds | undefined {
    const { heap, scratch } = this.#tools;
    const stringAt = (slot: number) =>
      heap.at(heap.view.getUint32(slot, true), heap.view.getUint32(slot + 4, true));
    const isText = this.#chunk.column.type.kind !== 'binary';
    const [min, max] = [stringAt(scratch), stringAt(scratch + 16)];
    const minExact = min.length <= longestBound;
    const maxExact = max.length <= longestBound;
    const upper = maxExact ? max.slice() : cutMax(max, isText);
    return upper && { min: minExact ? min.slice() : cutMin(min, isText), max: upper, minExact, maxExact };
  }
}

const exact = (min: Uint8Array, max: Uint8Array): Bounds => ({ min, max, minExact: true, maxExact: true });

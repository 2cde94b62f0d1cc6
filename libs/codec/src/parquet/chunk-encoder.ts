import { chooseEncoding } from './chunk-encoding.ts';
import type { ChunkTools, ColumnChunk } from './column-chunk.ts';
import { idWidth } from './dictionary-judgement.ts';
import type { EncodingName } from './metadata.ts';
import type { EncodedPage } from './page.ts';
import { PageStatistics } from './page-statistics.ts';

/** A part of a chunk that makes a page. */
interface Slice {
  row: number;
  rows: number;
  value: number;
  values: number;
  /** Strings: bytes before the slice and in it. */
  bytesBefore: number;
  bytes: number;
}

/** Turns a chunk whose values are all there into pages. Each is a block of the heap that the taker releases. */
export class ChunkEncoder {
  readonly encoding: EncodingName;
  /** Distinct values, where the dictionary tells. */
  readonly distinct: number | undefined;
  readonly #chunk: ColumnChunk;
  readonly #tools: ChunkTools;

  constructor(chunk: ColumnChunk, tools: ChunkTools) {
    this.#chunk = chunk;
    this.#tools = tools;
    this.encoding = chooseEncoding(chunk, tools);
    this.distinct = chunk.dictionary?.entries;
  }

  /** The dictionary, if there is one, and the data pages, each encoded when it is asked for. */
  *pages(): Generator<EncodedPage, void, undefined> {
    const { dictionary } = this.#chunk;
    if (dictionary) yield this.#dictionaryPage();
    const statistics = new PageStatistics(this.#chunk, this.#tools);
    try {
      for (const slice of this.#slices()) {
        const { row, rows, value, values, bytesBefore } = slice;
        const { address, length } = this.#dataPage(slice);
        yield {
          kind: 'data',
          encoding: this.encoding,
          values: rows,
          firstRow: row,
          isLoose: isLoose(this.encoding),
          address,
          length,
          statistics: statistics.of(value, values, rows - values, bytesBefore),
        };
      }
    } finally {
      statistics.release();
    }
  }

  #dictionaryPage(): EncodedPage {
    const { kernel, heap } = this.#tools;
    const { physical } = this.#chunk;
    const dictionary = this.#chunk.dictionary!;
    const { entries, values } = dictionary;
    const length = physical.name === 'BYTE_ARRAY' ? dictionary.bytes : entries * physical.size;
    const address = heap.allocate(length);
    if (physical.name === 'INT32') kernel.narrow(values, entries, address);
    else if (physical.slot === 'i128') kernel.writeBigEndian(values, entries, physical.size, address);
    else heap.copy(address, values, length);
    return {
      kind: 'dictionary',
      encoding: 'PLAIN',
      values: entries,
      firstRow: 0,
      isLoose: true,
      address,
      length,
      statistics: undefined,
    };
  }

  /** Slices of about the same number of rows, or, of long strings, of about the same bytes. */
  *#slices(): Generator<Slice, void, undefined> {
    const { kernel, options } = this.#tools;
    const chunk = this.#chunk;
    const isPlainStrings = chunk.physical.name === 'BYTE_ARRAY' && !chunk.dictionary;
    const rowsByBytes = Math.floor((8 * options.pageBytes) / this.#bitsPerValue());
    const most = Math.max(1, Math.min(options.pageRows, rowsByBytes));
    const even = Math.ceil(chunk.rows / Math.ceil(chunk.rows / most));
    let value = 0;
    let bytesBefore = 0;
    for (let row = 0; row < chunk.rows; ) {
      let rows = Math.min(even, chunk.rows - row);
      const present = chunk.hasNulls ? chunk.present.address + row : 0;
      const lengths = chunk.lengths.address + 4 * value;
      if (isPlainStrings) {
        const overhead = this.encoding === 'PLAIN' ? 4 : 0;
        rows = kernel.fitRows(present, rows, lengths, overhead, options.pageBytes);
      }
      const values = present === 0 ? rows : kernel.countPresent(present, rows);
      const bytes = isPlainStrings ? kernel.sumWords(lengths, values) : 0;
      yield { row, rows, value, values, bytesBefore, bytes };
      row += rows;
      value += values;
      bytesBefore += bytes;
    }
  }

  /** Of an encoded value, at most; 1 for strings, whose own lengths count. */
  #bitsPerValue(): number {
    const { dictionary, physical } = this.#chunk;
    if (dictionary) return idWidth(dictionary.entries);
    return physical.size > 0 ? 8 * physical.size : 1;
  }

  #dataPage(slice: Slice): { address: number; length: number } {
    const { kernel, heap } = this.#tools;
    const chunk = this.#chunk;
    const { row, rows } = slice;
    // Levels and values packed to bits take a few bytes more than the bits; delta encodings up to 11 bytes in 128 values.
    const bound =
      rows / 8 + 128 + (slice.values * this.#bitsPerValue()) / 8 + this.#overhead(slice) + slice.bytes;
    const address = heap.allocate(Math.ceil(bound));
    let end = address;
    if (chunk.column.nullable) {
      const levels = end + 4;
      if (chunk.hasNulls) end = kernel.packBytes(chunk.present.address + row, rows, levels);
      else end = this.#run(rows, levels);
      heap.view.setUint32(levels - 4, end - levels, true);
    }
    end = this.#values(slice, end);
    return { address, length: end - address };
  }

  /** Definition levels of rows that are all there. */
  #run(rows: number, at: number): number {
    const { bytes } = this.#tools.heap;
    let end = at;
    let rest = rows * 2;
    for (; rest >= 0x80; rest >>>= 7) bytes[end++] = (rest & 0x7f) | 0x80;
    bytes[end++] = rest;
    bytes[end++] = 1;
    return end;
  }

  #overhead({ values }: Slice): number {
    switch (this.encoding) {
      case 'DELTA_BINARY_PACKED':
        return values / 8 + 512;
      case 'DELTA_LENGTH_BYTE_ARRAY':
        return 4 * values + values / 8 + 512;
      case 'PLAIN':
        return 4 * values;
      default:
        return 0;
    }
  }

  /** Writes the values of a slice; returns the end. */
  #values({ value, values, bytesBefore, bytes }: Slice, out: number): number {
    const { kernel, heap, scratch } = this.#tools;
    const { dictionary, ids, plain, plainSize, lengths, physical } = this.#chunk;
    const from = plain.address + plainSize * value;
    switch (this.encoding) {
      case 'RLE_DICTIONARY': {
        const width = idWidth(dictionary!.entries);
        heap.bytes[out] = width;
        return kernel.packBits(ids.address + 4 * value, values, width, out + 1);
      }
      case 'RLE': {
        const end = kernel.packBytes(from, values, out + 4);
        heap.view.setUint32(out, end - out - 4, true);
        return end;
      }
      case 'DELTA_BINARY_PACKED':
        return plainSize === 4
          ? kernel.encodeDelta32(from, values, out, scratch)
          : kernel.encodeDelta64(from, values, out, scratch);
      case 'DELTA_LENGTH_BYTE_ARRAY': {
        const end = kernel.encodeDelta32(lengths.address + 4 * value, values, out, scratch);
        heap.copy(end, plain.address + bytesBefore, bytes);
        return end + bytes;
      }
      case 'BYTE_STREAM_SPLIT':
        kernel.splitBytes8(from, values, out);
        return out + 8 * values;
      case 'PLAIN':
        if (physical.name === 'BOOLEAN') return kernel.packFlags(from, values, out);
        if (physical.name === 'BYTE_ARRAY') {
          return kernel.interleaveStrings(
            lengths.address + 4 * value,
            values,
            plain.address + bytesBefore,
            out,
          );
        }
        if (physical.slot === 'i128') kernel.writeBigEndian(from, values, physical.size, out);
        else heap.copy(out, from, values * physical.size);
        return out + values * physical.size;
    }
  }
}

const isLoose = (encoding: EncodingName) => encoding === 'PLAIN' || encoding === 'DELTA_LENGTH_BYTE_ARRAY';

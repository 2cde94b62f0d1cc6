import { crc32 } from 'node:zlib';
import type { ByteFile } from '../ports.ts';
import { type ChunkForm, type DecodedPage, decodeDataPage, decodeDictionary } from './decode-page.ts';
import { beyondLimit, corruptParquet } from './faults.ts';
import { type ChunkPlace, readAt } from './footer.ts';
import type { LeafColumn } from './leaf-columns.ts';
import { type PageHeader, readPageHeader } from './page-header.ts';
import { ThriftCutShort } from './thrift-reader.ts';
import { bytesOf } from './values.ts';

export interface ReadLimits {
  /** Of the footer, in bytes. */
  maxFooterBytes: number;
  /** Of one page, compressed or not, in bytes. */
  maxPageBytes: number;
  /** Of one page. */
  maxPageRows: number;
  /** What the pages and dictionaries under work of all columns take, in bytes. */
  maxMemory: number;
}

const MiB = 1024 * 1024;
const FIRST_HEADER = 16 * 1024;
const MAX_HEADER = 16 * MiB;

/** The pages of one column in one row group, one after the other. Memory: the page under work, its dictionary, and a window of the file. */
export class ChunkPages {
  readonly #file: ByteFile;
  readonly #limits: ReadLimits;
  readonly #column: LeafColumn;
  readonly #form: ChunkForm;
  /** Of the chunk's bytes in the file. */
  readonly #end: number;
  #at: number;
  #window = new Uint8Array(0);
  #windowStart = 0;
  #dictionaryBytes = 0;

  readonly #windowBytes: number;

  /** @param windowBytes at the most so much of the chunk is read at once, unless a page is longer */
  constructor(
    file: ByteFile,
    column: LeafColumn,
    place: ChunkPlace,
    limits: ReadLimits,
    windowBytes: number,
  ) {
    this.#file = file;
    this.#windowBytes = windowBytes;
    this.#limits = limits;
    this.#column = column;
    this.#form = { column, codec: place.codec, dictionary: undefined, maxBytes: limits.maxPageBytes };
    this.#at = place.start;
    this.#end = place.start + place.bytes;
  }

  /** Bytes of memory beside the page that was given last. */
  get memory(): number {
    return this.#window.length + this.#dictionaryBytes;
  }

  /** The next page that has rows; undefined after the last. */
  async next(): Promise<DecodedPage | undefined> {
    while (this.#at < this.#end) {
      const header = await this.#readHeader();
      const start = this.#at;
      if (header.type !== 0 && header.type !== 2 && header.type !== 3) {
        this.#at += header.compressed;
        continue;
      }
      const bytes = await this.#take(header.compressed);
      if (header.crc !== undefined && crc32(bytes) !== header.crc >>> 0)
        throw corruptParquet(`column ${this.#column.name}: a page’s checksum does not fit its bytes`, start);
      if (header.type === 2) {
        this.#form.dictionary = decodeDictionary(bytes, header, this.#form, start);
        this.#dictionaryBytes = bytesOf(this.#form.dictionary);
      } else if (header.values > 0) return decodeDataPage(bytes, header, this.#form, start);
    }
    return undefined;
  }

  async #readHeader(): Promise<PageHeader> {
    for (let wanted = FIRST_HEADER; ; wanted *= 8) {
      const bytes = await this.#look(Math.min(wanted, this.#end - this.#at));
      try {
        const { header, length } = readPageHeader(bytes, this.#at);
        this.#check(header, length);
        this.#at += length;
        return header;
      } catch (error) {
        if (!(error instanceof ThriftCutShort)) throw error;
        if (wanted >= Math.min(MAX_HEADER, this.#end - this.#at))
          throw corruptParquet(`column ${this.#column.name}: a page’s header does not end`, this.#at);
      }
    }
  }

  #check(
    { compressed, uncompressed, values, nulls, definitionBytes, repetitionBytes }: PageHeader,
    length: number,
  ): void {
    const { maxPageBytes, maxPageRows } = this.#limits;
    const least = Math.min(compressed, uncompressed, values, nulls, definitionBytes, repetitionBytes);
    if (
      least < 0 ||
      this.#at + length + compressed > this.#end ||
      definitionBytes + repetitionBytes > uncompressed
    )
      throw corruptParquet(`column ${this.#column.name}: a page’s header makes no sense`, this.#at);
    if (Math.max(compressed, uncompressed) > maxPageBytes)
      throw beyondLimit(
        `Column ${this.#column.name} has too large a page`,
        `<= ${maxPageBytes} bytes`,
        `${Math.max(compressed, uncompressed)} bytes`,
      );
    if (values > maxPageRows)
      throw beyondLimit(
        `Column ${this.#column.name} has a page of too many rows`,
        `<= ${maxPageRows}`,
        String(values),
      );
  }

  async #take(length: number): Promise<Uint8Array> {
    const bytes = await this.#look(length);
    this.#at += length;
    return bytes.subarray(0, length);
  }

  /** At least `length` bytes from where we are, without going on. */
  async #look(length: number): Promise<Uint8Array> {
    const from = this.#at - this.#windowStart;
    const there = this.#window.subarray(from);
    if (there.length >= length) return there;
    const size = Math.min(this.#end - this.#at, Math.max(length, this.#windowBytes));
    const next = new Uint8Array(size);
    next.set(there);
    next.set(await readAt(this.#file, this.#at + there.length, size - there.length), there.length);
    this.#window = next;
    this.#windowStart = this.#at;
    return next;
  }
}

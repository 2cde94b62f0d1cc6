import { release as releasePiece } from '../compression/release.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { ByteSink } from '../ports.ts';
import { type Bounds, type Order, widenBounds } from './bounds.ts';
import {
  bloomFilterHeader,
  type ChunkMeta,
  type PageMeta,
  pageHeader,
  type RowGroupMeta,
} from './metadata.ts';
import type { EncodedPage } from './page.ts';
import type { Deferral, Packed, PageCodec } from './page-codec.ts';
import { ThriftWriter } from './thrift.ts';

/** Pages are gathered to writes of about this size. */
const writeBytes = 256 * 1024;

/** Compressions under way at once, at most: each has memory of its own, and one of the pool's four threads is left to reading. */
const mostCompressions = 3;

/** Jobs that are done and still in the list, at most. */
const doneJobsKept = 512;

/** What is known of a chunk besides its pages. */
export type ChunkSummary = Pick<ChunkMeta, 'encoding' | 'rows' | 'distinct' | 'stringBytes'> & {
  /** Bits of the Bloom filter. */
  bloomFilter: Uint8Array | undefined;
  order: Order;
};

/** A page that is written: what a chunk's metadata need of it. */
interface WrittenPage extends Pick<PageMeta, 'offset' | 'size'> {
  page: EncodedPage;
  uncompressedSize: number;
}

/**
 * Compresses the pages of row groups, several at a time, and writes them in order. It knows of row groups one after another
 * and offsets in them, of the file around only how many bytes went before.
 */
export class PageStream {
  /** Bytes handed to the sink. */
  written = 0;
  readonly #heap: KernelHeap;
  readonly #codec: PageCodec;
  readonly #sink: ByteSink;
  readonly #capacity: number;
  readonly #thrift = new ThriftWriter();

  /** What is to be done, in order; one at a time is under way. */
  readonly #jobs: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;
  #failure: { reason: unknown } | undefined;
  /** Bytes of pages, as encoded, that are not written yet. */
  #waiting = 0;
  /** Compressions under way, and those that wait for their turn. */
  #compressions = 0;
  readonly #uncompressed: (() => void)[] = [];
  #wake: (() => void) | undefined;

  readonly #buffer = new Uint8Array(writeBytes);
  #buffered = 0;

  /** The row group at hand: where it starts, its chunks that are whole, the pages of the one that is not. */
  #start = 0;
  #chunks: { meta: ChunkMeta; bloomFilter: Uint8Array | undefined }[] = [];
  #pages: WrittenPage[] = [];

  /** `capacity`: bytes of encoded pages that may wait before `put` does. */
  constructor(heap: KernelHeap, codec: PageCodec, sink: ByteSink, capacity: number) {
    this.#heap = heap;
    this.#codec = codec;
    this.#sink = sink;
    this.#capacity = capacity;
  }

  /** Bytes so far, those that are held back among them; of use between row groups. */
  get #position(): number {
    return this.written + this.#buffered;
  }

  /** Writes bytes that belong to no row group. */
  writeBytes(bytes: Uint8Array): void {
    this.#do(() => this.#append(bytes));
  }

  /** Takes the next page of the chunk at hand, and its block. Waits while too much is waiting. */
  async put(page: EncodedPage): Promise<void> {
    const { address, length } = page;
    let held = true;
    const release = () => {
      if (held) this.#heap.release(address);
      held = false;
    };
    let packed: Packed | Promise<Packed>;
    try {
      this.#check();
      const now = this.#codec.pack(address, length, page.isLoose);
      packed = typeof now === 'function' ? this.#compress(now) : now;
    } catch (error) {
      release();
      throw error;
    }
    this.#waiting += length;
    if (packed instanceof Promise)
      packed.catch(() => {}); // told by the job
    else if (!this.#codec.borrows) release();
    this.#do(async () => {
      try {
        const pieces = packed instanceof Promise ? await packed : packed;
        if (!this.#failure) await this.#writePage(page, pieces);
        if (packed instanceof Promise) pieces.forEach(releasePiece);
      } finally {
        release();
        this.#waiting -= length;
        this.#wake?.();
      }
    });
    while (this.#waiting > this.#capacity) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    this.#check();
  }

  /** Compresses when it is its turn; after a failure nothing is started any more. */
  async #compress(start: Deferral): Promise<Packed> {
    if (this.#compressions === mostCompressions)
      await new Promise<void>((resolve) => {
        this.#uncompressed.push(resolve);
      });
    else this.#compressions++;
    try {
      return this.#failure ? [] : await start();
    } finally {
      const next = this.#uncompressed.shift();
      if (next) next();
      else this.#compressions--;
    }
  }

  endChunk(summary: ChunkSummary): void {
    this.#do(async () => {
      const meta = chunkMeta(summary, this.#pages);
      this.#chunks.push({ meta, bloomFilter: summary.bloomFilter });
      this.#pages = [];
    });
  }

  /** `done` is told what is known of the row group once its bytes are, and where in all that was written it starts. */
  endRowGroup(rows: number, done: (meta: RowGroupMeta, start: number) => void): void {
    this.#do(async () => {
      for (const { meta, bloomFilter } of this.#chunks) {
        if (!bloomFilter) continue;
        const offset = this.#position - this.#start;
        await this.#append(bloomFilterHeader(this.#thrift, bloomFilter.length));
        await this.#append(bloomFilter);
        meta.bloomFilter = { offset, size: this.#position - this.#start - offset };
      }
      done({ rows, chunks: this.#chunks.map(({ meta }) => meta) }, this.#start);
      this.#chunks = [];
      this.#start = this.#position;
    });
  }

  /** From here on, the next row group starts. */
  startRowGroup(): void {
    this.#do(async () => {
      this.#start = this.#position;
    });
  }

  /** Resolves once all is with the sink. */
  async drain(): Promise<void> {
    this.#do(() => this.#flush());
    await this.#running;
    this.#check();
  }

  /** Drops what is not written; resolves when nothing is under way any more. Never rejects. */
  async stop(): Promise<void> {
    this.#failure ??= { reason: new Error('the writer is closed') };
    await this.#running;
  }

  #check(): void {
    if (this.#failure) throw this.#failure.reason;
  }

  #do(job: () => Promise<void>): void {
    this.#jobs.push(job);
    this.#running ??= this.#run();
  }

  /** After a failure jobs are still run, to give back what they hold. */
  async #run(): Promise<void> {
    const jobs = this.#jobs;
    for (let done = 0; done < jobs.length; ) {
      try {
        await jobs[done++]!();
      } catch (reason) {
        this.#failure ??= { reason };
      }
      // Not one by one: of tens of thousands, each would move all that are left.
      if (done === doneJobsKept || done === jobs.length) {
        jobs.splice(0, done);
        done = 0;
      }
    }
    this.#running = undefined;
  }

  async #writePage(page: EncodedPage, pieces: Packed): Promise<void> {
    const compressed = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const header = pageHeader(this.#thrift, page, page.length, compressed);
    this.#pages.push({
      page,
      offset: this.#position - this.#start,
      size: header.length + compressed,
      uncompressedSize: header.length + page.length,
    });
    await this.#append(header);
    for (const piece of pieces) await this.#append(piece);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    if (this.#failure) return;
    const isLarge = bytes.length > writeBytes / 2;
    if (isLarge || this.#buffered + bytes.length > writeBytes) await this.#flush();
    if (isLarge) {
      await this.#sink.write(bytes);
      this.written += bytes.length;
      return;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  async #flush(): Promise<void> {
    if (this.#failure || this.#buffered === 0) return;
    await this.#sink.write(this.#buffer.subarray(0, this.#buffered));
    this.written += this.#buffered;
    this.#buffered = 0;
  }
}

function chunkMeta({ bloomFilter: _, order, ...summary }: ChunkSummary, written: WrittenPage[]): ChunkMeta {
  const dictionary = written.find(({ page }) => page.kind === 'dictionary');
  const pages = written
    .filter(({ page }) => page.kind === 'data')
    .map(({ page, offset, size }) => ({
      offset,
      size,
      firstRow: page.firstRow,
      rows: page.values,
      statistics: page.statistics!,
    }));
  return {
    ...summary,
    ...(dictionary ? { dictionaryOffset: dictionary.offset } : {}),
    pages,
    uncompressedSize: sum(written.map(({ uncompressedSize }) => uncompressedSize)),
    compressedSize: sum(written.map(({ size }) => size)),
    statistics: chunkStatistics(pages, order),
  };
}

function chunkStatistics(pages: PageMeta[], order: Order): ChunkMeta['statistics'] {
  let bounds: Bounds | undefined;
  let isKnown = true;
  for (const { rows, statistics } of pages) {
    if (statistics.bounds) bounds = widenBounds(bounds, statistics.bounds, order);
    else if (statistics.nulls < rows) isKnown = false;
  }
  const isDouble = pages.some(({ statistics }) => statistics.nans !== undefined);
  return {
    nulls: sum(pages.map(({ statistics }) => statistics.nulls)),
    bounds: isKnown ? bounds : undefined,
    ...(isDouble ? { nans: sum(pages.map(({ statistics }) => statistics.nans ?? 0)) } : {}),
  };
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

import type { Transform } from 'node:stream';
import { constants, createGzip, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib';
import type { KernelHeap } from '../kernel/heap.ts';
import type { ParquetKernel } from './kernel.ts';
import type { ParquetOptions } from './options.ts';
import { isDense } from './page-density.ts';
import { storedGzip, storedZstd, unknownSystem } from './stored-page.ts';

/** A page as it goes to the file, in pieces. */
export type Packed = Uint8Array[];

/** Starts what is done elsewhere. */
export type Deferral = () => Promise<Packed>;

/**
 * Compresses the bytes at an address of the heap. What it gives at once or promises is in memory of its own, unless it says
 * `borrows`: then it is the heap's.
 */
export interface PageCodec {
  borrows: boolean;
  /** `isLoose`: bytes on which effort is better spent than on packed bits. */
  pack(address: number, length: number, isLoose: boolean): Packed | Deferral;
  /** What a sample would be packed to, in bytes. */
  trial(address: number, length: number, isLoose: boolean): number;
  release(): void;
}

/** Up to here compressing costs less than having it done elsewhere. */
const syncBytes = 16 * 1024;
/** Up to here a page is not worth compressing: it is put into the codec's words for "as it is". */
const storedBytes = 128;
/** What repeats is worth a compressor's while if it is a fiftieth. */
const fewRepeats = 0.98;

export function pageCodec(heap: KernelHeap, kernel: ParquetKernel, options: ParquetOptions): PageCodec {
  switch (options.compression) {
    case 'none':
      return {
        borrows: true,
        pack: (address, length) => [heap.at(address, length)],
        trial: (_, length) => length,
        release: () => {},
      };
    case 'snappy':
      return new Snappy(heap, kernel);
    default:
      return new Deferred(heap, kernel, methods[options.compression], options.level);
  }
}

/** A codec of node:zlib. */
interface Method {
  /** Where none is given. */
  level: { loose: number; packed: number };
  stored(page: Uint8Array): Uint8Array;
  now(page: Uint8Array, level: number): Uint8Array;
  elsewhere(page: Uint8Array, level: number): Promise<Packed>;
}

const methods: Record<'gzip' | 'zstd', Method> = {
  gzip: {
    // Level 3 costs what 1 and 2 cost with this zlib and is smaller.
    level: { loose: 6, packed: 3 },
    stored: storedGzip,
    now: (page, level) => anonymous(gzipSync(page, { level })),
    async elsewhere(page, level) {
      const pieces = await drive(createGzip({ level, chunkSize: chunkSize(page) }), page);
      anonymous(pieces[0]!);
      return pieces;
    },
  },
  zstd: {
    // As small as what DuckDB writes (at level 3), and twice as fast where that makes no difference.
    level: { loose: 3, packed: 1 },
    stored: storedZstd,
    now: (page, level) =>
      zstdCompressSync(page, { ...zstdOptions(page, level), chunkSize: Math.max(64, page.length) }),
    elsewhere: (page, level) =>
      drive(createZstdCompress({ ...zstdOptions(page, level), chunkSize: chunkSize(page) }), page),
  },
};

const zstdOptions = (page: Uint8Array, level: number) => ({
  params: { [constants.ZSTD_c_compressionLevel]: level },
  pledgedSrcSize: page.length,
});

/** Takes what a member says of the system that made it. */
function anonymous(member: Uint8Array): Uint8Array {
  member[9] = unknownSystem;
  return member;
}

/** On the thread pool, if there is enough to do. */
class Deferred implements PageCodec {
  readonly borrows = false;
  readonly #heap: KernelHeap;
  /** Tells whether there are repeats. */
  readonly #snappy: Snappy;
  readonly #method: Method;
  readonly #level: number | undefined;

  constructor(heap: KernelHeap, kernel: ParquetKernel, method: Method, level: number | undefined) {
    this.#heap = heap;
    this.#snappy = new Snappy(heap, kernel);
    this.#method = method;
    this.#level = level;
  }

  pack(address: number, length: number, isLoose: boolean): Packed | Deferral {
    const page = this.#heap.at(address, length);
    if (length <= storedBytes || (!isLoose && this.#isIncompressible(page, address)))
      return [this.#method.stored(page)];
    const level = this.#levelFor(isLoose);
    return length <= syncBytes ? [this.#method.now(page, level)] : () => this.#method.elsewhere(page, level);
  }

  trial(address: number, length: number, isLoose: boolean): number {
    return this.#method.now(this.#heap.at(address, length), this.#levelFor(isLoose)).length;
  }

  release(): void {
    this.#snappy.release();
  }

  /** Bits packed to what they need take a compressor's time and readers' for nothing. */
  #isIncompressible(page: Uint8Array, address: number): boolean {
    return isDense(page) && this.#snappy.trial(address, page.length) >= fewRepeats * page.length;
  }

  #levelFor(isLoose: boolean): number {
    return this.#level ?? this.#method.level[isLoose ? 'loose' : 'packed'];
  }
}

/**
 * Output comes in pieces of this size: one, where the page shrinks by half. Smaller ones would share memory with other
 * buffers of the process and could not be given back at once.
 */
const chunkSize = (page: Uint8Array) => Math.max(Buffer.poolSize >>> 1, page.length >> 1);

function drive(stream: Transform, page: Uint8Array): Promise<Packed> {
  return new Promise((resolve, reject) => {
    const pieces: Packed = [];
    // Not as Buffers: a sink that keeps a `slice` of one would keep no copy.
    stream.on('data', ({ buffer, byteOffset, length }: Buffer) =>
      pieces.push(new Uint8Array(buffer, byteOffset, length)),
    );
    stream.on('error', reject);
    stream.on('end', () => resolve(pieces));
    stream.end(page);
  });
}

const snappyTable = 32_768;

/** In the kernel, there and then. */
class Snappy implements PageCodec {
  readonly borrows = false;
  readonly #heap: KernelHeap;
  readonly #kernel: ParquetKernel;
  readonly #table: number;

  constructor(heap: KernelHeap, kernel: ParquetKernel) {
    this.#heap = heap;
    this.#kernel = kernel;
    this.#table = heap.allocate(snappyTable);
  }

  pack(address: number, length: number): Packed {
    return [this.#compress(address, length, (packed) => packed.slice())];
  }

  trial(address: number, length: number): number {
    return this.#compress(address, length, (packed) => packed.length);
  }

  release(): void {
    this.#heap.release(this.#table);
  }

  #compress<Result>(address: number, length: number, use: (packed: Uint8Array) => Result): Result {
    const out = this.#heap.allocate(Math.ceil(length + length / 6) + 32);
    const end = this.#kernel.snappy(address, length, out, this.#table);
    const result = use(this.#heap.at(out, end - out));
    this.#heap.release(out);
    return result;
  }
}

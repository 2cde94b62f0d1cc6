import type { Transform } from 'node:stream';
import { constants, crc32, createGzip, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib';
import type { KernelHeap } from '../kernel/heap.ts';
import type { ParquetKernel } from './kernel.ts';
import type { ParquetOptions } from './options.ts';

/** A page as it goes to the file, in pieces. */
export type Packed = Uint8Array[];

/**
 * Compresses the bytes at an address of the heap. What it gives at once or promises is in memory of its own, unless it says
 * `borrows`: then it is the heap's.
 */
export interface PageCodec {
  borrows: boolean;
  pack(address: number, length: number): Packed | Promise<Packed>;
  release(): void;
}

/** Up to here compressing costs less than having it done elsewhere. */
const syncBytes = 16 * 1024;
/** Up to here a page is not worth compressing: it is put into the codec's words for "as it is". */
const storedBytes = 128;
/** RFC 1952: 255 is an unknown operating system, so that the bytes do not tell where they were made. */
const unknownSystem = 255;

export function pageCodec(heap: KernelHeap, kernel: ParquetKernel, options: ParquetOptions): PageCodec {
  switch (options.compression) {
    case 'none':
      return { borrows: true, pack: (address, length) => [heap.at(address, length)], release: () => {} };
    case 'snappy':
      return new Snappy(heap, kernel);
    case 'gzip': {
      // Level 3 costs what 1 and 2 cost with this zlib and is smaller.
      const level = options.level ?? 3;
      const mark = (pieces: Packed) => {
        pieces[0]![9] = unknownSystem;
        return pieces;
      };
      return asyncCodec(
        heap,
        storedGzip,
        (page) => mark([gzipSync(page, { level })]),
        (page) => drive(createGzip({ level, chunkSize: chunkSize(page) }), page).then(mark),
      );
    }
    case 'zstd': {
      const params = { [constants.ZSTD_c_compressionLevel]: options.level ?? 1 };
      return asyncCodec(
        heap,
        storedZstd,
        (page) => [zstdCompressSync(page, { params, chunkSize: page.length, pledgedSrcSize: page.length })],
        (page) =>
          drive(
            createZstdCompress({ params, chunkSize: chunkSize(page), pledgedSrcSize: page.length }),
            page,
          ),
      );
    }
  }
}

function asyncCodec(
  heap: KernelHeap,
  stored: (page: Uint8Array) => Uint8Array,
  now: (page: Uint8Array) => Packed,
  elsewhere: (page: Uint8Array) => Promise<Packed>,
): PageCodec {
  return {
    borrows: false,
    pack(address, length) {
      const page = heap.at(address, length);
      if (length <= storedBytes) return [stored(page)];
      return length <= syncBytes ? now(page) : elsewhere(page);
    },
    release: () => {},
  };
}

/** Output comes in pieces of this size: one, where the page shrinks by half. */
const chunkSize = (page: Uint8Array) => page.length >> 1;

function drive(stream: Transform, page: Uint8Array): Promise<Packed> {
  return new Promise((resolve, reject) => {
    const pieces: Packed = [];
    stream.on('data', (piece: Uint8Array) => pieces.push(piece));
    stream.on('error', reject);
    stream.on('end', () => resolve(pieces));
    stream.end(page);
  });
}

/** A frame of one raw block (RFC 8878), for up to 255 bytes. */
function storedZstd(page: Uint8Array): Uint8Array {
  const frame = new Uint8Array(9 + page.length);
  const singleSegment = 0x20;
  const lastRaw = (page.length << 3) | 1;
  frame.set([0x28, 0xb5, 0x2f, 0xfd, singleSegment, page.length, lastRaw & 0xff, lastRaw >> 8, 0]);
  frame.set(page, 9);
  return frame;
}

/** A member of one stored block (RFC 1952, RFC 1951). */
function storedGzip(page: Uint8Array): Uint8Array {
  const member = new Uint8Array(23 + page.length);
  const view = new DataView(member.buffer);
  member.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, unknownSystem, 1]);
  view.setUint16(11, page.length, true);
  view.setUint16(13, ~page.length & 0xffff, true);
  member.set(page, 15);
  view.setUint32(15 + page.length, crc32(page), true);
  view.setUint32(19 + page.length, page.length, true);
  return member;
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
    const out = this.#heap.allocate(Math.ceil(length + length / 6) + 32);
    const end = this.#kernel.snappy(address, length, out, this.#table);
    const packed = this.#heap.at(out, end - out).slice();
    this.#heap.release(out);
    return [packed];
  }

  release(): void {
    this.#heap.release(this.#table);
  }
}

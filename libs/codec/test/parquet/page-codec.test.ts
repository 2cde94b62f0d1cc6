import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { createKernel } from '../../src/parquet/kernel.ts';
import { parquetOptions } from '../../src/parquet/options.ts';
import { pageCodec } from '../../src/parquet/page-codec.ts';
import { isDense } from '../../src/parquet/page-density.ts';
import { storedGzip, storedZstd } from '../../src/parquet/stored-page.ts';

/** Bytes without any order, always the same. */
function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

test.each([0, 1, 128, 255, 256, 65_535, 65_536, 65_791, 65_792, 131_071, 131_072, 131_073, 400_000])(
  'a page of %i bytes stored as it is inflates to itself',
  (length) => {
    const page = noise(length);
    const zstd = storedZstd(page);
    const gzip = storedGzip(page);
    expect(Buffer.compare(zstdDecompressSync(zstd), page)).toBe(0);
    expect(Buffer.compare(gunzipSync(gzip), page)).toBe(0);
    expect(zstd.length - length).toBeLessThanOrEqual(12 + (3 * length) / 131_072);
    expect(gzip.length - length).toBeLessThanOrEqual(23 + (5 * length) / 65_535);
  },
);

test('bytes of all values alike are dense, text and half-empty bits are not', () => {
  expect(isDense(noise(200_000))).toBe(true);
  expect(isDense(noise(4000).map((byte) => byte & 0x7f))).toBe(false);
  expect(isDense(Buffer.from('a line like any other\n'.repeat(1000)))).toBe(false);
  // Half of a page is seen wherever it is.
  expect(isDense(Uint8Array.from([...noise(20_000), ...new Uint8Array(20_000)]))).toBe(false);
  expect(isDense(Uint8Array.from([...new Uint8Array(20_000), ...noise(20_000)]))).toBe(false);
});

const pages: [what: string, page: Uint8Array, isSmaller: boolean][] = [
  ['noise', noise(10_000), false],
  ['noise of more than a block', noise(300_000), false],
  ['noise that repeats after 9 KiB', repeated(noise(9 * 1024), 90_000), true],
  ['noise that repeats after 30 KB', repeated(noise(30_000), 200_000), true],
  ['noise of seven bits', noise(100_000).map((byte) => byte & 0x7f), true],
];

test.each(['zstd', 'gzip'] as const)(
  '%s: packed pages are compressed where that saves anything',
  async (compression) => {
    const heap = new KernelHeap(4 * 1024 * 1024);
    const codec = pageCodec(heap, createKernel(heap.memory), parquetOptions.parse({ compression }));
    for (const [what, page, isSmaller] of pages) {
      const address = heap.allocate(page.length);
      heap.bytes.set(page, address);
      const packed = codec.pack(address, page.length, false);
      const pieces = typeof packed === 'function' ? await packed() : packed;
      const bytes = Buffer.concat(pieces);
      const inflated = compression === 'zstd' ? zstdDecompressSync(bytes) : gunzipSync(bytes);
      expect(Buffer.compare(inflated, page), what).toBe(0);
      expect(bytes.length < 0.99 * page.length, what).toBe(isSmaller);
      heap.release(address);
    }
    codec.release();
  },
);

function repeated(bytes: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => bytes[i % bytes.length]!);
}

import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { corruptParquet, unsupportedParquet } from './faults.ts';

/** `CompressionCodec` of parquet.thrift. */
const names = ['none', 'snappy', 'gzip', 'LZO', 'brotli', 'LZ4', 'zstd', 'LZ4_RAW'];

/** @throws {BadInput} `parquet-not-supported` */
export function checkCodec(codec: number, column: string): void {
  const name = names[codec] ?? `codec ${codec}`;
  if (!['none', 'snappy', 'gzip', 'brotli', 'zstd'].includes(name))
    throw unsupportedParquet(`pages compressed by ${name} are not read`, column);
}

/** Exactly `size` bytes out of a page. @throws {BadInput} `parquet-corrupt` */
export function decompressPage(
  bytes: Uint8Array,
  codec: number,
  size: number,
  column: string,
  at: number,
): Uint8Array {
  const corrupt = (what: string) => corruptParquet(`column ${column}: ${what}`, at);
  let page: Uint8Array;
  try {
    page = decompress(bytes, codec, size);
  } catch (error) {
    throw corrupt(`a page does not decompress: ${(error as Error).message}`);
  }
  if (page.length !== size) throw corrupt(`a page of ${page.length} bytes instead of ${size}`);
  return page;
}

function decompress(bytes: Uint8Array, codec: number, size: number): Uint8Array {
  const limit = { maxOutputLength: Math.max(1, size) };
  switch (names[codec]) {
    case 'snappy': {
      const page = new Uint8Array(size);
      if (size > 0) snappyUncompress(bytes, page);
      return page;
    }
    case 'gzip':
      return gunzipSync(bytes, limit);
    case 'brotli':
      return brotliDecompressSync(bytes, limit);
    case 'zstd':
      return zstdDecompressSync(bytes, limit);
    default:
      return bytes;
  }
}

import type { ByteFile, ByteSource } from './ports.ts';

/**
 * A source of bytes already in hand.
 * @example `const source = sourceOf(gzipSync('a b\n'))`
 */
export function sourceOf(bytes: Uint8Array): ByteSource {
  let at = 0;
  return {
    async read(into) {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length;
    },
  };
}

/**
 * A file of bytes already in hand.
 * @example `const file = fileOf(readFileSync('orders.parquet'))`
 */
export function fileOf(bytes: Uint8Array): ByteFile {
  return {
    size: bytes.length,
    async read(offset, into) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}

import type { ByteSource } from './ports.ts';

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

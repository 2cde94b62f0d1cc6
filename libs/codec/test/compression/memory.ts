import type { ByteSink, ByteSource } from '../../src/ports.ts';

/** A source that hands out `pieces` one read at a time, each split further if the reader's buffer is small. */
export function sourceOf(...pieces: Uint8Array[]): ByteSource & { reads: number } {
  const queue = pieces.filter((piece) => piece.length > 0);
  return {
    reads: 0,
    async read(into) {
      this.reads++;
      const piece = queue.shift();
      if (!piece) return 0;
      const part = piece.subarray(0, into.length);
      into.set(part);
      if (part.length < piece.length) queue.unshift(piece.subarray(part.length));
      return part.length;
    },
  };
}

/** `bytes` cut into pieces of `size`. */
export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

/** A sink that keeps all it gets. */
export function memorySink(): ByteSink & { bytes(): Buffer } {
  const parts: Uint8Array[] = [];
  return {
    async write(bytes) {
      parts.push(Buffer.from(bytes)); // slice() of a Buffer would not copy
    },
    bytes: () => Buffer.concat(parts),
  };
}

export async function readAll(source: ByteSource, bufferBytes = 64 * 1024): Promise<Buffer> {
  const parts: Buffer[] = [];
  const buffer = new Uint8Array(bufferBytes);
  for (let count = await source.read(buffer); count > 0; count = await source.read(buffer))
    parts.push(Buffer.from(buffer.subarray(0, count)));
  return Buffer.concat(parts);
}

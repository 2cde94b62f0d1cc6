/**
 * Gives the memory under a piece of zlib's output back at once: the collector would let tens of megabytes pile up first.
 * Nobody may read from it or write to it any more. Pieces that share memory may each be released.
 */
export function release({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

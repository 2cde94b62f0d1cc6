import type { ChunkTools, ColumnChunk } from './column-chunk.ts';

const sample = 4096;

/**
 * Whether doubles compress better as eight streams of bytes: if the bytes of each place have clearly less entropy among
 * themselves than all bytes together. Only codecs that code by entropy gain by it.
 */
export function splitPays({ plain, values }: ColumnChunk, { heap, options }: ChunkTools): boolean {
  if (options.compression !== 'zstd' && options.compression !== 'gzip') return false;
  const count = Math.min(sample, values);
  if (count < 64) return false;
  const bytes = heap.at(plain.address + 8 * Math.floor((values - count) / 2), 8 * count);
  const all = new Uint32Array(256);
  let apart = 0;
  for (let place = 0; place < 8; place++) {
    const counts = new Uint32Array(256);
    for (let at = place; at < bytes.length; at += 8) counts[bytes[at]!]!++;
    apart += entropy(counts, count);
    counts.forEach((times, byte) => {
      all[byte]! += times;
    });
  }
  return apart < 0.9 * 8 * entropy(all, 8 * count);
}

/** Bits of a byte. */
function entropy(counts: Uint32Array, total: number): number {
  let bits = 0;
  for (const times of counts) if (times > 0) bits -= (times / total) * Math.log2(times / total);
  return bits;
}

import type { ChunkTools, ColumnChunk } from './column-chunk.ts';

const blockBytes = 32;
const largest = 32 * 1024 * 1024;

/** The bits of a split-block Bloom filter (BloomFilter.md) of all values of a chunk; none for booleans and for no values. */
export function bloomFilterOf(chunk: ColumnChunk, tools: ChunkTools): Uint8Array | undefined {
  const { kernel, heap, options } = tools;
  const { dictionary, physical, values } = chunk;
  if (physical.name === 'BOOLEAN' || values === 0) return undefined;
  const count = dictionary?.entries ?? values;
  const size = filterBytes(count, options.bloomFilterError);
  const filter = heap.allocate(size);
  heap.fill(0, filter, filter + size);
  const blocks = size / blockBytes;
  const at = dictionary?.values ?? chunk.plain.address;
  if (physical.name === 'BYTE_ARRAY') {
    const slots = heap.allocate(8 * count);
    if (dictionary) kernel.entrySlots(at, dictionary.offsets, count, slots);
    else kernel.stringSlots(chunk.lengths.address, count, at, slots);
    kernel.addBytes(slots, count, filter, blocks);
    heap.release(slots);
  } else if (physical.slot === 'i128') {
    const numbers = heap.allocate(physical.size * count);
    kernel.writeBigEndian(at, count, physical.size, numbers);
    kernel.addFixed(numbers, count, physical.size, physical.size, filter, blocks);
    heap.release(numbers);
  } else {
    kernel.addFixed(
      at,
      count,
      physical.size,
      chunk.dictionary ? chunk.entrySize : physical.size,
      filter,
      blocks,
    );
  }
  const bits = heap.at(filter, size).slice();
  heap.release(filter);
  return bits;
}

/** By BloomFilter.md's formula, up to a power of two. */
function filterBytes(count: number, error: number): number {
  const bits = (-8 * count) / Math.log(1 - error ** (1 / 8));
  return Math.min(largest, Math.max(blockBytes, 2 ** Math.ceil(Math.log2(bits / 8))));
}

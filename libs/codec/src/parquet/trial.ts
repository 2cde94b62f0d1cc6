import type { ChunkTools, ColumnChunk } from './column-chunk.ts';

/** Values that are tried: enough to tell, and a matter of 100 microseconds. */
const sample = 4096;

/** What some values from the middle of a chunk take in one encoding and another, compressed, in bytes a value. */
export interface Trial {
  plain: number;
  /** DELTA_BINARY_PACKED of integers, BYTE_STREAM_SPLIT of doubles. */
  other: number;
}

/** Encodes and compresses a sample of INT32, INT64 or DOUBLE both ways. */
export function tryEncodings(chunk: ColumnChunk, { kernel, heap, codec, scratch }: ChunkTools): Trial {
  const { dictionary, ids, plain, plainSize, physical } = chunk;
  const count = Math.min(sample, chunk.values);
  const first = (chunk.values - count) >> 1;
  const size = plainSize * count;
  const block = heap.allocate(3 * size + 1024);
  const encoded = block + size;
  if (dictionary) {
    const gather = plainSize === 4 ? kernel.gather4 : kernel.gather8;
    gather(dictionary.values, ids.address + 4 * first, count, block);
  } else {
    const from = plain.address + plainSize * first;
    heap.copy(block, from, size);
  }
  let end = encoded + size;
  if (physical.name === 'DOUBLE') kernel.splitBytes8(block, count, encoded);
  else if (plainSize === 4) end = kernel.encodeDelta32(block, count, encoded, scratch);
  else end = kernel.encodeDelta64(block, count, encoded, scratch);
  const trial = {
    plain: codec.trial(block, size, true) / count,
    other: codec.trial(encoded, end - encoded, false) / count,
  };
  heap.release(block);
  return trial;
}

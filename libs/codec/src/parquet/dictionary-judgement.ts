import type { ChunkTools, ColumnChunk } from './column-chunk.ts';

/** Values whose differences are looked at to guess what DELTA_BINARY_PACKED would make of all. */
const sample = 2048;

/** Ids that are a bit larger than differences are still better: readers unpack them faster and filter by the dictionary. */
export const dictionaryBonus = 0.8;

/**
 * Whether a dictionary is likely to make the chunk smaller than it would be without one, judged by the values so far.
 * `isLarge`: it is larger than the options allow for one that saves but little.
 */
export function dictionaryPays(chunk: ColumnChunk, tools: ChunkTools, isLarge: boolean): boolean {
  const dictionary = chunk.dictionary!;
  const { entries } = dictionary;
  if (entries === 0) return false;
  const without = bytesPerValue(chunk, tools);
  const fitting = Math.min(tools.options.rowGroupRows, Math.floor(tools.share / (without + 4)));
  const total = Math.max(fitting, chunk.values);
  const final = expectedDistinct(entries, chunk.values, total);
  const entryBytes = chunk.physical.size || dictionary.bytes / entries;
  const withOne = (final * entryBytes) / total + idWidth(final) / 8;
  return isLarge ? 2 * withOne < without : withOne < without;
}

/** Bits of an id. 0 would be enough for one entry, but not every reader takes that. */
export function idWidth(entries: number): number {
  return Math.max(1, 32 - Math.clz32(entries - 1));
}

/**
 * Distinct values among `total` if `distinct` were among the first `count`: as if each were drawn from as many as make that
 * likely. What is sorted has more; it does better without a dictionary anyway.
 */
function expectedDistinct(distinct: number, count: number, total: number): number {
  if (distinct === count) return total;
  const drawn = (size: number, draws: number) => -size * Math.expm1(-draws / size);
  let low = distinct;
  let high = 64 * count;
  if (drawn(high, count) < distinct) return total;
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    if (drawn(middle, count) < distinct) low = middle;
    else high = middle;
  }
  return Math.min(drawn(high, total), distinct + total - count);
}

/** Bytes of a value without a dictionary, as encoded; differences at what they are worth. */
function bytesPerValue(chunk: ColumnChunk, tools: ChunkTools): number {
  switch (chunk.physical.name) {
    case 'BYTE_ARRAY':
      return chunk.stringBytes / chunk.values + (tools.options.encodings !== 'classic' ? 1 : 4);
    case 'INT32':
    case 'INT64':
      return tools.options.encodings !== 'classic'
        ? Math.min(chunk.physical.size, deltaBytesPerValue(chunk, tools) / dictionaryBonus)
        : chunk.physical.size;
    default:
      return chunk.physical.size;
  }
}

/** What DELTA_BINARY_PACKED makes of the last few values. */
export function deltaBytesPerValue(chunk: ColumnChunk, { kernel, scratch }: ChunkTools): number {
  const count = Math.min(sample, chunk.values);
  const ids = chunk.ids.address + 4 * (chunk.values - count);
  const gather = chunk.plainSize === 4 ? kernel.gather4 : kernel.gather8;
  const measure = chunk.plainSize === 4 ? kernel.deltaSize32 : kernel.deltaSize64;
  gather(chunk.dictionary!.values, ids, count, scratch);
  return measure(scratch, count, scratch + 8 * sample) / count;
}

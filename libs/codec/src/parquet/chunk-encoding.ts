import { type ChunkTools, type ColumnChunk, longestPiece } from './column-chunk.ts';
import { deltaBytesPerValue, dictionaryBonus, idWidth } from './dictionary-judgement.ts';
import type { EncodingName } from './metadata.ts';
import { splitPays } from './split-judgement.ts';

/**
 * The encoding of a chunk whose values are all there; gives up its dictionary if that turns out not to pay. Sizes are compared
 * before compression; what is packed to bits hardly shrinks after.
 */
export function chooseEncoding(chunk: ColumnChunk, tools: ChunkTools): EncodingName {
  if (chunk.dictionary && !keepsDictionary(chunk, tools)) chunk.materialise();
  if (chunk.dictionary) return 'RLE_DICTIONARY';
  const isClassic = tools.options.encodings === 'classic';
  switch (chunk.physical.name) {
    case 'BOOLEAN':
      return isClassic ? 'PLAIN' : booleanEncoding(chunk, tools);
    case 'INT32':
    case 'INT64':
      return !isClassic && deltaSize(chunk, tools) < chunk.values * chunk.physical.size
        ? 'DELTA_BINARY_PACKED'
        : 'PLAIN';
    case 'DOUBLE':
      return !isClassic && splitPays(chunk, tools) ? 'BYTE_STREAM_SPLIT' : 'PLAIN';
    case 'BYTE_ARRAY':
      return isClassic || chunk.values === 0 ? 'PLAIN' : 'DELTA_LENGTH_BYTE_ARRAY';
    default:
      return 'PLAIN';
  }
}

function keepsDictionary(chunk: ColumnChunk, tools: ChunkTools): boolean {
  const dictionary = chunk.dictionary!;
  const { values, physical } = chunk;
  const { entries } = dictionary;
  if (entries === 0 || dictionary.isCrowded) return false;
  const entryBytes = physical.name === 'BYTE_ARRAY' ? dictionary.bytes / entries : physical.size;
  const withOne = entries * entryBytes + (values * idWidth(entries)) / 8;
  const isClassic = tools.options.encodings === 'classic';
  switch (physical.name) {
    case 'BYTE_ARRAY':
      return withOne <= chunk.stringBytes + values * (isClassic ? 4 : 1);
    case 'INT32':
    case 'INT64':
      if (withOne > values * physical.size) return false;
      if (isClassic || idWidth(entries) < 6) return true;
      return withOne * dictionaryBonus <= deltaBytesPerValue(chunk, tools) * values;
    default:
      return withOne <= values * physical.size;
  }
}

function deltaSize({ plain, plainSize, values }: ColumnChunk, { kernel, scratch }: ChunkTools): number {
  return plainSize === 4
    ? kernel.deltaSize32(plain.address, values, scratch)
    : kernel.deltaSize64(plain.address, values, scratch);
}

/** Runs are worth their while if they shrink the bits by a fifth, among the first values. */
function booleanEncoding({ plain, values }: ColumnChunk, { kernel, scratch }: ChunkTools): EncodingName {
  const count = Math.min(values, 8 * longestPiece);
  const size = kernel.packBytes(plain.address, count, scratch) - scratch;
  return size + 4 < (0.8 * count) / 8 ? 'RLE' : 'PLAIN';
}

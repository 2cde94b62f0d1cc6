import { type ChunkTools, type ColumnChunk, longestPiece } from './column-chunk.ts';
import { deltaBytesPerValue, dictionaryBonus, idWidth } from './dictionary-judgement.ts';
import type { EncodingName } from './metadata.ts';
import { tryEncodings } from './trial.ts';

/**
 * The encoding of a chunk whose values are all there; gives up its dictionary if that turns out not to pay. Sizes are
 * compared as encoded and, where values are not packed to next to nothing already, as a sample of them compresses.
 */
export function chooseEncoding(chunk: ColumnChunk, tools: ChunkTools): EncodingName {
  if (chunk.dictionary && !keepsDictionary(chunk, tools)) chunk.materialise();
  if (chunk.dictionary) return 'RLE_DICTIONARY';
  if (tools.options.encodings === 'classic' || chunk.values === 0) return 'PLAIN';
  switch (chunk.physical.name) {
    case 'BOOLEAN':
      return booleanEncoding(chunk, tools);
    case 'INT32':
    case 'INT64':
      return integerEncoding(chunk, tools);
    case 'DOUBLE':
      return doubleEncoding(chunk, tools);
    case 'BYTE_ARRAY':
      return 'DELTA_LENGTH_BYTE_ARRAY';
    default:
      return 'PLAIN';
  }
}

/** What is written otherwise must be clearly smaller than plain values, or than ids. */
const clearly = 0.95;
/** Bits of ids from which on a dictionary may be worse than a compressor. */
const wideIds = 12;
/** Bytes of a value below which no compressor will do much better. */
const smallValue = 1.25;

function keepsDictionary(chunk: ColumnChunk, tools: ChunkTools): boolean {
  const dictionary = chunk.dictionary!;
  const { values, physical } = chunk;
  const { entries } = dictionary;
  if (entries === 0 || dictionary.isCrowded) return false;
  const { encodings, compression } = tools.options;
  const isClassic = encodings === 'classic';
  if (physical.name === 'BYTE_ARRAY') {
    const withOne = dictionary.bytes + (values * idWidth(entries)) / 8;
    return withOne <= chunk.stringBytes + values * (isClassic ? 4 : 1);
  }
  const ids = idWidth(entries) / 8;
  const withOne = (entries * physical.size) / values + ids;
  if (withOne > physical.size) return false;
  if (physical.name === 'FIXED_LEN_BYTE_ARRAY') return true;
  const isInteger = physical.name !== 'DOUBLE';
  if (isInteger && !isClassic && idWidth(entries) >= 6) {
    if (withOne * dictionaryBonus > deltaBytesPerValue(chunk, tools)) return false;
  }
  if (idWidth(entries) < wideIds || compression === 'none') return true;
  const trial = tryEncodings(chunk, tools);
  const compressed = (entries * trial.plain) / values + ids;
  const hasOther = isInteger ? !isClassic : encodings === 'all';
  return clearly * compressed <= (hasOther ? Math.min(trial.plain, trial.other) : trial.plain);
}

function integerEncoding(chunk: ColumnChunk, tools: ChunkTools): EncodingName {
  const { plain, plainSize, values } = chunk;
  const { kernel, scratch, options } = tools;
  const measure = plainSize === 4 ? kernel.deltaSize32 : kernel.deltaSize64;
  const size = measure(plain.address, values, scratch);
  if (size >= plainSize * values) return 'PLAIN';
  if (options.compression === 'none' || size < smallValue * values) return 'DELTA_BINARY_PACKED';
  // Packed to bits, what repeats in the bytes of a value is lost on a compressor: the zeros of whole seconds for one.
  const trial = tryEncodings(chunk, tools);
  return trial.plain < clearly * trial.other ? 'PLAIN' : 'DELTA_BINARY_PACKED';
}

/** By streams of bytes, what repeats in a value is lost too: decimals like 12.34 have many bytes in common. */
function doubleEncoding(chunk: ColumnChunk, tools: ChunkTools): EncodingName {
  if (tools.options.encodings !== 'all' || tools.options.compression === 'none') return 'PLAIN';
  const trial = tryEncodings(chunk, tools);
  return trial.other < clearly * trial.plain ? 'BYTE_STREAM_SPLIT' : 'PLAIN';
}

/** Runs are worth their while if they shrink the bits by a fifth, among the first values. */
function booleanEncoding({ plain, values }: ColumnChunk, { kernel, scratch }: ChunkTools): EncodingName {
  const count = Math.min(values, 8 * longestPiece);
  const size = kernel.packBytes(plain.address, count, scratch) - scratch;
  return size + 4 < (0.8 * count) / 8 ? 'RLE' : 'PLAIN';
}

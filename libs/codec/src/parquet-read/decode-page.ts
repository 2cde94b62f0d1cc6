import { BytesReader } from './bytes-reader.ts';
import { decodeDelta32, decodeDelta64, decodeDeltaLengths, decodeDeltaStrings } from './decode-delta.ts';
import { decodeHybrid } from './decode-hybrid.ts';
import { decompressPage } from './decompress.ts';
import { unsupportedParquet } from './faults.ts';
import type { LeafColumn } from './leaf-columns.ts';
import type { PageHeader } from './page-header.ts';
import { bytesOf, countOf, decodePlain, joinStreams, longsOf, physical, type Values } from './values.ts';

/** The rows of one page of a column that is not repeated. */
export interface DecodedPage {
  rows: number;
  values: Values;
  /** Which value each row has, -1 for none; left out where row i has value i. */
  slots?: Int32Array;
  /** Memory that it takes by itself, in bytes. */
  bytes: number;
}

/** What a column chunk's pages have in common. */
export interface ChunkForm {
  column: LeafColumn;
  codec: number;
  dictionary: Values | undefined;
  /** Of values that a page may expand to. */
  maxBytes: number;
}

/** `Encoding` of parquet.thrift. */
const encoding = {
  plain: 0,
  plainDictionary: 2,
  rle: 3,
  delta: 5,
  deltaLengths: 6,
  deltaStrings: 7,
  dictionary: 8,
  streams: 9,
};

export function decodeDictionary(bytes: Uint8Array, header: PageHeader, form: ChunkForm, at: number): Values {
  const { element, name } = form.column;
  const page = decompressPage(bytes, form.codec, header.uncompressed, name, at);
  return decodePlain(new BytesReader(page, name), element.type!, element.typeLength ?? 0, header.values);
}

/** @param at place of the page's bytes in the file */
export function decodeDataPage(
  bytes: Uint8Array,
  header: PageHeader,
  form: ChunkForm,
  at: number,
): DecodedPage {
  const { column, codec } = form;
  const { name, maxDefinition } = column;
  const rows = header.values;
  let reader: BytesReader;
  let levels: Int32Array | undefined;
  const width = 32 - Math.clz32(maxDefinition);
  if (header.type === 3) {
    const { definitionBytes, repetitionBytes } = header;
    const outer = new BytesReader(bytes, name);
    outer.take(repetitionBytes);
    const packed = outer.take(definitionBytes);
    if (maxDefinition > 0) levels = decodeHybrid(new BytesReader(packed, name), width, rows);
    const rest = outer.take(outer.left);
    const size = header.uncompressed - definitionBytes - repetitionBytes;
    reader = new BytesReader(decompressPage(rest, header.isCompressed ? codec : 0, size, name, at), name);
  } else {
    reader = new BytesReader(decompressPage(bytes, codec, header.uncompressed, name, at), name);
    if (maxDefinition > 0) {
      if (header.definitionEncoding !== encoding.rle)
        throw unsupportedParquet(`levels in encoding ${header.definitionEncoding} are not read`, name);
      levels = decodeHybrid(new BytesReader(reader.take(reader.uint32()), name), width, rows);
    }
  }
  const present = levels ? countPresent(levels, maxDefinition) : rows;
  if (form.dictionary && [encoding.dictionary, encoding.plainDictionary].includes(header.encoding)) {
    const width = present === 0 && reader.left === 0 ? 0 : reader.byte();
    const indexes = decodeHybrid(reader, width, present);
    const size = countOf(form.dictionary);
    for (let i = 0; i < present; i++)
      if (indexes[i]! >>> 0 >= size)
        throw reader.corrupt(`value ${indexes[i]! >>> 0} of a dictionary of ${size}`);
    const slots = levels && present < rows ? spread(levels, maxDefinition, indexes) : indexes;
    return { rows, values: form.dictionary, slots, bytes: slots.byteLength };
  }
  const values = decodeValues(reader, header.encoding, present, form);
  if (!levels || present === rows) return { rows, values, bytes: bytesOf(values) };
  const slots = spread(levels, maxDefinition);
  return { rows, values, slots, bytes: bytesOf(values) + slots.byteLength };
}

function countPresent(levels: Int32Array, max: number): number {
  let count = 0;
  for (let i = 0; i < levels.length; i++) if (levels[i] === max) count++;
  return count;
}

/** In place of its level, each row's value: the next one, or the next of `indexes`. */
function spread(levels: Int32Array, max: number, indexes?: Int32Array): Int32Array {
  let next = 0;
  for (let row = 0; row < levels.length; row++) {
    if (levels[row] !== max) levels[row] = -1;
    else {
      levels[row] = indexes ? indexes[next]! : next;
      next++;
    }
  }
  return levels;
}

function decodeValues(
  reader: BytesReader,
  how: number,
  count: number,
  { column, maxBytes }: ChunkForm,
): Values {
  const { type, typeLength = 0 } = column.element;
  switch (how) {
    case encoding.plain:
      return decodePlain(reader, type!, typeLength, count);
    case encoding.rle:
      if (type !== physical.boolean) break;
      return {
        kind: 'booleans',
        bits: decodeHybrid(new BytesReader(reader.take(reader.uint32()), column.name), 1, count),
      };
    case encoding.delta:
      if (type === physical.int32) return { kind: 'ints', ints: decodeDelta32(reader, count) };
      if (type === physical.int64) return longsOf(decodeDelta64(reader, count));
      break;
    case encoding.deltaLengths:
      if (type === physical.byteArray) return decodeDeltaLengths(reader, count);
      break;
    case encoding.deltaStrings: {
      if (type !== physical.byteArray && type !== physical.fixed) break;
      const strings = decodeDeltaStrings(reader, count, maxBytes);
      if (type === physical.byteArray) return strings;
      if (strings.bytes.length !== count * typeLength) throw reader.corrupt('values of another length');
      return { kind: 'fixed', bytes: strings.bytes, width: typeLength };
    }
    case encoding.streams:
      return joinStreams(reader, type!, typeLength, count);
    case encoding.dictionary:
    case encoding.plainDictionary:
      throw reader.corrupt('a page goes by a dictionary that is not there');
  }
  throw unsupportedParquet(`encoding ${how} is not read for values of its type`, column.name);
}

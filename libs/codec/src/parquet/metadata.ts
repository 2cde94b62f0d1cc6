import type { Bounds } from './bounds.ts';
import type { Column } from './column.ts';
import type { ParquetOptions } from './options.ts';
import { physicalTypeOf, physicalTypes, writeSchemaElement } from './physical-type.ts';
import { type ThriftWriter, thriftType } from './thrift.ts';

// The structs of parquet.thrift as far as we write them, built from what is relative to the start of a row group.

/** `Encoding` of parquet.thrift. */
export const encodings = {
  PLAIN: 0,
  RLE: 3,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  RLE_DICTIONARY: 8,
  BYTE_STREAM_SPLIT: 9,
} as const;
export type EncodingName = keyof typeof encodings;

/** `CompressionCodec` of parquet.thrift. */
const codecs = { none: 0, snappy: 1, gzip: 2, zstd: 6 };

const pageTypes = { data: 0, dictionary: 2 };

/** What is known of the values of a page or a chunk. */
export interface Statistics {
  nulls: number;
  /** None if there is no value, or one of a page is NaN. */
  bounds: Bounds | undefined;
  /** Of doubles. */
  nans?: number;
}

/** A page as it stands in its row group. */
export interface PageMeta {
  /** From the start of the row group. */
  offset: number;
  /** With the header, as compressed. */
  size: number;
  /** In the row group. */
  firstRow: number;
  rows: number;
  statistics: Statistics;
}

/** A column's part of a row group. */
export interface ChunkMeta {
  encoding: EncodingName;
  /** Values, nulls among them. */
  rows: number;
  /** Dictionary page and data pages, from the start of the row group. */
  dictionaryOffset?: number;
  pages: PageMeta[];
  /** With headers. */
  uncompressedSize: number;
  compressedSize: number;
  statistics: Statistics;
  distinct: number | undefined;
  /** Bytes of strings, without lengths. */
  stringBytes: number | undefined;
  bloomFilter?: { offset: number; size: number };
}

/** A row group whose bytes are written; offsets in it are from its start, so that it may stand anywhere in a file. */
export interface RowGroupMeta {
  rows: number;
  chunks: ChunkMeta[];
}

/** The header of a page. `values`: of a data page with nulls, of a dictionary its entries. */
export function pageHeader(
  thrift: ThriftWriter,
  page: { kind: 'data' | 'dictionary'; encoding: EncodingName; values: number },
  uncompressed: number,
  compressed: number,
): Uint8Array {
  thrift.i32(1, pageTypes[page.kind]).i32(2, uncompressed).i32(3, compressed);
  if (page.kind === 'data') {
    thrift.open(5).i32(1, page.values).i32(2, encodings[page.encoding]);
    thrift.i32(3, encodings.RLE).i32(4, encodings.RLE).stop();
  } else {
    thrift.open(7).i32(1, page.values).i32(2, encodings.PLAIN).stop();
  }
  return thrift.stop().take();
}

/** A ColumnMetaData, with offsets in the file. */
export function columnMetaData(
  thrift: ThriftWriter,
  { name, type }: Column,
  chunk: ChunkMeta,
  start: number,
  compression: ParquetOptions['compression'],
): Uint8Array {
  const used = new Set<number>([encodings[chunk.encoding], encodings.RLE]);
  if (chunk.dictionaryOffset !== undefined) used.add(encodings.PLAIN);
  thrift.i32(1, physicalTypes[physicalTypeOf(type).name]).list(2, thriftType.i32, used.size);
  for (const encoding of used) thrift.integerElement(encoding);
  thrift.list(3, thriftType.binary, 1).textElement(name);
  thrift.i32(4, codecs[compression]).i64(5, chunk.rows);
  thrift.i64(6, chunk.uncompressedSize).i64(7, chunk.compressedSize);
  thrift.i64(9, start + chunk.pages[0]!.offset);
  if (chunk.dictionaryOffset !== undefined) thrift.i64(11, start + chunk.dictionaryOffset);
  thrift.open(12);
  writeStatistics(thrift, chunk);
  const kinds = chunk.dictionaryOffset === undefined ? 1 : 2;
  thrift.list(13, thriftType.struct, kinds);
  if (kinds === 2) writePageCount(thrift, pageTypes.dictionary, encodings.PLAIN, 1);
  writePageCount(thrift, pageTypes.data, encodings[chunk.encoding], chunk.pages.length);
  if (chunk.bloomFilter) {
    thrift.i64(14, start + chunk.bloomFilter.offset).i32(15, chunk.bloomFilter.size);
  }
  if (chunk.stringBytes !== undefined) thrift.open(16).i64(1, chunk.stringBytes).stop();
  return thrift.stop().take();
}

function writeStatistics(thrift: ThriftWriter, { statistics, distinct }: ChunkMeta): void {
  thrift.i64(3, statistics.nulls);
  if (distinct !== undefined) thrift.i64(4, distinct);
  if (statistics.bounds && !statistics.nans) {
    const { min, max, minExact, maxExact } = statistics.bounds;
    thrift.binary(5, max).binary(6, min).bool(7, maxExact).bool(8, minExact);
  }
  if (statistics.nans !== undefined) thrift.i64(9, statistics.nans);
  thrift.stop();
}

function writePageCount(thrift: ThriftWriter, type: number, encoding: number, count: number): void {
  thrift.openElement().i32(1, type).i32(2, encoding).i32(3, count).stop();
}

/** A ColumnIndex; nothing where a page has values and no bounds (a NaN), for which the format has no words. */
export function columnIndex(
  thrift: ThriftWriter,
  chunk: ChunkMeta,
  compare: (a: Uint8Array, b: Uint8Array) => number,
): Uint8Array | undefined {
  const { pages } = chunk;
  const isNull = pages.map(({ rows, statistics }) => statistics.nulls === rows);
  if (pages.some(({ statistics }, i) => !isNull[i] && !statistics.bounds)) return undefined;
  thrift.list(1, thriftType.bool, pages.length);
  for (const all of isNull) thrift.boolElement(all);
  thrift.list(2, thriftType.binary, pages.length);
  for (const { statistics } of pages) thrift.binaryElement(statistics.bounds?.min ?? nothing);
  thrift.list(3, thriftType.binary, pages.length);
  for (const { statistics } of pages) thrift.binaryElement(statistics.bounds?.max ?? nothing);
  thrift.i32(4, boundaryOrder(pages, compare));
  thrift.list(5, thriftType.i64, pages.length);
  for (const { statistics } of pages) thrift.integerElement(statistics.nulls);
  if (chunk.statistics.nans !== undefined) {
    thrift.list(8, thriftType.i64, pages.length);
    for (const { statistics } of pages) thrift.integerElement(statistics.nans ?? 0);
  }
  return thrift.stop().take();
}

const nothing = new Uint8Array(0);

/** `BoundaryOrder` of parquet.thrift; pages of nulls do not count. */
function boundaryOrder(pages: PageMeta[], compare: (a: Uint8Array, b: Uint8Array) => number): 0 | 1 | 2 {
  const bounds = pages.flatMap(({ statistics }) => statistics.bounds ?? []);
  let ascending = true;
  let descending = true;
  for (let i = 1; i < bounds.length; i++) {
    const [low, high] = [
      compare(bounds[i - 1]!.min, bounds[i]!.min),
      compare(bounds[i - 1]!.max, bounds[i]!.max),
    ];
    if (low > 0 || high > 0) ascending = false;
    if (low < 0 || high < 0) descending = false;
  }
  return ascending ? 1 : descending ? 2 : 0;
}

export function offsetIndex(thrift: ThriftWriter, { pages }: ChunkMeta, start: number): Uint8Array {
  thrift.list(1, thriftType.struct, pages.length);
  for (const { offset, size, firstRow } of pages) {
    thrift
      .openElement()
      .i64(1, start + offset)
      .i32(2, size)
      .i64(3, firstRow)
      .stop();
  }
  return thrift.stop().take();
}

/** The header before a Bloom filter's bits. */
export function bloomFilterHeader(thrift: ThriftWriter, size: number): Uint8Array {
  thrift.i32(1, size);
  // Split blocks, xxHash, uncompressed: the only member of each union.
  for (const id of [2, 3, 4]) thrift.open(id).empty(1).stop();
  return thrift.stop().take();
}

export function writeSchema(thrift: ThriftWriter, id: number, columns: readonly Column[]): void {
  thrift.list(id, thriftType.struct, columns.length + 1);
  thrift.openElement().text(4, 'schema').i32(5, columns.length).stop();
  for (const column of columns) writeSchemaElement(thrift, column);
}

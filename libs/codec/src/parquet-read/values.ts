import type { BytesReader } from './bytes-reader.ts';

/** Byte strings of any length: value i goes from `starts[i] + gap` to `starts[i + 1]`. */
export interface ByteStrings {
  kind: 'strings';
  bytes: Uint8Array;
  starts: Int32Array;
  /** Bytes before each that are not of it: the lengths in the plain encoding. */
  gap: number;
}

/** Byte strings of one length. */
export interface FixedBytes {
  kind: 'fixed';
  bytes: Uint8Array;
  width: number;
}

/** Values as they are stored, one after the other, without absent ones. */
export type Values =
  | { kind: 'booleans'; bits: Int32Array }
  | { kind: 'ints'; ints: Int32Array }
  | { kind: 'longs'; longs: BigInt64Array /** The same, low and high halves. */; words: Int32Array }
  | { kind: 'doubles'; doubles: Float32Array | Float64Array }
  | ByteStrings
  | FixedBytes;

/** `Type` of parquet.thrift. */
export const physical = {
  boolean: 0,
  int32: 1,
  int64: 2,
  int96: 3,
  float: 4,
  double: 5,
  byteArray: 6,
  fixed: 7,
} as const;

/** Bytes of a value of a type of fixed size. */
export function widthOf(type: number, typeLength = 0): number {
  const widths: Record<number, number> = {
    [physical.int32]: 4,
    [physical.int64]: 8,
    [physical.int96]: 12,
    [physical.float]: 4,
    [physical.double]: 8,
    [physical.fixed]: typeLength,
  };
  return widths[type] ?? 0;
}

/** How much memory values take, in bytes. */
export function bytesOf(values: Values): number {
  switch (values.kind) {
    case 'booleans':
      return values.bits.byteLength;
    case 'ints':
      return values.ints.byteLength;
    case 'longs':
      return values.longs.byteLength;
    case 'doubles':
      return values.doubles.byteLength;
    case 'strings':
      return values.bytes.length + values.starts.byteLength;
    case 'fixed':
      return values.bytes.length;
  }
}

export function countOf(values: Values): number {
  switch (values.kind) {
    case 'booleans':
      return values.bits.length;
    case 'ints':
      return values.ints.length;
    case 'longs':
      return values.longs.length;
    case 'doubles':
      return values.doubles.length;
    case 'strings':
      return values.starts.length - 1;
    case 'fixed':
      return values.bytes.length / values.width;
  }
}

/** The plain encoding. */
export function decodePlain(reader: BytesReader, type: number, typeLength: number, count: number): Values {
  if (type === physical.boolean) {
    const packed = reader.take(Math.ceil(count / 8));
    const bits = new Int32Array(count);
    for (let i = 0; i < count; i++) bits[i] = (packed[i >> 3]! >> (i & 7)) & 1;
    return { kind: 'booleans', bits };
  }
  if (type !== physical.byteArray)
    return numbersOf(reader.take(count * widthOf(type, typeLength)), type, typeLength);
  if (count * 4 > reader.left) throw reader.corrupt('a page ends too early');
  const starts = new Int32Array(count + 1);
  const from = reader.at;
  for (let i = 0; i < count; i++) {
    starts[i] = reader.at - from;
    reader.take(reader.uint32());
  }
  starts[count] = reader.at - from;
  return { kind: 'strings', bytes: reader.bytes.subarray(from, reader.at), starts, gap: 4 };
}

/** Values of fixed size out of their bytes, which may lie anywhere. */
export function numbersOf(bytes: Uint8Array, type: number, typeLength: number): Values {
  const aligned = () => new Uint8Array(bytes).buffer;
  switch (type) {
    case physical.int32:
      return { kind: 'ints', ints: new Int32Array(aligned()) };
    case physical.int64:
      return longsOf(new BigInt64Array(aligned()));
    case physical.float:
      return { kind: 'doubles', doubles: new Float32Array(aligned()) };
    case physical.double:
      return { kind: 'doubles', doubles: new Float64Array(aligned()) };
    default:
      return { kind: 'fixed', bytes, width: widthOf(type, typeLength) };
  }
}

export function longsOf(longs: BigInt64Array): Values {
  return { kind: 'longs', longs, words: new Int32Array(longs.buffer, longs.byteOffset, 2 * longs.length) };
}

/** BYTE_STREAM_SPLIT: first bytes of all values, then second ones and so on. */
export function joinStreams(reader: BytesReader, type: number, typeLength: number, count: number): Values {
  const width = widthOf(type, typeLength);
  if (width === 0) throw reader.corrupt('streams of values that have no size');
  const split = reader.take(count * width);
  const bytes = new Uint8Array(count * width);
  for (let stream = 0; stream < width; stream++)
    for (let i = 0; i < count; i++) bytes[i * width + stream] = split[stream * count + i]!;
  return numbersOf(bytes, type, typeLength);
}

import type { CellValue, Field } from '@tributary/table-schema';
import type { LeafColumn } from './leaf-columns.ts';
import { dayText, printDecimal, printInterval, printTime, printTimestamp, shortestFloat } from './print.ts';
import { physical, type Values } from './values.ts';

/** What the stored values of a column mean. */
export interface ColumnMeaning {
  /** Of a Table Schema; `value` gives what it says of its type (see `CellValue`). */
  field: Field;
  value(values: Values, i: number): CellValue;
  /** The value in full, as the standard writes it. */
  text(values: Values, i: number): string;
  /** Whether the stored bytes are the text. */
  isText?: true;
}

/** Numbers of `ConvertedType`, which files from before logical types have alone. */
const converted = {
  UTF8: 0,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME_MILLIS: 7,
  TIME_MICROS: 8,
  TIMESTAMP_MILLIS: 9,
  TIMESTAMP_MICROS: 10,
  UINT_8: 11,
  UINT_64: 14,
  INT_8: 15,
  INT_16: 16,
  JSON: 19,
  INTERVAL: 21,
} as const;

/** Numbers of the members of `LogicalType`. */
const logical = {
  string: 1,
  enum: 4,
  decimal: 5,
  date: 6,
  time: 7,
  timestamp: 8,
  integer: 10,
  json: 12,
  uuid: 14,
  float16: 15,
} as const;

const intAt = (values: Values, i: number) => (values as { ints: Int32Array }).ints[i]!;
const longAt = (values: Values, i: number) => (values as { longs: BigInt64Array }).longs[i]!;
/** As a double where that is exact; NaN else. */
const nearAt = (values: Values, i: number) => {
  const { words } = values as { words: Int32Array };
  const high = words[2 * i + 1]!;
  return high >= -0x200000 && high < 0x200000 ? high * 2 ** 32 + (words[2 * i]! >>> 0) : Number.NaN;
};
const longText = (values: Values, i: number) => {
  const near = nearAt(values, i);
  return String(Number.isNaN(near) ? longAt(values, i) : near);
};
const doubleAt = (values: Values, i: number) => (values as { doubles: Float64Array }).doubles[i]!;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes of a string, borrowed. */
export function bytesAt(values: Values, i: number): Uint8Array {
  if (values.kind === 'fixed') return values.bytes.subarray(i * values.width, (i + 1) * values.width);
  const { bytes, starts, gap } = values as Values & { kind: 'strings' };
  return bytes.subarray(starts[i]! + gap, starts[i + 1]!);
}

const textAt = (values: Values, i: number) => utf8.decode(bytesAt(values, i));
const base64At = (values: Values, i: number) => Buffer.from(bytesAt(values, i)).toString('base64');

/** Whole numbers of any storage. */
function wholeAt(type: number): (values: Values, i: number) => bigint {
  if (type === physical.int32) return (values, i) => BigInt(intAt(values, i));
  if (type === physical.int64) return longAt;
  return (values, i) => {
    const bytes = bytesAt(values, i);
    if (bytes.length === 0) return 0n;
    return BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
  };
}

/** What a column holds, by its logical type, else by its converted type, else by how it is stored. */
export function meaningOf({ name, element }: LeafColumn): ColumnMeaning {
  const { type, convertedType, logicalType, typeLength = 0 } = element;
  const is = (kind: number, old?: number) =>
    logicalType ? logicalType.id === kind : old !== undefined && convertedType === old;
  switch (type) {
    case physical.boolean: {
      const value = (values: Values, i: number) => (values as { bits: Int32Array }).bits[i] === 1;
      return { field: { name, type: 'boolean' }, value, text: (values, i) => String(value(values, i)) };
    }
    case physical.float:
      return doubles(name, (values, i) => shortestFloat(doubleAt(values, i)));
    case physical.double:
      return doubles(name, (values, i) => printDouble(doubleAt(values, i)));
    case physical.int96:
      return timestamps(name, 3, false, int96At);
  }
  if (is(logical.decimal, converted.DECIMAL)) return decimals(name, element, wholeAt(type!));
  if (type === physical.int32 || type === physical.int64) return integers(name, element, is);
  if (is(logical.uuid) && typeLength === 16) {
    const text = (values: Values, i: number) =>
      Buffer.from(bytesAt(values, i))
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    return { field: { name, type: 'string', format: 'uuid' }, value: copyAt, text };
  }
  if (is(logical.float16) && typeLength === 2) {
    const value = (values: Values, i: number) => halfAt(bytesAt(values, i));
    return { field: { name, type: 'number' }, value, text: (values, i) => printDouble(value(values, i)) };
  }
  if (convertedType === converted.INTERVAL && typeLength === 12) {
    const text = (values: Values, i: number) => printInterval(bytesAt(values, i));
    return { field: { name, type: 'duration' }, value: text, text };
  }
  if (
    is(logical.string, converted.UTF8) ||
    is(logical.enum, converted.ENUM) ||
    is(logical.json, converted.JSON)
  )
    return { field: { name, type: 'string' }, value: textAt, text: textAt, isText: true };
  return { field: { name, type: 'string', format: 'binary' }, value: copyAt, text: base64At };
}

function copyAt(values: Values, i: number): Uint8Array {
  return new Uint8Array(bytesAt(values, i));
}

function doubles(name: string, text: ColumnMeaning['text']): ColumnMeaning {
  return { field: { name, type: 'number' }, value: doubleAt, text };
}

function printDouble(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return String(value).replace('Infinity', 'INF');
}

function decimals(
  name: string,
  { scale: oldScale = 0, precision: oldPrecision = 0, logicalType }: LeafColumn['element'],
  value: (values: Values, i: number) => bigint,
): ColumnMeaning {
  const { scale = oldScale, precision = oldPrecision } = logicalType ?? {};
  const text = (values: Values, i: number) => {
    const near =
      values.kind === 'ints' ? intAt(values, i) : values.kind === 'longs' ? nearAt(values, i) : Number.NaN;
    return printDecimal(Number.isNaN(near) ? value(values, i) : near, scale);
  };
  const known = precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision;
  return known
    ? { field: { name, type: 'number', precision, scale }, value, text }
    : { field: { name, type: 'string' }, value: text, text };
}

function integers(
  name: string,
  { type, convertedType = -1, logicalType }: LeafColumn['element'],
  is: (kind: number, old?: number) => boolean,
): ColumnMeaning {
  const whole = wholeAt(type!);
  if (type === physical.int32 && is(logical.date, converted.DATE))
    return { field: { name, type: 'date' }, value: whole, text: (values, i) => dayText(intAt(values, i)) };
  const oldTime = { [converted.TIME_MILLIS]: 1, [converted.TIME_MICROS]: 2 }[convertedType];
  if (logicalType ? logicalType.id === logical.time : oldTime) {
    const unit = logicalType?.unit ?? oldTime ?? 2;
    const text = (values: Values, i: number) => printTime(whole(values, i), unit);
    // Nanoseconds are finer than what a field's times have.
    return unit === 3
      ? { field: { name, type: 'string' }, value: text, text }
      : {
          field: { name, type: 'time', timezone: (logicalType?.utc ?? true) ? 'utc' : 'local' },
          value: (values, i) => whole(values, i) * (unit === 1 ? 1000n : 1n),
          text,
        };
  }
  const oldStamp = { [converted.TIMESTAMP_MILLIS]: 1, [converted.TIMESTAMP_MICROS]: 2 }[convertedType];
  if (type === physical.int64 && (logicalType ? logicalType.id === logical.timestamp : oldStamp))
    return timestamps(name, logicalType?.unit ?? oldStamp ?? 2, logicalType?.utc ?? true, whole);
  const unsigned = logicalType
    ? logicalType.id === logical.integer && logicalType.signed === false
    : convertedType >= converted.UINT_8 && convertedType <= converted.UINT_64;
  if (unsigned) {
    const width = type === physical.int32 ? 32 : 64;
    const value = (values: Values, i: number) => BigInt.asUintN(width, whole(values, i));
    return { field: { name, type: 'integer' }, value, text: (values, i) => String(value(values, i)) };
  }
  const oldBits = { [converted.INT_8]: 8, [converted.INT_16]: 16 }[convertedType];
  const bits = logicalType?.bits ?? oldBits ?? 32;
  const narrow =
    type === physical.int32 ? { bits: (bits === 8 || bits === 16 ? bits : 32) as 8 | 16 | 32 } : {};
  return {
    field: { name, type: 'integer', ...narrow },
    value: whole,
    text: type === physical.int32 ? (values, i) => String(intAt(values, i)) : longText,
  };
}

function timestamps(
  name: string,
  unit: number,
  utc: boolean,
  whole: (values: Values, i: number) => bigint,
): ColumnMeaning {
  const text = (values: Values, i: number) => {
    const near = values.kind === 'longs' ? nearAt(values, i) : Number.NaN;
    return printTimestamp(Number.isNaN(near) ? whole(values, i) : near, unit, utc);
  };
  if (unit === 3) return { field: { name, type: 'string' }, value: text, text };
  const factor = unit === 1 ? 1000n : 1n;
  return {
    field: { name, type: 'datetime', timezone: utc ? 'utc' : 'local' },
    value: (values, i) => whole(values, i) * factor,
    text,
  };
}

/** Nanoseconds since 1970 of the timestamps that Impala began: of a day, then a Julian day. */
function int96At(values: Values, i: number): bigint {
  const bytes = bytesAt(values, i);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 12);
  return BigInt(view.getUint32(8, true) - 2_440_588) * 86_400_000_000_000n + view.getBigInt64(0, true);
}

/** IEEE 754 binary16. */
function halfAt(bytes: Uint8Array): number {
  const bits = bytes[0]! | (bytes[1]! << 8);
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

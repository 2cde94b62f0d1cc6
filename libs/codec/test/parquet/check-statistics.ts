// Holds what a file says of its chunks and pages against the values, reading the metadata by field numbers of parquet.thrift.
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { expect } from 'vitest';
import type { Column, ColumnType } from '../../src/parquet/column.ts';
import type { Table, Value } from './write-table.ts';

// biome-ignore lint/suspicious/noExplicitAny: structs of numbered fields
type Struct = Record<string, any>;

export function structAt(file: Uint8Array, offset: number): Struct {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  return deserializeTCompactProtocol({ view, offset });
}

export function footerOf(file: Uint8Array): Struct {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  return structAt(file, file.length - 8 - view.getUint32(file.length - 8, true));
}

/** A value in the plain encoding. */
function decodeBound(bytes: Uint8Array, type: ColumnType): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (type.kind) {
    case 'boolean':
      expect(bytes.length).toBe(1);
      return bytes[0] === 1;
    case 'double':
      return view.getFloat64(0, true);
    case 'string':
    case 'json':
      // Bounds of text are text.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    case 'binary':
    case 'uuid':
      return bytes;
    case 'decimal':
      if (type.precision > 18) {
        return BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
      }
      return bytes.length === 4 ? BigInt(view.getInt32(0, true)) : view.getBigInt64(0, true);
    default:
      return bytes.length === 4 ? BigInt(view.getInt32(0, true)) : view.getBigInt64(0, true);
  }
}

function compare(a: Value, b: Value): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array);
  return a! < b! ? -1 : Number(a! > b!);
}

const isReal = (value: Value) => value !== null && !Number.isNaN(value as number);

/** `low` and `high` must bound the values that are neither null nor NaN; `exact`: whether each must be one of them, if said. */
function checkBounds(
  low: Uint8Array,
  high: Uint8Array,
  exact: [low?: boolean, high?: boolean],
  values: Value[],
  { type }: Column,
): void {
  const [min, max] = [decodeBound(low, type), decodeBound(high, type)];
  const real = values.filter(isReal);
  expect(real.filter((value) => compare(min, value) > 0 || compare(max, value) < 0)).toEqual([]);
  const touches = (bound: Value) => real.some((value) => compare(value, bound) === 0);
  if (exact[0] !== undefined) expect(touches(min)).toBe(exact[0]);
  if (exact[1] !== undefined) expect(touches(max)).toBe(exact[1]);
  if (!['string', 'json', 'binary'].includes(type.kind)) expect(exact.includes(false)).toBe(false);
  else expect(Math.max(low.length, high.length)).toBeLessThanOrEqual(64);
  if (min === 0) expect(Object.is(min, -0)).toBe(true);
  if (max === 0) expect(Object.is(max, 0)).toBe(true);
}

const key = (value: Value) =>
  typeof value === 'number'
    ? Buffer.from(Float64Array.of(value).buffer).toString('hex')
    : value instanceof Uint8Array
      ? Buffer.from(value).toString('hex')
      : String(value);

const isBytes = ({ type }: Column) => ['string', 'json', 'binary'].includes(type.kind);

/** Checks all statistics and page indexes of a file of this table. */
export function checkStatistics(file: Uint8Array, { columns, values }: Table, hasPageIndex: boolean): void {
  const footer = footerOf(file);
  let start = 0;
  for (const group of footer.field_4 as Struct[]) {
    const rows = Number(group.field_3);
    let compressed = 0;
    (group.field_1 as Struct[]).forEach((chunk, i) => {
      const column = columns[i]!;
      const own = values[i]!.slice(start, start + rows);
      const meta = chunk.field_3 as Struct;
      compressed += Number(meta.field_7);
      checkChunk(meta, own, column);
      expect([chunk.field_5 !== undefined, 'index']).toEqual([hasPageIndex, 'index']);
      if (hasPageIndex) checkPages(file, chunk, own, column);
    });
    expect(Number(group.field_6)).toBe(compressed);
    start += rows;
  }
  expect(start).toBe(values[0]!.length);
}

function checkChunk(meta: Struct, values: Value[], column: Column): void {
  expect(Number(meta.field_5)).toBe(values.length);
  const statistics = meta.field_12 as Struct;
  const there = values.filter((value) => value !== null);
  expect(Number(statistics.field_3)).toBe(values.length - there.length);
  if (statistics.field_4 !== undefined) {
    expect(Number(statistics.field_4)).toBe(new Set(there.map(key)).size);
  }
  const nans =
    column.type.kind === 'double' ? there.filter((value) => Number.isNaN(value)).length : undefined;
  expect(statistics.field_9 === undefined ? undefined : Number(statistics.field_9)).toBe(nans);
  const { field_5: max, field_6: min, field_7: maxExact, field_8: minExact } = statistics;
  expect((max === undefined) === (min === undefined)).toBe(true);
  if (max !== undefined) checkBounds(min, max, [minExact, maxExact], values, column);
  // Only bytes that are all 0xff have no upper bound of 64 bytes.
  else if (column.type.kind !== 'binary') expect(there.length === 0 || nans! > 0).toBe(true);
  // Readers do not agree on where NaN stands among numbers.
  if (nans) expect(max).toBeUndefined();
  if (isBytes(column)) {
    const bytes = there.reduce((sum: number, value) => sum + Buffer.from(value as string).length, 0);
    expect(Number(meta.field_16.field_1)).toBe(bytes);
  }
}

function checkPages(file: Uint8Array, chunk: Struct, values: Value[], column: Column): void {
  const offsets = structAt(file, Number(chunk.field_4)).field_1 as Struct[];
  const index = chunk.field_6 === undefined ? undefined : structAt(file, Number(chunk.field_6));
  const pages = offsets.map((page, i) => {
    const first = Number(page.field_3);
    return {
      page,
      values: values.slice(first, i + 1 < offsets.length ? Number(offsets[i + 1]!.field_3) : undefined),
    };
  });
  expect(Number(offsets[0]!.field_1)).toBe(Number(chunk.field_3.field_9));
  for (const { page, values } of pages) {
    const header = structAt(file, Number(page.field_1));
    expect([header.field_1, header.field_5.field_1]).toEqual([0, values.length]);
    expect(page.field_2 - header.field_3).toBeGreaterThan(0);
    expect(page.field_2 - header.field_3).toBeLessThan(64);
  }
  const hasNan = pages.some(({ values }) => values.some((value) => Number.isNaN(value)));
  if (!index) {
    expect(hasNan || column.type.kind === 'binary').toBe(true);
    return;
  }
  expect(hasNan).toBe(false);
  pages.forEach(({ values }, i) => {
    const nulls = values.filter((value) => value === null).length;
    expect(index.field_1[i]).toBe(nulls === values.length);
    expect(Number(index.field_5[i])).toBe(nulls);
    if (nulls < values.length) checkBounds(index.field_2[i], index.field_3[i], [], values, column);
    else expect([index.field_2[i].length, index.field_3[i].length]).toEqual([0, 0]);
  });
  if (column.type.kind === 'double') {
    expect(index.field_8.map(Number)).toEqual(
      pages.map(({ values }) => values.filter((value) => Number.isNaN(value)).length),
    );
  }
  checkOrder(index, column);
}

function checkOrder(index: Struct, { type }: Column): void {
  const isThere = (_: unknown, i: number) => !index.field_1[i];
  const steps = [index.field_2, index.field_3].flatMap((bounds: Uint8Array[]) => {
    const decoded = bounds.filter(isThere).map((bound) => decodeBound(bound, type));
    return decoded.slice(1).map((bound, i) => compare(decoded[i]!, bound));
  });
  const order = steps.every((step) => step <= 0) ? 1 : steps.every((step) => step >= 0) ? 2 : 0;
  expect(index.field_4).toBe(order);
}

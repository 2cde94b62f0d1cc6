import type { ColumnType } from './column.ts';
import { physicalTypeOf } from './physical-type.ts';

/** Least and greatest of some values in the plain encoding, or what is less and greater than all of them. */
export interface Bounds {
  min: Uint8Array;
  max: Uint8Array;
  /** Whether the bound is a value that occurs. */
  minExact: boolean;
  maxExact: boolean;
}

/** Longest bound of strings, in bytes. */
export const longestBound = 64;

/** Orders values in the plain encoding as parquet.thrift's ColumnOrder has it for the type. */
export type Order = (a: Uint8Array, b: Uint8Array) => number;

export function orderOf(type: ColumnType): Order {
  const physical = physicalTypeOf(type);
  switch (physical.name) {
    case 'INT32':
      return (a, b) => viewOf(a).getInt32(0, true) - viewOf(b).getInt32(0, true);
    case 'INT64':
      return (a, b) => {
        const [left, right] = [viewOf(a).getBigInt64(0, true), viewOf(b).getBigInt64(0, true)];
        return left < right ? -1 : Number(left > right);
      };
    case 'DOUBLE':
      return (a, b) => viewOf(a).getFloat64(0, true) - viewOf(b).getFloat64(0, true);
    case 'FIXED_LEN_BYTE_ARRAY':
      if (type.kind === 'decimal') return (a, b) => (a[0]! ^ 0x80) - (b[0]! ^ 0x80) || Buffer.compare(a, b);
      return Buffer.compare;
    default:
      return Buffer.compare;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Bounds of two sets of values together. */
export function widenBounds(a: Bounds | undefined, b: Bounds, order: Order): Bounds {
  if (a === undefined) return b;
  const low = order(b.min, a.min);
  const high = order(b.max, a.max);
  return {
    min: low < 0 ? b.min : a.min,
    minExact: low < 0 ? b.minExact : low > 0 ? a.minExact : a.minExact || b.minExact,
    max: high > 0 ? b.max : a.max,
    maxExact: high > 0 ? b.maxExact : high < 0 ? a.maxExact : a.maxExact || b.maxExact,
  };
}

/** A long string cut off, which is less than it; UTF-8 stays so. */
export function cutMin(value: Uint8Array, isText: boolean): Uint8Array {
  return value.slice(0, isText ? characterStart(value, longestBound) : longestBound);
}

/**
 * The least string of at most `longestBound` bytes that is greater than a longer one: cut off and its last character or byte
 * raised. Nothing if there is none: all of them are the greatest there is.
 */
export function cutMax(value: Uint8Array, isText: boolean): Uint8Array | undefined {
  return (isText ? raiseText(value) : undefined) ?? raiseBytes(value);
}

function raiseBytes(value: Uint8Array): Uint8Array | undefined {
  for (let length = longestBound; length > 0; length--) {
    if (value[length - 1] === 0xff) continue;
    const raised = value.slice(0, length);
    raised[length - 1]! += 1;
    return raised;
  }
  return undefined;
}

function raiseText(value: Uint8Array): Uint8Array | undefined {
  let text: string;
  try {
    text = strictUtf8.decode(value.subarray(0, characterStart(value, longestBound)));
  } catch {
    return undefined;
  }
  const characters = Array.from(text);
  for (let last = characters.length - 1; last >= 0; last--) {
    const code = characters[last]!.codePointAt(0)! + 1;
    if (code > 0x10ffff) continue;
    // Surrogates are no characters.
    const next = String.fromCodePoint(code === 0xd800 ? 0xe000 : code);
    return new TextEncoder().encode(characters.slice(0, last).join('') + next);
  }
  return undefined;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Where the character that `at` is in starts. */
function characterStart(value: Uint8Array, at: number): number {
  let start = at;
  while (start > at - 3 && start > 0 && (value[start]! & 0xc0) === 0x80) start--;
  return start;
}

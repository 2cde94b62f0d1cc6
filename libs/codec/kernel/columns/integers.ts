import { areDigits, digitsAt, NO_POINT, readDigits, valueOf } from './digits';
import { FIELD_GREATEST, FIELD_LEAST } from './memory-map';

const MINUS: u8 = 0x2d;
const E16: i64 = 10000000000000000;

/** Writes the integer to the slot; false if the cell is not digits after an optional minus, or out of the field's range. */
// @ts-ignore: decorator
@inline
export function parseInteger(tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  const negative = <i32>(load<u8>(at) == MINUS);
  at += negative;
  length -= negative;
  const value = <u32>(length - 1) < 16 ? readDigits(tables, at, length, NO_POINT) : readLong(tables, at, length);
  return value >= 0 && putInteger(field, value, negative, slot);
}

/**
 * As `parseInteger`, of 1 to 16 bytes; `greatest` is the field's, whose least is not above 0. The sign is a
 * branch, which the processor guesses: where the digits stand would else wait for it, a fifth of the time. Columns with as many negative
 * numbers as others take that time and some more.
 */
// @ts-ignore: decorator
@inline
export function parseShortInteger(tables: usize, field: usize, at: usize, length: i32, slot: usize, greatest: i64): bool {
  const isNegative = load<u8>(at) == MINUS;
  if (isNegative) return length > 1 && parseShortNegative(tables, field, at + 1, length - 1, slot);
  const digits = digitsAt(tables, at, length, NO_POINT);
  if (!areDigits(tables, digits)) return false;
  const value = valueOf(tables, digits);
  if (value > greatest) return false;
  store<i64>(slot, value);
  return true;
}

// @ts-ignore: decorator
@inline
function parseShortNegative(tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  const digits = digitsAt(tables, at, length, NO_POINT);
  if (!areDigits(tables, digits)) return false;
  return putInteger(field, valueOf(tables, digits), 1, slot);
}

// @ts-ignore: decorator
@inline
function putInteger(field: usize, value: i64, negative: i32, slot: usize): bool {
  const signed = (value ^ -(<i64>negative)) + negative;
  store<i64>(slot, signed);
  if (signed < load<i64>(field, FIELD_LEAST)) return false;
  if (signed > load<i64>(field, FIELD_GREATEST)) return false;
  return true;
}

/** As `readDigits` for up to 19 digits; -1 too if i64 does not hold the value. */
export function readLong(tables: usize, at: usize, length: i32): i64 {
  if (<u32>(length - 17) > 2) return -1;
  const head = readDigits(tables, at, length - 16, NO_POINT);
  const tail = readDigits(tables, at + <usize>(length - 16), 16, NO_POINT);
  // 999 * 10^16 and 16 digits more stay below 2^64; a value from 2^63 on is negative.
  return head < 0 || tail < 0 ? -1 : head * E16 + tail;
}

import { areDigits, digitsFrom, indexOf, isDigit, NO_POINT, readDigits, valueOf } from './digits';
import { DIGITS_STRIDE, FIELD_POINT, FIELD_PRECISION, FIELD_SCALE, POWERS } from './memory-map';

const MINUS: u8 = 0x2d;

/** Writes the unscaled value (i64) to the slot; false if the cell is not digits with at most `scale` after the point, or too many. */
export function parseDecimal(tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  const negative = <i32>(load<u8>(at) == MINUS);
  if (<u32>(length - negative - 1) >= 16) return parseLongDecimal(field, at + negative, length - negative, negative, slot, false);
  return parseShortDecimal(tables, field, at, length, slot);
}

/** For `parseUsualDecimal`: the place in the tables of a cell's digits moves by this for each byte that it has. */
// @ts-ignore: decorator
@inline
export function usualStep(scale: i32): usize {
  return scale ? DIGITS_STRIDE + 16 : DIGITS_STRIDE;
}

/** Likewise, the place of a cell of no bytes. */
// @ts-ignore: decorator
@inline
export function usualPlace(tables: usize, scale: i32): usize {
  return scale ? tables - (<usize>(scale + 1) << 4) : tables + (<usize>NO_POINT << 4);
}

/**
 * As `parseDecimal`, of 1 to 16 bytes with `scale` digits after the point, as most are: where the point stands is then known.
 * False also for others. `point` is the byte, or -1 if `scale` is 0 and there is none; `bound` is above every value.
 */
// @ts-ignore: decorator
@inline
export function parseUsualDecimal(tables: usize, at: usize, length: i32, slot: usize, scale: i32, point: i32, step: usize, place: usize, bound: i64): bool {
  // A branch, for the reason that `parseShortInteger` gives.
  if (load<u8>(at) != MINUS) return parseUnsigned(tables, at, length, 0, slot, scale, point, step, place, bound);
  return parseUnsigned(tables, at + 1, length - 1, 1, slot, scale, point, step, place, bound);
}

// @ts-ignore: decorator
@inline
function parseUnsigned(tables: usize, at: usize, length: i32, negative: i32, slot: usize, scale: i32, point: i32, step: usize, place: usize, bound: i64): bool {
  const whole = length - 1 - scale;
  if (whole < 0) return false;
  if (point >= 0 && <i32>load<u8>(at + whole) != point) return false;
  const digits = digitsFrom(tables, at, place + <usize>length * step);
  if (!areDigits(tables, digits)) return false;
  const value = valueOf(tables, digits);
  if (value >= bound) return false;
  store<i64>(slot, (value ^ -(<i64>negative)) + negative);
  return true;
}

/** As `parseDecimal`, of 1 to 16 bytes besides a minus. */
// @ts-ignore: decorator
@inline
export function parseShortDecimal(tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  const negative = <i32>(load<u8>(at) == MINUS);
  at += negative;
  length -= negative;
  const point = indexOf(at, length, v128.load(field, FIELD_POINT));
  const value = readDigits(tables, at, length, point);
  // No digit after the point, or none at all.
  if (point == length - 1 || !length) return false;
  const fraction = point < length ? length - point - 1 : 0;
  const lacking = load<i32>(field, FIELD_SCALE) - fraction;
  if (lacking == 0) {
    // As most are: of the field's own scale.
    store<i64>(slot, (value ^ -(<i64>negative)) + negative);
    return <u64>value < load<u64>(tables + (<usize>load<u32>(field, FIELD_PRECISION) << 3), POWERS);
  }
  const room = load<i32>(field, FIELD_PRECISION) - lacking;
  if (value < 0 || lacking < 0 || room < 0 || value >= load<i64>(tables + (<usize>room << 3))) return false;
  const scaled = value * load<i64>(tables + (<usize>lacking << 3));
  store<i64>(slot, (scaled ^ -(<i64>negative)) + negative);
  return true;
}

/** As `parseDecimal`, for decimals of 19 to 38 digits: 16 bytes in the slot. */
export function parseWideDecimal(tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  if (<u32>(length - 1) < 16 && parseShortWideDecimal(tables, field, at, length, slot)) return true;
  const negative = <i32>(load<u8>(at) == MINUS);
  return parseLongDecimal(field, at + negative, length - negative, negative, slot, true);
}

/** As `parseWideDecimal`, of 1 to 16 bytes; false also for some that it can read. */
// @ts-ignore: decorator
@inline
export function parseShortWideDecimal(tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  const negative = <i32>(load<u8>(at) == MINUS);
  at += negative;
  length -= negative;
  const point = indexOf(at, length, v128.load(field, FIELD_POINT));
  const lacking = load<i32>(field, FIELD_SCALE) - (point < length ? length - point - 1 : 0);
  const value = readDigits(tables, at, length, point);
  // 16 digits and two zeros are below every precision here, and fit 64 bits.
  if (value < 0 || <u32>lacking > 2 || point == length - 1 || !length) return false;
  const scaled = ((value * load<i64>(tables + (<usize>lacking << 3))) ^ -(<i64>negative)) + negative;
  store<i64>(slot, scaled);
  store<i64>(slot, scaled >> 63, 8);
  return true;
}

/** Digit by digit, in 128 bits. */
function parseLongDecimal(field: usize, at: usize, length: i32, negative: i32, slot: usize, wide: bool): bool {
  const decimal = <i32>load<u8>(field, FIELD_POINT);
  const precision = load<i32>(field, FIELD_PRECISION);
  let low: u64 = 0;
  let high: u64 = 0;
  let fraction = -1;
  let digits = 0;
  let some = false;
  for (let i = 0; i < length; i++) {
    const byte = <i32>load<u8>(at + i);
    if (byte == decimal) {
      if (fraction >= 0 || i == length - 1) return false;
      fraction = 0;
      continue;
    }
    if (!isDigit(byte)) return false;
    some = true;
    if (fraction >= 0) fraction++;
    if (byte != 0x30 || digits) digits++;
    if (digits > precision) return false;
    addDigit(low, high, byte - 0x30);
    low = productLow;
    high = productHigh;
  }
  const lacking = load<i32>(field, FIELD_SCALE) - max(fraction, 0);
  if (!some || lacking < 0 || (digits && digits + lacking > precision)) return false;
  if (digits) {
    for (let i = 0; i < lacking; i++) {
      addDigit(low, high, 0);
      low = productLow;
      high = productHigh;
    }
  }
  if (negative) {
    low = ~low + 1;
    high = ~high + <u64>(low == 0);
  }
  store<u64>(slot, low);
  if (wide) store<u64>(slot, high, 8);
  return true;
}

let productLow: u64 = 0;
let productHigh: u64 = 0;

/** The product registers become the value times ten plus a digit. */
// @ts-ignore: decorator
@inline
function addDigit(low: u64, high: u64, digit: i32): void {
  const first = (low & 0xffffffff) * 10 + <u64>digit;
  const second = (low >> 32) * 10 + (first >> 32);
  productLow = (first & 0xffffffff) | (second << 32);
  productHigh = high * 10 + (second >> 32);
}

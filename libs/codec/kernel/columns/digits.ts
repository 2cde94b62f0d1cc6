import { DIGITS, DIGITS_STRIDE, HUNDREDS, TENS, TEN_THOUSANDS, TO_SIGN, ZEROS } from './memory-map';

/** No point: above every index of a digit. */
export const NO_POINT: i32 = 16;

/**
 * The digits of the `length` bytes (at most 16) at `at`, passing over the one at index `point`: at the right end of sixteen
 * bytes, zeros before them. A byte that is no digit is above 9 there.
 */
// @ts-ignore: decorator
@inline
export function digitsAt(tables: usize, at: usize, length: i32, point: i32): v128 {
  return digitsFrom(tables, at, tables + <usize>length * DIGITS_STRIDE + (<usize>point << 4));
}

/** As `digitsAt`, by the place in the tables that belongs to the length and the point. */
// @ts-ignore: decorator
@inline
export function digitsFrom(tables: usize, at: usize, place: usize): v128 {
  // No index is above 15 but those with the highest bit set, and no digit above 9: all processors do the same.
  return i8x16.relaxed_swizzle(v128.xor(v128.load(at), v128.load(tables, ZEROS)), v128.load(place, DIGITS));
}

// @ts-ignore: decorator
@inline
export function areDigits(tables: usize, digits: v128): bool {
  return !i8x16.bitmask(i8x16.add_sat_u(digits, v128.load(tables, TO_SIGN)));
}

/** The value of sixteen digits: pairs, fours and eights are joined. */
// @ts-ignore: decorator
@inline
export function valueOf(tables: usize, digits: v128): i64 {
  const fours = i32x4.dot_i16x8_s(v128.relaxed_dot<i16>(digits, v128.load(tables, TENS)), v128.load(tables, HUNDREDS));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), v128.load(tables, TEN_THOUSANDS));
  const both = i64x2.extract_lane(eights, 0);
  return (both & 0xffffffff) * 100000000 + (both >>> 32);
}

/** The value of the digits that `digitsAt` finds; -1 if one is none. */
// @ts-ignore: decorator
@inline
export function readDigits(tables: usize, at: usize, length: i32, point: i32): i64 {
  const digits = digitsAt(tables, at, length, point);
  return areDigits(tables, digits) ? valueOf(tables, digits) : -1;
}

/** Index of the first `byte` among `length` (at most 16) bytes, or `length`. */
// @ts-ignore: decorator
@inline
export function indexOf(at: usize, length: i32, byte: v128): i32 {
  return ctz(i8x16.bitmask(i8x16.eq(v128.load(at), byte)) | (1 << length));
}

// @ts-ignore: decorator
@inline
export function isDigit(byte: i32): bool {
  return <u32>(byte - 0x30) < 10;
}

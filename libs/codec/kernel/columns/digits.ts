import { DIGITS, DIGITS_STRIDE, HUNDREDS, TENS, TEN_THOUSANDS, TO_SIGN, ZEROS } from './memory-map';

/** No point: above every index of a digit. */
export const NO_POINT: i32 = 16;

/**
 * The value of the digits in the `length` bytes (at most 16) at `at`, passing over the one at index `point`; -1 if another
 * is no digit. Sixteen at once: moved to the right end of a vector, zeros before them, then pairs, fours and eights are
 * joined.
 */
// @ts-ignore: decorator
@inline
export function readDigits(tables: usize, at: usize, length: i32, point: i32): i64 {
  const from = v128.load(tables + <usize>length * DIGITS_STRIDE + (<usize>point << 4), DIGITS);
  // No index is above 15 but those with the highest bit set, and no digit above 9: all processors do the same.
  const digits = i8x16.relaxed_swizzle(v128.xor(v128.load(at), v128.load(tables, ZEROS)), from);
  if (i8x16.bitmask(i8x16.add_sat_u(digits, v128.load(tables, TO_SIGN)))) return -1;
  const fours = i32x4.dot_i16x8_s(v128.relaxed_dot<i16>(digits, v128.load(tables, TENS)), v128.load(tables, HUNDREDS));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), v128.load(tables, TEN_THOUSANDS));
  const both = i64x2.extract_lane(eights, 0);
  return (both & 0xffffffff) * 100000000 + (both >>> 32);
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

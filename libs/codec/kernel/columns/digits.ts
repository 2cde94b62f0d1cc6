import { COUNT_UP, HUNDREDS, LOW_BYTES, NINES, TENS, TEN_THOUSANDS, ZEROS } from './memory-map';

/** No point: above every index of a digit. */
export const NO_POINT: i32 = 16;

/**
 * The value of `count` digits (at most 16) that stand at `at`, passing over the byte at index `point`; -1 if one of them is
 * no digit. Sixteen digits at once: moved to the right end of a vector, then pairs, fours and eights are joined.
 */
// @ts-ignore: decorator
@inline
export function readDigits(tables: usize, at: usize, count: i32, point: i32): i64 {
  const text = v128.xor(v128.load(at), v128.load(tables, ZEROS));
  let from = i8x16.add(v128.load(tables, COUNT_UP), i8x16.splat(<i8>count));
  if (point != NO_POINT) from = i8x16.sub(from, i8x16.ge_s(from, i8x16.splat(<i8>point)));
  // An index below 0 gives 0, which is the digit 0.
  const digits = i8x16.swizzle(text, from);
  if (v128.any_true(i8x16.gt_u(digits, v128.load(tables, NINES)))) return -1;
  const tens = i16x8.mul(v128.and(digits, v128.load(tables, LOW_BYTES)), v128.load(tables, TENS));
  const fours = i32x4.dot_i16x8_s(i16x8.add(tens, i16x8.shr_u(digits, 8)), v128.load(tables, HUNDREDS));
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

const DASH: u8 = 0x2d;

/** Whether it is a UUID of lower-case digits. */
// @ts-ignore: decorator
@inline
export function isPlainUuid(at: usize, length: i32, scratch: usize): bool {
  return parseUuid(at, length, scratch) && !v128.any_true(v128.or(v128.or(upperCase(at), upperCase(at + 16)), upperCase(at + 20)));
}

// @ts-ignore: decorator
@inline
function upperCase(at: usize): v128 {
  return i8x16.eq(v128.and(v128.load(at), i8x16.splat(0x60)), i8x16.splat(0x40));
}

/** Writes the 16 bytes of 8-4-4-4-12 hexadecimal digits. */
// @ts-ignore: decorator
@inline
export function parseUuid(at: usize, length: i32, slot: usize): bool {
  if (length != 36 || load<u8>(at, 8) != DASH || load<u8>(at, 13) != DASH || load<u8>(at, 18) != DASH || load<u8>(at, 23) != DASH) return false;
  const first = v128.load(at);
  const middle = v128.load(at, 9);
  const last = v128.load(at, 20);
  // 00000000-1111-2222-3333-444444444444: from 0; from 9; from 20.
  const upper = hexValues(i8x16.shuffle(first, middle, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 21, 22, 23, 24));
  const tail = hexValues(i8x16.shuffle(middle, last, 10, 11, 12, 13, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31));
  if (v128.any_true(i8x16.gt_u(v128.or(upper, tail), i8x16.splat(15)))) return false;
  const high = i16x8.shl(upper, 4);
  const low = i16x8.shl(tail, 4);
  const bytes = i8x16.narrow_i16x8_u(
    v128.and(v128.or(high, i16x8.shr_u(upper, 8)), i16x8.splat(0xff)),
    v128.and(v128.or(low, i16x8.shr_u(tail, 8)), i16x8.splat(0xff)),
  );
  v128.store(slot, bytes);
  return true;
}

/** Values of hexadecimal digits; 16 or more where there is none. */
// @ts-ignore: decorator
@inline
function hexValues(text: v128): v128 {
  const digits = i8x16.sub(text, i8x16.splat(0x30));
  const letters = i8x16.sub(v128.or(text, i8x16.splat(0x20)), i8x16.splat(0x61));
  const isDigit = i8x16.lt_u(digits, i8x16.splat(10));
  const isLetter = i8x16.lt_u(letters, i8x16.splat(6));
  const value = v128.bitselect(digits, i8x16.add(letters, i8x16.splat(10)), isDigit);
  return v128.bitselect(value, i8x16.splat(16), v128.or(isDigit, isLetter));
}

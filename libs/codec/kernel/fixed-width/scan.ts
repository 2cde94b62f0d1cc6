import { SPECIAL_A, SPECIAL_B } from './memory-map';

/** 0xff where a byte is a control, not ASCII, or special in the dialect of the output. */
// @ts-ignore: decorator
@inline
export function marks(bytes: v128, a: v128, b: v128): v128 {
  // One signed comparison finds controls and bytes from 0x80 (negative) alike.
  return v128.or(i8x16.lt_s(bytes, i8x16.splat(0x20)), v128.or(i8x16.eq(bytes, a), i8x16.eq(bytes, b)));
}

/** Address of the first `byte` in [pos, end), or `end`. */
export function findByte(pos: usize, end: usize, byte: i32): usize {
  const wanted = i8x16.splat(<i8>byte);
  for (; pos < end; pos += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(pos), wanted));
    if (found) return min<usize>(pos + ctz(found), end);
  }
  return end;
}

/** Whether no byte is marked: nothing to escape, translate, validate or mend. */
// @ts-ignore: decorator
@inline
export function isClean(pos: usize, length: i32): bool {
  const a = v128.load(SPECIAL_A);
  const b = v128.load(SPECIAL_B);
  if (length < 16) return !(i8x16.bitmask(marks(v128.load(pos), a, b)) & ((1 << length) - 1));
  const last = pos + <usize>length - 16;
  let all = marks(v128.load(last), a, b);
  for (; pos < last; pos += 16) all = v128.or(all, marks(v128.load(pos), a, b));
  return !v128.any_true(all);
}

/** Whether all bytes are spaces, or NULs where those count as such. */
export function isBlank(pos: usize, length: i32, nulIsBlank: bool): bool {
  const space = i8x16.splat(0x20);
  const other = i8x16.splat(nulIsBlank ? 0 : 0x20);
  for (; length > 0; length -= 16, pos += 16) {
    const bytes = v128.load(pos);
    const filled = i8x16.bitmask(v128.not(v128.or(i8x16.eq(bytes, space), i8x16.eq(bytes, other))));
    if (filled & (length < 16 ? (1 << length) - 1 : 0xffff)) return false;
  }
  return true;
}

/** Whether all bytes are `byte`. */
export function isRunOf(pos: usize, length: i32, byte: i32): bool {
  for (let i = 0; i < length; i++) if (load<u8>(pos + i) != <u8>byte) return false;
  return true;
}

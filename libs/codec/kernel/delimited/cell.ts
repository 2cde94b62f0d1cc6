import { utf8Step } from '../text/utf8';
import { SCRATCH, SCRATCH_END } from './memory-map';
import { state } from './marks';

/** Whether every byte is ASCII and none is NUL. */
// @ts-ignore: decorator
@inline
export function isPlain(pos: usize, length: usize): bool {
  const zero = i8x16.splat(0);
  const end = pos + length;
  for (; pos + 16 <= end; pos += 16) if (v128.any_true(i8x16.le_s(v128.load(pos), zero))) return false;
  return pos == end || !(i8x16.bitmask(i8x16.le_s(v128.load(pos), zero)) & ((1 << <i32>(end - pos)) - 1));
}

export function hasNul(pos: usize, length: usize): bool {
  const zero = i8x16.splat(0);
  const end = pos + length;
  for (; pos < end; pos += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(pos), zero));
    if (found) return pos + ctz(found) < end;
  }
  return false;
}

/** Address of the first byte that is not UTF-8, or `end`. */
export function findMalformed(pos: usize, end: usize): usize {
  while (pos < end) {
    const high = i8x16.bitmask(v128.load(pos));
    if (!high) {
      pos += 16;
      continue;
    }
    pos += ctz(high);
    // Letters that are not ASCII come in words: one after another.
    while (pos < end && load<i8>(pos) < 0) {
      const step = utf8Step(pos, end);
      if (step < 0) return pos;
      pos += step;
    }
  }
  return end;
}

/** Copies `length` bytes to scratch memory; false if there is no room. */
export function keep(from: usize, length: usize): bool {
  const to = <usize>load<u32>(state, SCRATCH);
  if (to + length > <usize>load<u32>(state, SCRATCH_END)) return false;
  if (length <= 16) v128.store(to, v128.load(from));
  else memory.copy(to, from, length);
  store<u32>(state, <u32>(to + length), SCRATCH);
  return true;
}

/** Copies a cell to scratch memory with U+FFFD for each malformed part; false if there is no room. */
export function keepMended(pos: usize, end: usize): bool {
  while (pos < end) {
    const bad = findMalformed(pos, end);
    if (!keep(pos, bad - pos)) return false;
    pos = bad;
    if (pos == end) break;
    const to = <usize>load<u32>(state, SCRATCH);
    if (to + 3 > <usize>load<u32>(state, SCRATCH_END)) return false;
    store<u16>(to, 0xbfef);
    store<u8>(to, 0xbd, 2);
    store<u32>(state, <u32>(to + 3), SCRATCH);
    pos -= utf8Step(pos, end);
  }
  return true;
}

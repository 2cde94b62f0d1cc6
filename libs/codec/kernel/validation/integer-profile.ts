import { hashWord } from './hash';
import {
  NEAR, NEAR_BITS, PRESENT_VALUE, PROFILE_GREATEST, PROFILE_LEAST, PROFILE_NEAR, PROFILE_NEAR_BASE, PROFILE_ORDERED, PROFILE_SUM_HIGH, PROFILE_SUM_LOW,
} from './memory-map';
import { register } from './profile';

const ALL_VALUES: u64 = 0x0101010101010101 * PRESENT_VALUE;

/**
 * Takes distinct values of a column of integers, the least, the greatest and the sum. Most columns have values near one another, of
 * which the profile knows by a byte each whether they have been taken: then they add to nothing but the sum.
 */
export function addIntegers(slots: usize, present: usize, rows: i32, profile: usize): void {
  if (!load<i32>(profile, PROFILE_ORDERED) && !start(slots, present, rows, profile)) return;
  const base = load<i64>(profile, PROFILE_NEAR_BASE);
  const bases = i64x2.splat(base);
  // To be added to the low half of a value that is near.
  const bytes = <u32>profile + PROFILE_NEAR - <u32>base;
  // Of those taken eight at a time, how far they are from the base, and how many there were.
  let distances = i64x2.splat(0);
  let near: i64 = 0;
  let high: i64 = 0;
  let low: i64 = 0;
  for (let row = 0; row < rows; ) {
    const end = min(row + 8, rows);
    // Mostly there are eight values in a row, and no need to look at each.
    if (row + 8 <= rows && load<u64>(present + row) == ALL_VALUES) {
      const a = i64x2.sub(v128.load(slots), bases);
      const b = i64x2.sub(v128.load(slots, 16), bases);
      const c = i64x2.sub(v128.load(slots, 32), bases);
      const d = i64x2.sub(v128.load(slots, 48), bases);
      if (!v128.any_true(i64x2.shr_u(v128.or(v128.or(a, b), v128.or(c, d)), NEAR_BITS))) {
        const taken = load<u8>(load<u32>(slots) + bytes) & load<u8>(load<u32>(slots, 8) + bytes)
          & load<u8>(load<u32>(slots, 16) + bytes) & load<u8>(load<u32>(slots, 24) + bytes)
          & load<u8>(load<u32>(slots, 32) + bytes) & load<u8>(load<u32>(slots, 40) + bytes)
          & load<u8>(load<u32>(slots, 48) + bytes) & load<u8>(load<u32>(slots, 56) + bytes);
        if (taken) {
          distances = i64x2.add(distances, i64x2.add(i64x2.add(a, b), i64x2.add(c, d)));
          near += 8;
          slots += 64;
          row = end;
          continue;
        }
      } else {
        for (const last = slots + 64; slots < last; slots += 8) {
          const value = load<i64>(slots);
          high += value >> 32;
          low += value & 0xffffffff;
          take(profile, value);
        }
        row = end;
        continue;
      }
    }
    for (; row < end; row++, slots += 8) {
      if (load<u8>(present + row) != PRESENT_VALUE) continue;
      const value = load<i64>(slots);
      high += value >> 32;
      low += value & 0xffffffff;
      if (<u64>(value - base) < <u64>NEAR) {
        if (load<u8>(<u32>value + bytes)) continue;
        store<u8>(<u32>value + bytes, 1);
      }
      take(profile, value);
    }
  }
  const distance = i64x2.extract_lane(distances, 0) + i64x2.extract_lane(distances, 1);
  store<i64>(profile, high + near * (base >> 32), PROFILE_SUM_HIGH);
  store<i64>(profile, low + near * (base & 0xffffffff) + distance, PROFILE_SUM_LOW);
}

/** Begins with the values of a batch, which are in the middle of those that have a byte if they are near one another; false if there are none. */
function start(slots: usize, present: usize, rows: i32, profile: usize): bool {
  let least = i64.MAX_VALUE;
  let greatest = i64.MIN_VALUE;
  for (let row = 0; row < rows; row++, slots += 8) {
    if (load<u8>(present + row) != PRESENT_VALUE) continue;
    const value = load<i64>(slots);
    least = min(least, value);
    greatest = max(greatest, value);
  }
  if (least > greatest) return false;
  const span = <u64>(greatest - least);
  const before = <i64>(NEAR - min(span, <u64>NEAR)) / 2;
  store<i32>(profile, 1, PROFILE_ORDERED);
  store<i64>(profile, least, PROFILE_LEAST);
  store<i64>(profile, greatest, PROFILE_GREATEST);
  // Values that are near are all numbers of 64 bits: none is so by running over.
  const base = least < i64.MIN_VALUE + before ? i64.MIN_VALUE : least - before;
  store<i64>(profile, min(base, i64.MAX_VALUE - NEAR + 1), PROFILE_NEAR_BASE);
  return true;
}

// @ts-ignore: decorator
@inline
function take(profile: usize, value: i64): void {
  register(profile, hashWord(value));
  if (value < load<i64>(profile, PROFILE_LEAST)) store<i64>(profile, value, PROFILE_LEAST);
  if (value > load<i64>(profile, PROFILE_GREATEST)) store<i64>(profile, value, PROFILE_GREATEST);
}

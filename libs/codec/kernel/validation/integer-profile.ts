import { hashWord } from './hash';
import {
  NEAR, PRESENT_VALUE, PROFILE_GREATEST, PROFILE_LEAST, PROFILE_NEAR, PROFILE_NEAR_BASE, PROFILE_ORDERED, PROFILE_SUM_HIGH, PROFILE_SUM_LOW,
} from './memory-map';
import { register } from './profile';

const ALL_VALUES: u64 = 0x0101010101010101 * PRESENT_VALUE;

/**
 * Takes distinct values of a column of integers, the least, the greatest and the sum. Most columns have values near one another, of
 * which the profile knows by a bit each whether they have been taken: then they add to nothing but the sum.
 */
export function addIntegers(slots: usize, present: usize, rows: i32, profile: usize): void {
  if (!load<i32>(profile, PROFILE_ORDERED) && !start(slots, present, rows, profile)) return;
  const base = load<i64>(profile, PROFILE_NEAR_BASE);
  let high: i64 = 0;
  let low: i64 = 0;
  for (let row = 0; row < rows; ) {
    // Mostly there are eight values in a row, and no need to look at each.
    const some = row + 8 <= rows && load<u64>(present + row) == ALL_VALUES ? 8 : 1;
    const end = slots + (<usize>some << 3);
    if (some == 1 && load<u8>(present + row) != PRESENT_VALUE) slots = end;
    for (; slots < end; slots += 8) {
      const value = load<i64>(slots);
      high += value >> 32;
      low += value & 0xffffffff;
      if (!wasTaken(profile, <u64>(value - base))) take(profile, value);
    }
    row += some;
  }
  store<i64>(profile, high, PROFILE_SUM_HIGH);
  store<i64>(profile, low, PROFILE_SUM_LOW);
}

/** Begins with the first value, which is in the middle of those that have a bit; false if there is none. */
function start(slots: usize, present: usize, rows: i32, profile: usize): bool {
  for (let row = 0; row < rows; row++, slots += 8) {
    if (load<u8>(present + row) != PRESENT_VALUE) continue;
    const first = load<i64>(slots);
    store<i32>(profile, 1, PROFILE_ORDERED);
    store<i64>(profile, first, PROFILE_LEAST);
    store<i64>(profile, first, PROFILE_GREATEST);
    store<i64>(profile, first - NEAR / 2, PROFILE_NEAR_BASE);
    return true;
  }
  return false;
}

/** Whether a value, as its distance from the first that has a bit, is known to have been taken; it is from now on. */
// @ts-ignore: decorator
@inline
function wasTaken(profile: usize, near: u64): bool {
  if (near >= <u64>NEAR) return false;
  const at = profile + PROFILE_NEAR + <usize>(near >> 3);
  const taken = <u32>load<u8>(at);
  const bit = <u32>1 << (<u32>near & 7);
  if (taken & bit) return true;
  store<u8>(at, <u8>(taken | bit));
  return false;
}

// @ts-ignore: decorator
@inline
function take(profile: usize, value: i64): void {
  register(profile, hashWord(value));
  if (value < load<i64>(profile, PROFILE_LEAST)) store<i64>(profile, value, PROFILE_LEAST);
  if (value > load<i64>(profile, PROFILE_GREATEST)) store<i64>(profile, value, PROFILE_GREATEST);
}

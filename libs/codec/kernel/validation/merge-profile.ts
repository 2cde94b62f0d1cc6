import {
  ORDER_DOUBLES, ORDER_INTEGERS, ORDER_TEXTS, ORDER_WIDE, PROFILE_GREATEST, PROFILE_GREATEST_TEXT, PROFILE_HASHES, PROFILE_LEAST, PROFILE_LEAST_TEXT,
  PROFILE_ORDERED, PROFILE_REGISTERS,
} from './memory-map';
import { isLess, widenTexts } from './profile';

/**
 * Takes what the profile of other rows knows of distinct values, the least and the greatest into that of a column. Sums are
 * the host's; samples are not merged.
 */
export function mergeProfile(profile: usize, other: usize, order: i32): void {
  for (let at: usize = PROFILE_REGISTERS; at < <usize>PROFILE_HASHES; at += 16)
    v128.store(profile + at, i8x16.max_u(v128.load(profile + at), v128.load(other + at)));
  if (!load<i32>(other, PROFILE_ORDERED)) return;
  if (order == ORDER_TEXTS) {
    widenTexts(profile, other + PROFILE_LEAST_TEXT, load<i32>(other, PROFILE_LEAST));
    widenTexts(profile, other + PROFILE_GREATEST_TEXT, load<i32>(other, PROFILE_GREATEST));
    return;
  }
  const first = !load<i32>(profile, PROFILE_ORDERED);
  store<i32>(profile, 1, PROFILE_ORDERED);
  if (first || isBefore(other + PROFILE_LEAST, profile + PROFILE_LEAST, order))
    v128.store(profile, v128.load(other, PROFILE_LEAST), PROFILE_LEAST);
  if (first || isBefore(profile + PROFILE_GREATEST, other + PROFILE_GREATEST, order))
    v128.store(profile, v128.load(other, PROFILE_GREATEST), PROFILE_GREATEST);
}

function isBefore(a: usize, b: usize, order: i32): bool {
  if (order == ORDER_INTEGERS) return load<i64>(a) < load<i64>(b);
  if (order == ORDER_DOUBLES) return load<f64>(a) < load<f64>(b);
  return isLess(a, b, i32(order != ORDER_WIDE));
}

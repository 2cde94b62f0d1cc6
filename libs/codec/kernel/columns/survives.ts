import { LEAST_POWER, LONG_POWERS } from './memory-map';
import { nearestDouble, productHigh, rounded } from './nearest-double';

export const YES: i32 = 1;
export const NO: i32 = 0;
export const UNKNOWN: i32 = -1;

const E15: u64 = 1000000000000000;
const E17: u64 = 100000000000000000;

/**
 * Whether the nearest double of `mantissa` (not 0) times ten to the `exponent` prints as just these digits: it has no shorter
 * decimal, and of those of this length this is the nearest to it.
 */
export function survives(tables: usize, mantissa: u64, exponent: i32): i32 {
  while (mantissa % 10 == 0) {
    mantissa /= 10;
    exponent++;
  }
  if (mantissa < E15) return exponent >= -300 && exponent <= 290 ? YES : UNKNOWN;
  const bits = nearestDouble(tables, mantissa, exponent);
  if (!bits) return UNKNOWN;
  if (mantissa >= E17) return NO;
  const off = abs(<i64>(productHigh - rounded));
  const shorter = mantissa / 10;
  const below = nearestDouble(tables, shorter, exponent + 1);
  const above = nearestDouble(tables, shorter + 1, exponent + 1);
  if (!below || !above) return UNKNOWN;
  if (below == bits || above == bits) return NO;
  // Half a unit of the last digit, as the product has it.
  const power = load<u64>(tables + (<usize>(exponent - LEAST_POWER) << 4), LONG_POWERS);
  const half = <i64>(power >> (65 - clz(mantissa)));
  return off + 3 < half ? YES : off > half + 3 ? NO : UNKNOWN;
}

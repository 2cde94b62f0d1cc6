import { GREATEST_POWER, LEAST_POWER, LONG_POWERS } from './memory-map';

/** Of the last product: its upper 128 bits, and the double it was rounded to in units of the upper 64. */
export let productHigh: u64 = 0;
export let productLow: u64 = 0;
export let rounded: u64 = 0;

/**
 * The bits of the double nearest to `mantissa` (not 0) times ten to the `exponent`, or 0 where 128 bits of the power do not
 * tell. After Eisel and Lemire (Lemire, Number Parsing at a Gigabyte per Second, 2021).
 */
export function nearestDouble(tables: usize, mantissa: u64, exponent: i32): u64 {
  if (exponent < LEAST_POWER || exponent > GREATEST_POWER) return 0;
  const power = tables + (<usize>(exponent - LEAST_POWER) << 4);
  const zeros = <i32>clz(mantissa);
  const factor = mantissa << zeros;
  let high = multiply(factor, load<u64>(power, LONG_POWERS));
  let low = lowHalf;
  // The power's upper half is cut off: what is lost may carry into the bits that decide.
  if ((high & 0x1ff) == 0x1ff && low + factor < factor) {
    const carried = multiply(factor, load<u64>(power, LONG_POWERS + 8));
    const merged = low + carried;
    if (merged < low) high++;
    if ((high & 0x1ff) == 0x1ff && merged + 1 == 0 && lowHalf + factor < factor) return 0;
    low = merged;
  }
  const top = <i32>(high >> 63);
  const shift = top + 9;
  let bits = high >> shift;
  // Just between two doubles, as far as one can see.
  if (low == 0 && (high & 0x1ff) == 0 && (bits & 3) == 1) return 0;
  bits = (bits + (bits & 1)) >> 1;
  productHigh = high;
  productLow = low;
  rounded = bits << (shift + 1);
  // log2(10) is 217706 / 2^16, well enough for these powers.
  let exponent2 = ((217706 * exponent) >> 16) + 64 + 1023 - zeros - (1 ^ top);
  if (bits >> 53) {
    bits >>= 1;
    exponent2++;
  }
  if (exponent2 < 1 || exponent2 > 2046) return 0;
  return (<u64>exponent2 << 52) | (bits & 0x000fffffffffffff);
}

let lowHalf: u64 = 0;

/** The upper half of the product; the lower is left in `lowHalf`. */
// @ts-ignore: decorator
@inline
function multiply(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const lows = aLow * bLow;
  const middle = aHigh * bLow + (lows >> 32);
  const other = aLow * bHigh + (middle & 0xffffffff);
  lowHalf = (other << 32) | (lows & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (other >> 32);
}

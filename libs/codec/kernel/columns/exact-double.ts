/** Five to this power is the greatest that 64 bits hold. */
const GREATEST: i32 = 27;

/**
 * The bits of the double nearest to `mantissa` (not 0) times ten to the `exponent` where that is an integer of 64 bits times a
 * power of two, or 0 where it is not. Such a value is what a product with a cut off power cannot tell from its neighbours: just
 * between two doubles, or right on one. The conversion of an integer rounds as it should, and the power of two changes no digit.
 */
export function exactDouble(mantissa: u64, exponent: i32): u64 {
  const power = abs(exponent);
  if (power > GREATEST) return 0;
  let five: u64 = 1;
  for (let i = 0; i < power; i++) five *= 5;
  let integer = mantissa;
  let shift = exponent;
  if (exponent < 0) {
    if (mantissa % five) return 0;
    integer /= five;
  } else {
    const zeros = <i32>ctz(mantissa);
    integer >>= zeros;
    shift += zeros;
    if (integer > u64.MAX_VALUE / five) return 0;
    integer *= five;
  }
  return reinterpret<u64>(<f64>integer * reinterpret<f64>(<u64>(1023 + shift) << 52));
}

import { isDigit } from './digits';

const MINUS: i32 = 0x2d;
const PLUS: i32 = 0x2b;
/** A number below this takes one more digit. */
const ROOM: u64 = 1000000000000000000;

/** The number last scanned: `mantissa` times ten to the `exponent`; digits before and after its point. */
export let mantissa: u64 = 0;
export let exponent: i32 = 0;
export let wholeDigits: i32 = 0;
export let fractionDigits: i32 = 0;
export let hasExponent: bool = false;

/**
 * Reads digits with a point among or before them, and an exponent or none; false if the text is anything else, or has more
 * than 19 digits that count.
 */
export function scanNumber(at: usize, length: i32, point: i32): bool {
  let value: u64 = 0;
  let whole = -1;
  let i = 0;
  for (; i < length; i++) {
    const byte = <i32>load<u8>(at + i);
    if (isDigit(byte)) {
      if (value >= ROOM) return false;
      value = value * 10 + <u64>(byte - 0x30);
    } else if (byte == point && whole < 0) whole = i;
    else break;
  }
  fractionDigits = whole < 0 ? 0 : i - whole - 1;
  wholeDigits = whole < 0 ? i : whole;
  if (fractionDigits == 0 && (whole >= 0 || wholeDigits == 0)) return false;
  mantissa = value;
  exponent = -fractionDigits;
  hasExponent = i < length;
  return !hasExponent || scanExponent(at + i, length - i);
}

function scanExponent(at: usize, length: i32): bool {
  if ((<i32>load<u8>(at) | 0x20) != 0x65) return false;
  let i = 1;
  const sign = i < length ? <i32>load<u8>(at + i) : 0;
  if (sign == MINUS || sign == PLUS) i++;
  if (i == length || length - i > 4) return false;
  let power = 0;
  for (; i < length; i++) {
    const byte = <i32>load<u8>(at + i);
    if (!isDigit(byte)) return false;
    power = power * 10 + byte - 0x30;
  }
  exponent += sign == MINUS ? -power : power;
  return true;
}

import { indexOf, isDigit, readDigits } from './digits';
import { FIELD_POINT, POWERS_F64 } from './memory-map';

const MINUS: u8 = 0x2d;
const EXACT: i64 = 9007199254740992;

/**
 * Writes the nearest double to the slot; false if that takes more than one correctly rounded operation (Clinger's fast
 * path: up to 2^53 as an integer, times or over a power of ten that is exact), or the cell is not a plain number.
 */
// @ts-ignore: decorator
@inline
export function parseDouble(tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  const negative = <i32>(load<u8>(at) == MINUS);
  at += negative;
  length -= negative;
  if (<u32>(length - 1) < 16) {
    const point = indexOf(at, length, v128.load(field, FIELD_POINT));
    if (point != length - 1) {
      const fraction = point < length ? length - point - 1 : 0;
      const value = readDigits(tables, at, length, point);
      if (<u64>value <= <u64>EXACT) {
        const exact = <f64>value / load<f64>(tables + (<usize>fraction << 3), POWERS_F64);
        store<f64>(slot, negative ? -exact : exact);
        return true;
      }
    }
  }
  return parseAnyDouble(tables, field, at, length, negative, slot);
}

/** With an exponent, leading or trailing zeros, or more digits. */
function parseAnyDouble(tables: usize, field: usize, at: usize, length: i32, negative: i32, slot: usize): bool {
  const decimal = <i32>load<u8>(field, FIELD_POINT);
  let value: i64 = 0;
  let exponent = 0;
  let fraction = false;
  let after = 0;
  let i = 0;
  for (; i < length; i++) {
    const byte = <i32>load<u8>(at + i);
    if (byte == decimal) {
      if (fraction) return false;
      fraction = true;
      continue;
    }
    if (!isDigit(byte)) break;
    if (fraction) after++;
    if (value > 99999999999999999) return false;
    value = value * 10 + <i64>(byte - 0x30);
    if (fraction) exponent--;
  }
  if (i == 0 || (fraction && after == 0)) return false;
  if (i < length) {
    if ((<i32>load<u8>(at + i) | 0x20) != 0x65) return false;
    i++;
    let sign = 1;
    if (i < length && (load<u8>(at + i) == MINUS || load<u8>(at + i) == 0x2b)) {
      if (load<u8>(at + i) == MINUS) sign = -1;
      i++;
    }
    if (i == length || length - i > 4) return false;
    let power = 0;
    for (; i < length; i++) {
      const byte = <i32>load<u8>(at + i);
      if (!isDigit(byte)) return false;
      power = power * 10 + byte - 0x30;
    }
    exponent += sign * power;
  }
  if (value > EXACT || exponent > 22 || exponent < -22) return false;
  const power = load<f64>(tables + (<usize>abs(exponent) << 3), POWERS_F64);
  const exact = exponent < 0 ? <f64>value / power : <f64>value * power;
  store<f64>(slot, negative ? -exact : exact);
  return true;
}

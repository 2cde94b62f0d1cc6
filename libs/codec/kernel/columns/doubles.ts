import { exactDouble } from './exact-double';
import { indexOf, readDigits } from './digits';
import { FIELD_POINT, POWERS_F64 } from './memory-map';
import { nearestDouble } from './nearest-double';
import { exponent, mantissa, scanNumber } from './scan-number';

const MINUS: u8 = 0x2d;
const EXACT: u64 = 9007199254740992;

/**
 * Writes the nearest double to the slot; false if the cell is not a plain number, or has too many digits or too great an
 * exponent to tell. Mostly one correctly rounded operation gives it (Clinger's fast path: up to 2^53 as an integer, times
 * or over a power of ten that is exact).
 */
export function parseDouble(tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  if (<u32>(length - 1) < 16 && parseShortDouble(tables, field, at, length, slot)) return true;
  const negative = <i32>(load<u8>(at) == MINUS);
  return parseAnyDouble(tables, field, at + negative, length - negative, negative, slot);
}

/** As `parseDouble`, of 1 to 16 bytes; false also for some that it can read. */
// @ts-ignore: decorator
@inline
export function parseShortDouble(tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  const negative = <i32>(load<u8>(at) == MINUS);
  at += negative;
  length -= negative;
  const point = indexOf(at, length, v128.load(field, FIELD_POINT));
  if (point == length - 1 || !length) return false;
  const fraction = point < length ? length - point - 1 : 0;
  const value = readDigits(tables, at, length, point);
  if (<u64>value > EXACT) return false;
  const exact = <f64>value / load<f64>(tables + (<usize>fraction << 3), POWERS_F64);
  store<f64>(slot, negative ? -exact : exact);
  return true;
}

/** With an exponent, or more digits. */
function parseAnyDouble(tables: usize, field: usize, at: usize, length: i32, negative: i32, slot: usize): bool {
  if (!scanNumber(at, length, <i32>load<u8>(field, FIELD_POINT))) return false;
  let value: f64 = 0;
  if (mantissa <= EXACT && exponent >= -22 && exponent <= 22) {
    const power = load<f64>(tables + (<usize>abs(exponent) << 3), POWERS_F64);
    value = exponent < 0 ? <f64>mantissa / power : <f64>mantissa * power;
  } else if (mantissa) {
    const bits = nearestDouble(tables, mantissa, exponent) || exactDouble(mantissa, exponent);
    if (!bits) return false;
    value = reinterpret<f64>(bits);
  }
  store<f64>(slot, negative ? -value : value);
  return true;
}

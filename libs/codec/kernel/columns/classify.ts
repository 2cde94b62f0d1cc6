import { holds, lengthsOf } from './byte-set';
import { INVALID, isKnownDate, readDate, readTime } from './calendar';
import { isDigit } from './digits';
import {
  EVIDENCE_INTEGER_DIGITS, EVIDENCE_MARKS, EVIDENCE_SCALE, FIELD_EMPTY_MISSING, FIELD_MISSING, FIELD_OFFSET, JOB_CELLS, JOB_ROWS, JOB_STRIDE,
  JOB_TABLES, JOB_UNSURE, NINES, POINTS, ZEROS,
} from './memory-map';
import { exponent, fractionDigits, hasExponent, mantissa, scanNumber, wholeDigits } from './scan-number';
import { survives, UNKNOWN, YES } from './survives';
import { isPlainUuid } from './uuids';

// The marks of libs/table-schema/src/inference/evidence.ts; test/columns holds them equal.
const INT32: i32 = 1 << 0;
const INT64: i32 = 1 << 1;
const WIDE: i32 = 1 << 2;
const DECIMAL: i32 = 1 << 3;
const DOUBLE: i32 = 1 << 4;
const INEXACT: i32 = 1 << 5;
const BOOLEAN: i32 = 1 << 6;
const DATE: i32 = 1 << 7;
const TIME: i32 = 1 << 8;
const LOCAL: i32 = 1 << 9;
const ZONED: i32 = 1 << 10;
const LOOSE: i32 = 1 << 11;
const UUID: i32 = 1 << 12;
const TEXT: i32 = 1 << 13;
const UNSURE: i32 = 0;

const MINUS: i32 = 0x2d;
const POINT: i32 = 0x2e;
const ZERO: i32 = 0x30;
const COLON: i32 = 0x3a;

/** A number's digits stand beside its mark. */
const WHOLE_SHIFT: i32 = 16;
const FRACTION_SHIFT: i32 = 24;
const MARKS: i32 = 0xffff;

/**
 * Adds the cells of one column of a batch to its evidence, up to the first that makes it text: nothing more can come of
 * the column then. Lists the rows that it leaves to the host and returns how many those are. `scratch` is 16 bytes.
 */
export function classifyColumn(job: usize, field: usize, evidence: usize, scratch: usize): i32 {
  const rows = <usize>load<u32>(job, JOB_ROWS);
  const stride = <usize>load<u32>(job, JOB_STRIDE);
  const unsure = <usize>load<u32>(job, JOB_UNSURE);
  const tables = <usize>load<u32>(job, JOB_TABLES);
  const missing = <usize>load<u32>(field, FIELD_MISSING);
  const emptyMissing = load<i32>(field, FIELD_EMPTY_MISSING) != 0;
  let cell = <usize>load<u32>(job, JOB_CELLS) + load<u32>(field, FIELD_OFFSET);
  let marks = load<i32>(evidence, EVIDENCE_MARKS);
  let whole = load<i32>(evidence, EVIDENCE_INTEGER_DIGITS);
  let fraction = load<i32>(evidence, EVIDENCE_SCALE);
  let left = unsure;
  if (marks & TEXT) return 0;
  // Of 1 to 16 bytes, as no missing value.
  const usual = 0x1fffe & ~lengthsOf(missing);
  for (let row: usize = 0; ; row++, cell += stride) {
    // No call in here: across one, variables would have no registers.
    for (; row < rows; row++, cell += stride) {
      const length = load<i32>(cell, 4);
      if (!((usual >> min<u32>(length, 63)) & 1)) break;
      const found = classifyShort(tables, <usize>load<u32>(cell), length);
      if (found == UNSURE) break;
      whole = max(whole, (found >> WHOLE_SHIFT) & 0xff);
      fraction = max(fraction, found >> FRACTION_SHIFT);
      marks |= found & MARKS;
    }
    if (row >= rows) break;
    const at = <usize>load<u32>(cell);
    const length = load<i32>(cell, 4);
    if (!at || (length == 0 && emptyMissing) || holds(missing, at, length)) continue;
    if (length == 0) {
      marks |= TEXT;
      break;
    }
    let found = length <= 16 ? classifyShort(tables, at, length) : UNSURE;
    if (found == UNSURE) found = classifyOther(tables, at, length, marks, scratch);
    whole = max(whole, (found >> WHOLE_SHIFT) & 0xff);
    fraction = max(fraction, found >> FRACTION_SHIFT);
    marks |= found & MARKS;
    if (found == UNSURE) {
      store<u32>(left, <u32>row);
      left += 4;
    } else if (marks & TEXT) break;
  }
  store<i32>(evidence, marks, EVIDENCE_MARKS);
  store<i32>(evidence, whole, EVIDENCE_INTEGER_DIGITS);
  store<i32>(evidence, fraction, EVIDENCE_SCALE);
  return marks & TEXT ? 0 : <i32>((left - unsure) >> 2);
}

/** What most cells of 1 to 16 bytes are, plain numbers and dates of a month seen before; UNSURE for any other, whatever it is. */
// @ts-ignore: decorator
@inline
function classifyShort(tables: usize, at: usize, length: i32): i32 {
  if (length == 10 && load<u8>(at, 4) == MINUS) return isKnownDate(tables, at) ? DATE : UNSURE;
  const negative = <i32>(load<u8>(at) == MINUS);
  at += negative;
  length -= negative;
  const text = v128.xor(v128.load(at), v128.load(tables, ZEROS));
  const inside = (1 << length) - 1;
  const points = i8x16.bitmask(i8x16.eq(text, v128.load(tables, POINTS))) & inside;
  const others = i8x16.bitmask(i8x16.gt_u(text, v128.load(tables, NINES))) & inside;
  const point = ctz(points | (1 << length));
  if (others != points || points & (points - 1) || point == length - 1) return UNSURE;
  const leadingZero = <i32>(load<u8>(at) == ZERO);
  // Text, or a zero that may be negative.
  if ((leadingZero && point > 1) || (negative && (!point || leadingZero))) return UNSURE;
  const whole = (point - leadingZero) << WHOLE_SHIFT;
  if (points) return DECIMAL | whole | ((length - point - 1) << FRACTION_SHIFT);
  return length <= 9 ? INT32 | whole : length >= 11 && length <= 15 ? INT64 | whole : UNSURE;
}

/** What `classifyShort` is unsure of; UNSURE is left to the host. */
function classifyOther(tables: usize, at: usize, length: i32, marks: i32, scratch: usize): i32 {
  const first = <i32>load<u8>(at);
  const negative = <i32>(first == MINUS);
  if (!isDigit(first) && !negative && first != POINT) return classifyWord(at, length, first, scratch);
  // No number has a dash or a colon there: dates and times need no try.
  const isMoment = length >= 8 && (load<u8>(at, 4) == MINUS || load<u8>(at, 2) == COLON);
  const found = isMoment || length == negative ? UNSURE : classifyByValue(tables, at + negative, length - negative, negative, marks);
  return found == UNSURE ? classifyMoment(tables, at, length, scratch) : found;
}

/** Any number, by its digits and exponent. */
function classifyByValue(tables: usize, at: usize, length: i32, negative: i32, marks: i32): i32 {
  if (!scanNumber(at, length, POINT)) return marks & INEXACT ? classifyLongNumber(at, length, negative) : UNSURE;
  if (wholeDigits > 1 && <i32>load<u8>(at) == ZERO) return TEXT;
  if (mantissa == 0 && (hasExponent || negative)) return DOUBLE;
  const whole = wholeDigits == 1 && <i32>load<u8>(at) == ZERO ? 0 : wholeDigits;
  const digits = (whole << WHOLE_SHIFT) | (fractionDigits << FRACTION_SHIFT);
  const most = <u64>negative;
  const kind = fractionDigits ? DECIMAL : mantissa <= 2147483647 + most ? INT32 : mantissa <= <u64>i64.MAX_VALUE + most ? INT64 : WIDE;
  if (mantissa == 0 || (!hasExponent && marks & INEXACT)) return kind | digits;
  const survival = survives(tables, mantissa, exponent);
  if (survival == UNKNOWN) return UNSURE;
  if (hasExponent) return survival == YES ? DOUBLE : TEXT;
  return kind | digits | (survival == YES ? 0 : INEXACT);
}

/** Of a column whose numbers are known not to be exact doubles: more digits than a scan takes. */
function classifyLongNumber(at: usize, length: i32, negative: i32): i32 {
  if (length > 64) return UNSURE;
  let point = length;
  for (let i = 0; i < length; i++) {
    const byte = <i32>load<u8>(at + i);
    if (byte == POINT && point == length) point = i;
    else if (!isDigit(byte)) return UNSURE;
  }
  if (point == length - 1) return UNSURE;
  const leadingZero = <i32>(load<u8>(at) == ZERO);
  if (leadingZero && point > 1) return TEXT;
  const whole = (point - leadingZero) << WHOLE_SHIFT;
  // More than 19 digits that count: it is not zero, nor within 64 bits.
  return point < length ? DECIMAL | whole | ((length - point - 1) << FRACTION_SHIFT) : WIDE | whole;
}

// @ts-ignore: decorator
@inline
function classifyWord(at: usize, length: i32, first: i32, scratch: usize): i32 {
  if (length > 5) return length == 36 && isPlainUuid(at, length, scratch) ? UUID : TEXT;
  const word = load<u32>(at);
  // true, True, TRUE
  if (length == 4 && (word == 0x65757274 || word == 0x65757254 || word == 0x45555254)) return BOOLEAN;
  if (length == 5) {
    const last = <i32>load<u8>(at, 4);
    // false, False, FALSE
    if (last == 0x65 ? word == 0x736c6166 || word == 0x736c6146 : last == 0x45 && word == 0x534c4146) return BOOLEAN;
  }
  // NaN and infinities.
  const letter = first | 0x20;
  return length == 3 && (letter == 0x6e || letter == 0x69) ? UNSURE : TEXT;
}

/** A date, a time, both, or a UUID that starts with a digit. */
function classifyMoment(tables: usize, at: usize, length: i32, scratch: usize): i32 {
  if (length == 10) return readDate(tables, at) != INVALID ? DATE : UNSURE;
  if (length >= 8 && load<u8>(at, 2) == COLON) return readTime(tables, at, at + length) != INVALID ? TIME : UNSURE;
  if (length == 36 && isPlainUuid(at, length, scratch)) return UUID;
  if (length < 19) return UNSURE;
  const between = <i32>load<u8>(at, 10);
  const utc = <i32>load<u8>(at + length - 1) == 0x5a;
  if (between != 0x54 && between != 0x20) return UNSURE;
  const end = at + length - <usize>utc;
  if (end < at + 19 || readDate(tables, at) == INVALID || readTime(tables, at + 11, end) == INVALID) return UNSURE;
  return (utc ? ZONED : LOCAL) | (between == 0x20 ? LOOSE : 0);
}

import { isDigit } from './digits';
import { DATE_DIGITS, FIELD_SPACE, FIELD_ZONE, MONTHS, MONTH_BITS, TIME_DIGITS, ZONE_NONE, ZONE_UTC } from './memory-map';

const DASH: u8 = 0x2d;
const COLON: u8 = 0x3a;
const Z: u8 = 0x5a;
const DAY_MICROS: i64 = 86400000000;
export const INVALID: i64 = i64.MIN_VALUE;

/** Pairs of digits at the eight bytes given as the values of four bytes (low first, each in 16 bits); all ones if one is no digit. */
// @ts-ignore: decorator
@inline
function joinPairs(digits: v128, zeros: u64): u64 {
  const eight = <u64>i64x2.extract_lane(digits, 0) ^ zeros;
  if ((eight | (eight + 0x7676767676767676)) & 0x8080808080808080) return u64.MAX_VALUE;
  return (eight * 10 + (eight >> 8)) & 0x00ff00ff00ff00ff;
}

/** Where a month is remembered. By this factor, one of many tried at random, no two months of any twenty years from 1950 on share a place. */
// @ts-ignore: decorator
@inline
function monthOf(tables: usize, text: u64): usize {
  return tables + <usize>((text * 0xda28949eceb69f87) >> (64 - MONTH_BITS) << 4);
}

/** Day of the month, from 0, at the end of the ten bytes YYYY-MM-DD; what is none is above those of every month. */
// @ts-ignore: decorator
@inline
function dayAt(at: usize): u32 {
  const digits = <u32>load<u16>(at, 8) ^ 0x3030;
  // A first digit above 9 makes more than any month has, and two zeros run over.
  return digits >> 8 > 9 ? 99 : (digits & 0xff) * 10 + (digits >> 8) - 1;
}

/** Whether the ten bytes are a date YYYY-MM-DD of a month that was read before, and not another since in its place. */
// @ts-ignore: decorator
@inline
export function isKnownDate(tables: usize, at: usize): bool {
  const text = load<u64>(at);
  const month = monthOf(tables, text);
  return load<u64>(month, MONTHS) == text && dayAt(at) < load<u32>(month, MONTHS + 12);
}

/** Writes the days since 1970-01-01 of the ten bytes YYYY-MM-DD to the slot if the month is known; false also for dates of others. */
// @ts-ignore: decorator
@inline
export function parseKnownDate(tables: usize, at: usize, slot: usize): bool {
  const text = load<u64>(at);
  const month = monthOf(tables, text);
  if (load<u64>(month, MONTHS) != text) return false;
  const day = dayAt(at);
  if (day >= load<u32>(month, MONTHS + 12)) return false;
  store<i64>(slot, <i64>(load<i32>(month, MONTHS + 8) + <i32>day));
  return true;
}

/** Days since 1970-01-01 of the ten bytes YYYY-MM-DD (from year 1 on), or INVALID. Few months are worked out twice. */
// @ts-ignore: decorator
@inline
export function readDate(tables: usize, at: usize): i64 {
  const text = load<u64>(at);
  const month = monthOf(tables, text);
  if (load<u64>(month, MONTHS) != text) learnMonth(tables, at, month);
  const day = dayAt(at);
  return day >= load<u32>(month, MONTHS + 12) ? INVALID : <i64>(load<i32>(month, MONTHS + 8) + <i32>day);
}

/** A month that is none has no days. */
function learnMonth(tables: usize, at: usize, month: usize): void {
  const text = v128.load(at);
  const pairs = joinPairs(i8x16.swizzle(text, v128.load(tables, DATE_DIGITS)), 0x0000303030303030);
  const year = <i32>(pairs & 0xff) * 100 + <i32>((pairs >> 16) & 0xff);
  const number = <i32>((pairs >> 32) & 0xff);
  const none = pairs == u64.MAX_VALUE || load<u8>(at, 4) != DASH || load<u8>(at, 7) != DASH || year == 0 || <u32>(number - 1) > 11;
  store<u64>(month, load<u64>(at), MONTHS);
  store<i32>(month, none ? 0 : daysOf(year, number, 1), MONTHS + 8);
  store<i32>(month, none ? 0 : daysIn(year, number), MONTHS + 12);
}

function daysIn(year: i32, month: i32): i32 {
  if (month != 2) return 30 + ((month + (month >> 3)) & 1);
  return (year & 3) == 0 && (year % 100 != 0 || (year & 15) == 0) ? 29 : 28;
}

/** Years begin in March, so that a leap day ends one. */
function daysOf(year: i32, month: i32, day: i32): i32 {
  const early = <i32>(month < 3);
  const y = <u32>(year - early);
  const m = <u32>(month + early * 12 - 3);
  const century = y / 100;
  return <i32>((y * 1461) / 4 - century + century / 4 + (m * 979 + 15) / 32 + <u32>day) - 719469;
}

/** Microseconds since midnight of HH:MM:SS with up to six digits of fraction in [at, end), or INVALID. */
// @ts-ignore: decorator
@inline
export function readTime(tables: usize, at: usize, end: usize): i64 {
  const text = v128.load(at);
  const pairs = joinPairs(i8x16.swizzle(text, v128.load(tables, TIME_DIGITS)), 0x0000303030303030);
  const hour = <i64>(pairs & 0xff);
  const minute = <i64>((pairs >> 16) & 0xff);
  const second = <i64>((pairs >> 32) & 0xff);
  if (load<u8>(at, 2) != COLON || load<u8>(at, 5) != COLON || hour > 23 || minute > 59 || second > 59) return INVALID;
  const micros = (hour * 3600 + minute * 60 + second) * 1000000;
  if (end - at == 8) return micros;
  const fraction = readFraction(at + 8, end);
  return fraction < 0 ? INVALID : micros + fraction;
}

/** Microseconds of a point and one to six digits, or -1. */
function readFraction(at: usize, end: usize): i64 {
  const digits = <i32>(end - at) - 1;
  if (load<u8>(at) != 0x2e || <u32>(digits - 1) > 5) return -1;
  let micros: i64 = 0;
  for (let i = 1; i <= 6; i++) {
    const byte = i <= digits ? <i32>load<u8>(at + i) : 0x30;
    if (!isDigit(byte)) return -1;
    micros = micros * 10 + <i64>(byte - 0x30);
  }
  return micros;
}

/** The end of the text without its Z, or 0 if the field wants it otherwise. */
// @ts-ignore: decorator
@inline
function cutZone(field: usize, end: usize): usize {
  const utc = load<u8>(end - 1) == Z;
  const zone = load<i32>(field, FIELD_ZONE);
  if (utc ? zone == ZONE_NONE : zone == ZONE_UTC) return 0;
  return end - <usize>utc;
}

// @ts-ignore: decorator
@inline
export function parseDate(tables: usize, at: usize, length: i32, slot: usize): bool {
  if (length != 10) return false;
  const days = readDate(tables, at);
  store<i64>(slot, days);
  return days != INVALID;
}

// @ts-ignore: decorator
@inline
export function parseTime(tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  const end = cutZone(field, at + length);
  if (end < at + 8) return false;
  const micros = readTime(tables, at, end);
  store<i64>(slot, micros);
  return micros != INVALID;
}

// @ts-ignore: decorator
@inline
export function parseDatetime(tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  const end = cutZone(field, at + length);
  if (end < at + 19) return false;
  const between = load<u8>(at, 10);
  if (between != 0x54 && (between != 0x20 || load<i32>(field, FIELD_SPACE) == 0)) return false;
  const days = readDate(tables, at);
  const micros = readTime(tables, at + 11, end);
  if (days == INVALID || micros == INVALID) return false;
  store<i64>(slot, days * DAY_MICROS + micros);
  return true;
}

/** Microseconds in a day. */
export const DAY = 86_400_000_000n;
/** 0001-01-01 and 9999-12-31, in days since 1970-01-01. */
export const FIRST_DAY = -719_162;
export const LAST_DAY = 2_932_896;
const MINUTE = 60_000_000n;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const CLOCK = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?$/;
const OFFSET = /^([+-])([0-9]{2})(?::?([0-9]{2}))?$/;

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of a month, which counts from 1. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/**
 * Days since 1970-01-01 in the Gregorian calendar, or undefined where the calendar has no such day. Years are 1 to 9999:
 * those that four digits give and every reader of Parquet knows.
 */
export function daysSinceEpoch(year: number, month: number, day: number): number | undefined {
  if (year < 1 || year > 9999 || day < 1 || day > daysInMonth(year, month)) return undefined;
  let days = startOfYear(year);
  for (let m = 1; m < month; m++) days += daysInMonth(year, m);
  return days + day - 1;
}

/** Days since 1970-01-01 of `yyyy-mm-dd`. */
export function readIsoDate(text: string): number | undefined {
  const parts = DATE.exec(text);
  return parts ? daysSinceEpoch(Number(parts[1]), Number(parts[2]), Number(parts[3])) : undefined;
}

/**
 * Microseconds since midnight of `hh:mm:ss` with a fraction or without, 24:00:00 being none of them. A fraction finer than
 * microseconds is undefined: it would be lost.
 */
export function readIsoTime(text: string): bigint | undefined {
  const parts = CLOCK.exec(text);
  if (!parts) return undefined;
  return microsOf(Number(parts[1]), Number(parts[2]), Number(parts[3]), parts[4] ?? '');
}

/** Microseconds since midnight; `fraction` is the digits after the point. */
export function microsOf(
  hours: number,
  minutes: number,
  seconds: number,
  fraction: string,
): bigint | undefined {
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  for (let i = 6; i < fraction.length; i++) if (fraction[i] !== '0') return undefined;
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'));
  return BigInt((hours * 3600 + minutes * 60 + seconds) * 1_000_000 + micros);
}

/** Microseconds that a clock with this offset is ahead of UTC: of `Z`, `+hh:mm`, `+hhmm` and `+hh`, up to 14 hours. */
export function readOffset(text: string): bigint | undefined {
  if (text === 'Z' || text === 'z') return 0n;
  const parts = OFFSET.exec(text);
  if (!parts) return undefined;
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  if (Number(parts[3] ?? 0) > 59 || minutes > 14 * 60) return undefined;
  return BigInt(parts[1] === '-' ? -minutes : minutes) * MINUTE;
}

/** `yyyy-mm-dd` of a day since 1970-01-01, from year 1 on. */
export function isoDate(days: number): string {
  // Guess by the mean year, which is never a year off by more than one, then correct.
  let year = Math.floor((days - FIRST_DAY) / 365.2425) + 1;
  while (startOfYear(year) > days) year--;
  while (startOfYear(year + 1) <= days) year++;
  let day = days - startOfYear(year);
  let month = 1;
  while (day >= daysInMonth(year, month)) day -= daysInMonth(year, month++);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day + 1, 2)}`;
}

/** `hh:mm:ss` of microseconds since midnight, with a fraction if there is one. */
export function isoTime(micros: bigint): string {
  const seconds = Number(micros / 1_000_000n);
  const fraction = (micros % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${clock.map((part) => pad(part, 2)).join(':')}${fraction && `.${fraction}`}`;
}

function startOfYear(year: number): number {
  const before = year - 1;
  return (
    before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) + FIRST_DAY
  );
}

function pad(number: number, width: number): string {
  return String(number).padStart(width, '0');
}

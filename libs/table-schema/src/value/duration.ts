import { addDecimals, compareDecimals, type Decimal } from './decimal.ts';

const DURATION =
  /^(-?)P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]+))?S)?)?$/;

/** What a duration comes to: months and seconds, which no calendar turns into one another (XML Schema 1.1, section 3.3.6). */
export interface Duration {
  months: bigint;
  seconds: Decimal;
}

/** Reads a text that `compileDuration` has found to be a duration. @example `readDuration('P1Y2M').months` is `14n` */
export function readDuration(text: string): Duration {
  const parts = DURATION.exec(text);
  const part = (i: number) => BigInt(parts?.[i] ?? 0);
  const fraction = parts?.[8] ?? '';
  const scale = 10n ** BigInt(fraction.length);
  const whole = ((part(4) * 24n + part(5)) * 60n + part(6)) * 60n + part(7);
  const sign = parts?.[1] === '-' ? -1n : 1n;
  return {
    months: sign * (part(2) * 12n + part(3)),
    seconds: { unscaled: sign * (whole * scale + BigInt(fraction || 0)), scale: fraction.length },
  };
}

/** Months since year 0 of the days that XML Schema compares durations from: 1696-09, 1697-02, 1903-03 and 1903-07, each its first. */
const REFERENCES = [1696n * 12n + 8n, 1697n * 12n + 1n, 1903n * 12n + 2n, 1903n * 12n + 6n];

/**
 * Negative, zero or positive if `a` is shorter, as long or longer from whatever day it is counted; undefined where that
 * depends on the day, as with one month and thirty days.
 */
export function compareDurations(a: Duration, b: Duration): number | undefined {
  const signs = new Set(REFERENCES.map((from) => compareFrom(from, a, b)));
  return signs.size === 1 ? [...signs][0] : undefined;
}

/** Whether `a` is at least as long as `b` from whatever day they are counted: 31 days and one month are. */
export function isAtLeast(a: Duration, b: Duration): boolean {
  return REFERENCES.every((from) => compareFrom(from, a, b) >= 0);
}

function compareFrom(from: bigint, a: Duration, b: Duration): number {
  const days = firstOfMonth(from + a.months) - firstOfMonth(from + b.months);
  return compareDecimals(addDecimals({ unscaled: days * 86_400n, scale: 0 }, a.seconds), b.seconds);
}

/** Days from some day of the Gregorian calendar to the first of a month, which counts from January of year 0. */
function firstOfMonth(month: bigint): bigint {
  const year = floorDivide(month, 12n);
  const before = year - 1n;
  const leaps = floorDivide(before, 4n) - floorDivide(before, 100n) + floorDivide(before, 400n);
  const index = Number(month - year * 12n);
  const isLeap = year % 4n === 0n && (year % 100n !== 0n || year % 400n === 0n);
  return before * 365n + leaps + BigInt(DAYS_BEFORE[index]! + (isLeap && index > 1 ? 1 : 0));
}

const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}

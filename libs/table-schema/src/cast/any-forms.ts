import { daysSinceEpoch, microsOf } from '../calendar.ts';

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH = '([a-z]{3,9})\\.?';
const WEEKDAY = '(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? +)?';
const DAY_FIRST = new RegExp(`^${WEEKDAY}([0-9]{1,2})(?:st|nd|rd|th)?[ -]${MONTH}[ -]([0-9]{4})$`, 'i');
const MONTH_FIRST = new RegExp(`^${WEEKDAY}${MONTH} ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})$`, 'i');
const YEAR_FIRST = /^([0-9]{4})([-/.]?)([0-9]{2})\2([0-9]{2})$/;
const CLOCK = /^([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?)?( ?[ap]\.?m\.?)?$/i;

/**
 * Days since 1970-01-01 of a date that can be read in one way only: the year first (`2024-01-26`, `2024/01/26`,
 * `2024.01.26`, `20240126`), or an English name of the month (`26 Jan 2024`, `26-Jan-2024`, `January 26, 2024`).
 */
export function readAnyDate(text: string): number | undefined {
  const numbers = YEAR_FIRST.exec(text);
  if (numbers) return daysSinceEpoch(Number(numbers[1]), Number(numbers[3]), Number(numbers[4]));
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst) return named(dayFirst[3], dayFirst[2], dayFirst[1]);
  const monthFirst = MONTH_FIRST.exec(text);
  return monthFirst ? named(monthFirst[3], monthFirst[1], monthFirst[2]) : undefined;
}

const MONTH_NAME =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/i;

function named(year = '', month = '', day = ''): number | undefined {
  if (!MONTH_NAME.test(month)) return undefined;
  const index = MONTHS.indexOf(month.slice(0, 3).toLowerCase());
  return daysSinceEpoch(Number(year), index + 1, Number(day));
}

/** Microseconds since midnight of `15:00:00.5`, `15:00`, `3:00 pm` or `3 pm`; a number alone is no time. */
export function readAnyTime(text: string): bigint | undefined {
  const parts = CLOCK.exec(text);
  if (!parts) return undefined;
  const [, hour, minutes, seconds = '0', fraction = '', half] = parts;
  if (minutes === undefined && half === undefined) return undefined;
  let hours = Number(hour);
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return undefined;
    hours = (hours % 12) + (/p/i.test(half) ? 12 : 0);
  }
  return microsOf(hours, Number(minutes ?? 0), Number(seconds), fraction);
}

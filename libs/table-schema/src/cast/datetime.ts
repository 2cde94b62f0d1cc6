import { DAY, LAST_DAY, readIsoDate, readIsoTime, readOffset } from '../calendar.ts';
import type { Cast } from '../cell-value.ts';
import type { FieldOf } from '../schema/field.ts';
import { readAnyDate, readAnyTime } from './any-forms.ts';
import { compilePattern, instantOf, type PatternReading } from './pattern.ts';

const ISO = /^([^T]{10})T([^Z+-]{8,})(Z|[+-][0-9]{2}:[0-9]{2})?$/;
const MIDNIGHT_AFTER = /^24:00:00(?:\.0+)?$/;
const ZONE = /(?:Z|[+-][0-9]{2}:[0-9]{2})$/;
const LOOSE =
  /^(.{6,40}?)(?:[Tt]|,? +)([0-9]{1,2}(?:[:.,][0-9]+)*(?: ?[ap]\.?m\.?)?)(?: ?(Z|UTC|GMT|[+-][0-9:]{2,5}))?$/i;

export function compileDatetime({ format = 'default', timezone }: FieldOf<'datetime'>): Cast {
  const read = compileReader(format);
  const bad = { expected: `a date and time, ${describe(format)}` };
  const stray = { expected: 'a local date and time, without an offset from UTC' };
  return (text) => {
    const reading = read(text);
    if (!reading) return bad;
    if (timezone === 'local' && reading.offset !== undefined) return stray;
    return { value: instantOf(reading) };
  };
}

function compileReader(format: string): (text: string) => PatternReading | undefined {
  if (format === 'any') return readAnyDatetime;
  return format === 'default' ? readIsoDatetime : compilePattern(format);
}

function describe(format: string): string {
  if (format === 'any') return 'like 2024-01-26 15:00:00';
  return format === 'default' ? 'like 2024-01-26T15:00:00' : `as ${format}`;
}

/** Whether a text has an offset from UTC; undefined if it is no value of the type and format. */
export function hasOffset(type: 'datetime' | 'time', format: string, text: string): boolean | undefined {
  const reading = (type === 'time' ? compileTimeReader : compileReader)(format)(text);
  return reading && reading.offset !== undefined;
}

/**
 * `yyyy-mm-ddThh:mm:ss`, with a fraction and an offset or without, as XML Schema has it: 24:00:00 is the first instant of
 * the next day.
 */
function readIsoDatetime(text: string): PatternReading | undefined {
  const parts = ISO.exec(text);
  if (!parts) return undefined;
  const [, date = '', clock = '', zone] = parts;
  const days = readIsoDate(date);
  if (!MIDNIGHT_AFTER.test(clock)) return combine(days, readIsoTime(clock), zone);
  return days === undefined || days >= LAST_DAY ? undefined : combine(days + 1, 0n, zone);
}

/** A date and a time in any form of `readAnyDate` and `readAnyTime`, with a `T` or spaces between, and an offset or none. */
function readAnyDatetime(text: string): PatternReading | undefined {
  const iso = readIsoDatetime(text);
  if (iso) return iso;
  const parts = LOOSE.exec(text);
  if (!parts) return undefined;
  const offset = parts[3];
  return combine(
    readAnyDate(parts[1]!),
    readAnyTime(parts[2]!),
    offset && /^[UG]/i.test(offset) ? 'Z' : offset,
  );
}

function combine(
  days: number | undefined,
  micros: bigint | undefined,
  zone: string | undefined,
): PatternReading | undefined {
  if (days === undefined || micros === undefined) return undefined;
  if (zone === undefined) return { days: BigInt(days), micros, offset: undefined };
  const offset = readOffset(zone);
  return offset === undefined ? undefined : { days: BigInt(days), micros, offset };
}

export function compileDate({ format = 'default' }: FieldOf<'date'>): Cast {
  if (format === 'default' || format === 'any') {
    const read = format === 'any' ? readAnyDate : readIsoDate;
    const bad = { expected: 'a date like 2024-01-26' };
    return (text) => {
      const days = read(text);
      return days === undefined ? bad : { value: BigInt(days) };
    };
  }
  const read = compilePattern(format);
  const bad = { expected: `a date as ${format}` };
  const stray = { expected: 'a date, with a time of day only if that is midnight' };
  return (text) => {
    const reading = read(text);
    if (!reading) return bad;
    return reading.micros === 0n && !reading.offset ? { value: reading.days } : stray;
  };
}

export function compileTime({ format = 'default', timezone }: FieldOf<'time'>): Cast {
  const read = compileTimeReader(format);
  const isPattern = format !== 'default' && format !== 'any';
  const bad = { expected: `a time, ${isPattern ? `as ${format}` : 'like 15:00:00'}` };
  const stray = { expected: 'a local time, without an offset from UTC' };
  return (text) => {
    const reading = read(text);
    if (!reading) return bad;
    if (timezone === 'local' && reading.offset !== undefined) return stray;
    // In UTC it may be the day before or after.
    return { value: (reading.micros - (reading.offset ?? 0n) + DAY) % DAY };
  };
}

/** A time of day, with an offset or without. */
function compileTimeReader(format: string): (text: string) => PatternReading | undefined {
  if (format !== 'default' && format !== 'any') return compilePattern(format);
  const read = format === 'any' ? readAnyTime : readIsoTime;
  return (text) => {
    const zone = ZONE.exec(text)?.[0];
    return combine(0, read(text.slice(0, text.length - (zone?.length ?? 0))), zone);
  };
}

import { DAY, daysSinceEpoch, microsOf, readOffset } from '../calendar.ts';
import { readIsoWeek, readWeek } from './week-date.ts';

export type PatternKind = 'date' | 'time' | 'datetime';

/** What a text says of a date and a time by a pattern; micros are of the time of day, as written. */
export interface PatternReading {
  days: bigint;
  micros: bigint;
  /** Microseconds ahead of UTC, if the text has an offset. */
  offset: bigint | undefined;
}

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const WEEKDAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');
const short = (names: string[]) => names.map((name) => name.slice(0, 3));

/** Directives of strptime, as Python reads them in the C locale; those of one `part` must say the same of a text. */
const DIRECTIVES: Record<string, { part: string; expression: string }> = {
  Y: { part: 'year', expression: '[0-9]{4}' },
  y: { part: 'year', expression: '[0-9]{2}' },
  m: { part: 'month', expression: '1[0-2]|0[1-9]|[1-9]' },
  B: { part: 'month', expression: MONTHS.join('|') },
  b: { part: 'month', expression: short(MONTHS).join('|') },
  h: { part: 'month', expression: short(MONTHS).join('|') },
  d: { part: 'day', expression: '3[01]|[12][0-9]|0[1-9]| ?[1-9]' },
  e: { part: 'day', expression: '3[01]|[12][0-9]|0[1-9]| ?[1-9]' },
  j: {
    part: 'yearday',
    expression: '36[0-6]|3[0-5][0-9]|[12][0-9]{2}|0[1-9][0-9]|00[1-9]|[1-9][0-9]|0[1-9]|[1-9]',
  },
  A: { part: 'weekday', expression: WEEKDAYS.join('|') },
  a: { part: 'weekday', expression: short(WEEKDAYS).join('|') },
  w: { part: 'weekday', expression: '[0-6]' },
  u: { part: 'weekday', expression: '[1-7]' },
  U: { part: 'week', expression: '5[0-3]|[0-4][0-9]|[0-9]' },
  W: { part: 'week', expression: '5[0-3]|[0-4][0-9]|[0-9]' },
  G: { part: 'ISO year', expression: '[0-9]{4}' },
  V: { part: 'ISO week', expression: '5[0-3]|0[1-9]|[1-4][0-9]|[1-9]' },
  H: { part: 'hour', expression: '2[0-3]|[01][0-9]|[0-9]' },
  I: { part: 'hour', expression: '1[0-2]|0[1-9]|[1-9]' },
  p: { part: 'half', expression: 'am|pm' },
  M: { part: 'minute', expression: '[0-5][0-9]|[0-9]' },
  S: { part: 'second', expression: '[0-5][0-9]|[0-9]' },
  f: { part: 'fraction', expression: '[0-9]{1,9}' },
  z: { part: 'offset', expression: 'Z|[+-][0-9]{2}:?[0-9]{2}' },
  Z: { part: 'zone', expression: 'UTC|GMT' },
};
/** Directives that stand for several. */
const COMPOSITES: Record<string, string> = {
  c: '%a %b %d %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  R: '%H:%M',
  r: '%I:%M:%S %p',
  T: '%H:%M:%S',
  X: '%H:%M:%S',
  x: '%m/%d/%y',
  n: ' ',
  t: ' ',
};

const CLOCK = ['hour', 'half', 'minute', 'second', 'fraction', 'offset', 'zone'];
const CALENDAR = ['year', 'month', 'day', 'yearday', 'weekday', 'week', 'ISO year', 'ISO week'];

interface Pattern {
  expression: RegExp;
  /** What each group of the expression captures. */
  letters: string[];
  parts: Set<string>;
}

/** Why a pattern can give no value of its kind, if it cannot. */
export function patternFault(pattern: string, kind: PatternKind): string | undefined {
  const parsed = parsePattern(pattern);
  if (typeof parsed === 'string') return parsed;
  const { letters, parts } = parsed;
  const has = (part: string) => parts.has(part);
  if (letters.length === 0) return 'has no directive, like `%Y`, and is neither `default` nor `any`';
  if (kind === 'time') {
    const stray = CALENDAR.find(has);
    return stray ? `a time has no ${stray}` : has('hour') ? clockFault(parsed) : 'has no hour';
  }
  const fault = has('ISO year') || has('ISO week') ? isoWeekFault(parsed) : calendarFault(parsed);
  if (fault) return fault;
  if (kind === 'datetime' && !has('hour')) return 'has no hour';
  return CLOCK.some(has) ? clockFault(parsed) : undefined;
}

function calendarFault({ letters, parts }: Pattern): string | undefined {
  if (!parts.has('year')) return 'has no year';
  if (parts.has('day') && !parts.has('month')) return 'has a day and no month';
  if (parts.has('yearday') && parts.has('month')) return 'has a month beside the day of the year';
  if (!parts.has('week')) return undefined;
  if (!parts.has('weekday')) return 'has a week and no weekday';
  if (letters.includes('U') && letters.includes('W')) return 'has weeks from Sunday and from Monday';
  return parts.has('month') || parts.has('yearday') ? 'has a week beside the day' : undefined;
}

/** A date of ISO 8601's weeks is its own calendar: `%G`, `%V` and a weekday, nothing else. */
function isoWeekFault({ parts }: Pattern): string | undefined {
  const needed = ['ISO year', 'ISO week', 'weekday'];
  const absent = needed.find((part) => !parts.has(part));
  if (absent) return `has a week of ISO 8601 and no ${absent}`;
  const stray = CALENDAR.find((part) => parts.has(part) && !needed.includes(part));
  return stray && `has a week of ISO 8601 and a ${stray}`;
}

function clockFault({ letters, parts }: Pattern): string | undefined {
  if (!parts.has('hour')) return 'has no hour';
  if (letters.includes('I') !== parts.has('half')) return '`%I` and `%p` go together';
  if (parts.has('second') && !parts.has('minute')) return 'has a second and no minute';
  if (parts.has('fraction') && !parts.has('second')) return 'has a fraction and no second';
  return undefined;
}

export function patternHasOffset(pattern: string): boolean {
  const parsed = parsePattern(pattern);
  return typeof parsed !== 'string' && (parsed.parts.has('offset') || parsed.parts.has('zone'));
}

/**
 * Reads texts by a pattern that has no fault. Month and day that it lacks are 1, and parts of the time 0; two-digit years
 * are 1969 to 2068. Any run of white space matches that of the pattern; letters match in either case.
 */
export function compilePattern(pattern: string): (text: string) => PatternReading | undefined {
  const parsed = parsePattern(pattern);
  if (typeof parsed === 'string') return () => undefined;
  const { expression, letters } = parsed;
  return (text) => {
    const found = expression.exec(text);
    if (!found) return undefined;
    const parts: Record<string, string> = {};
    letters.forEach((letter, i) => {
      parts[letter] = found[i + 1]!.toLowerCase();
    });
    return readParts(parts);
  };
}

function readParts(parts: Record<string, string>): PatternReading | undefined {
  const weekday = weekdayOf(parts);
  const hour = agreed(0, numberOf(parts.H), hourOf(parts));
  if (weekday === undefined || hour === undefined) return undefined;
  const days = parts.V === undefined ? readDay(parts, weekday) : readIsoWeek(parts.G!, parts.V, weekday);
  const micros = microsOf(hour, Number(parts.M ?? 0), Number(parts.S ?? 0), parts.f ?? '');
  if (days === undefined || micros === undefined) return undefined;
  const offset = parts.z === undefined ? (parts.Z === undefined ? undefined : 0n) : readOffset(parts.z);
  if (parts.z !== undefined && offset === undefined) return undefined;
  return { days: BigInt(days), micros, offset };
}

function readDay(parts: Record<string, string>, weekday: number): number | undefined {
  const year = agreed(1970, numberOf(parts.Y), yearOf(parts));
  const month = agreed(1, numberOf(parts.m), ...[parts.b, parts.h, parts.B].map(monthOf));
  const day = agreed(1, numberOf(parts.d), numberOf(parts.e));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const week = parts.W ?? parts.U;
  if (week !== undefined) return readWeek(year, week, weekday, parts.W !== undefined);
  const first = daysSinceEpoch(year, month, day);
  if (first === undefined || parts.j === undefined) return first;
  const days = first + Number(parts.j) - 1;
  return days > (daysSinceEpoch(year, 12, 31) ?? 0) ? undefined : days;
}

/** What is said by all that say something, or the fallback if none does; undefined if they differ. */
function agreed(fallback: number, ...said: (number | undefined)[]): number | undefined {
  const values = said.filter((value) => value !== undefined);
  return new Set(values).size > 1 ? undefined : (values[0] ?? fallback);
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** The year of two digits. */
function yearOf({ y }: Record<string, string>): number | undefined {
  return y === undefined ? undefined : Number(y) + (Number(y) < 69 ? 2000 : 1900);
}

function monthOf(name: string | undefined): number | undefined {
  return name === undefined ? undefined : short(MONTHS).indexOf(name.slice(0, 3)) + 1;
}

/** The weekday, from 1 for Monday to 7, which says nothing but in a week: elsewhere it is not held to the date. */
function weekdayOf({ a, A, w, u }: Record<string, string>): number | undefined {
  const named = (name: string | undefined) => name && short(WEEKDAYS).indexOf(name.slice(0, 3)) + 1;
  return agreed(1, named(a) || undefined, named(A) || undefined, numberOf(u), w === '0' ? 7 : numberOf(w));
}

/** The hour of twelve. */
function hourOf({ I, p }: Record<string, string>): number | undefined {
  return I === undefined ? undefined : (Number(I) % 12) + (p === 'pm' ? 12 : 0);
}

/** The pattern as an expression, or its fault. */
function parsePattern(pattern: string): Pattern | string {
  const letters: string[] = [];
  const parts = new Set<string>();
  let expression = '';
  const expanded = pattern.replace(
    /%([cDFRrTXxnt%])/g,
    (whole, letter: string) => COMPOSITES[letter] ?? whole,
  );
  for (const [piece] of expanded.matchAll(/%[\s\S]?|\s+|[^%\s]+/g)) {
    if (piece === '%') return 'ends in a lone `%`';
    if (piece === '%%') expression += '%';
    else if (piece.startsWith('%')) {
      const directive = DIRECTIVES[piece[1]!];
      if (!directive) return `does not know the directive \`${piece}\``;
      if (letters.includes(piece[1]!)) return `has more than one \`${piece}\``;
      parts.add(directive.part);
      letters.push(piece[1]!);
      expression += `(${directive.expression})`;
    } else expression += /\s/.test(piece) ? '\\s+' : piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  return { expression: new RegExp(`^${expression}$`, 'i'), letters, parts };
}

/** Microseconds since 1970-01-01T00:00, of UTC if the text has an offset. */
export function instantOf({ days, micros, offset }: PatternReading): bigint {
  return days * DAY + micros - (offset ?? 0n);
}

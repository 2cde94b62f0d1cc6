import { DAY, daysSinceEpoch, microsOf, readOffset } from '../calendar.ts';

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

/** Directives of strptime, as Python reads them in the C locale; two of one `part` would contradict each other. */
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
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  R: '%H:%M',
  T: '%H:%M:%S',
  n: ' ',
  t: ' ',
};

const CLOCK = ['hour', 'half', 'minute', 'second', 'fraction', 'offset', 'zone'];
const CALENDAR = ['year', 'month', 'day', 'yearday', 'weekday'];

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
  if (!has('year')) return 'has no year';
  if (has('day') && !has('month')) return 'has a day and no month';
  if (has('yearday') && has('month')) return 'has a month beside the day of the year';
  if (kind === 'datetime' && !has('hour')) return 'has no hour';
  return CLOCK.some(has) ? clockFault(parsed) : undefined;
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
  const year = parts.y === undefined ? Number(parts.Y ?? 1970) : centuryOf(Number(parts.y)) + Number(parts.y);
  const first = daysSinceEpoch(year, monthOf(parts), Number(parts.d ?? parts.e ?? 1));
  const micros = microsOf(hourOf(parts), Number(parts.M ?? 0), Number(parts.S ?? 0), parts.f ?? '');
  if (first === undefined || micros === undefined) return undefined;
  const days = first + Number(parts.j ?? 1) - 1;
  if (parts.j !== undefined && days > (daysSinceEpoch(year, 12, 31) ?? 0)) return undefined;
  const offset = parts.z === undefined ? (parts.Z === undefined ? undefined : 0n) : readOffset(parts.z);
  if (parts.z !== undefined && offset === undefined) return undefined;
  return { days: BigInt(days), micros, offset };
}

function centuryOf(year: number): number {
  return year < 69 ? 2000 : 1900;
}

function monthOf({ m, b, h, B }: Record<string, string>): number {
  const name = b ?? h ?? B;
  return name === undefined ? Number(m ?? 1) : short(MONTHS).indexOf(name.slice(0, 3)) + 1;
}

function hourOf({ H, I, p }: Record<string, string>): number {
  if (I === undefined) return Number(H ?? 0);
  return (Number(I) % 12) + (p === 'pm' ? 12 : 0);
}

/** The pattern as an expression, or its fault. */
function parsePattern(pattern: string): Pattern | string {
  const letters: string[] = [];
  const parts = new Set<string>();
  let expression = '';
  const expanded = pattern.replace(/%([DFRTnt%])/g, (whole, letter: string) => COMPOSITES[letter] ?? whole);
  for (const [piece] of expanded.matchAll(/%[\s\S]?|\s+|[^%\s]+/g)) {
    if (piece === '%') return 'ends in a lone `%`';
    if (piece === '%%') expression += '%';
    else if (piece.startsWith('%')) {
      const directive = DIRECTIVES[piece[1]!];
      if (!directive) return `does not know the directive \`${piece}\``;
      if (parts.has(directive.part)) return `has more than one ${directive.part}`;
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

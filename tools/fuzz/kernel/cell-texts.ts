import { pick, type Random } from '../../sample/random.ts';
import { below } from './kernel-target.ts';

const digit = (random: Random) => (random() < 0.3 ? pick(random, ['0', '9']) : String(below(random, 10)));
const digits = (random: Random, most: number) =>
  Array.from({ length: 1 + below(random, most) }, () => digit(random)).join('');
const two = (random: Random, most: number) => String(below(random, most + 1)).padStart(2, '0');
const sign = (random: Random) => pick(random, ['', '', '-', '+']);

function number(random: Random): string {
  const whole = random() < 0.1 ? '' : digits(random, random() < 0.5 ? 6 : 24);
  const part = random() < 0.6 ? pick(random, ['.', ',']) + digits(random, random() < 0.5 ? 3 : 14) : '';
  return sign(random) + whole + part;
}

/** Doubles as programs print them, or with another last digit; halfway between two besides. */
function double(random: Random): string {
  const kind = below(random, 4);
  if (kind === 0) return number(random);
  if (kind === 1) return `${number(random)}${pick(random, ['e', 'E'])}${sign(random)}${below(random, 340)}`;
  const value = (random() - 0.5) * 10 ** (below(random, 60) - 30);
  return kind === 2 ? String(value) : value.toPrecision(1 + below(random, 20));
}

const date = (random: Random) =>
  `${String(random() < 0.7 ? 1890 + below(random, 220) : below(random, 10_000)).padStart(4, '0')}-${two(random, 13)}-${two(random, 32)}`;
const time = (random: Random) =>
  `${two(random, 24)}:${two(random, 60)}:${two(random, 60)}${random() < 0.5 ? `.${digits(random, 8)}` : ''}${pick(random, ['', '', 'Z'])}`;
const hex = (random: Random, count: number) =>
  Array.from({ length: count }, () => pick(random, [...'0123456789abcdefABCDEF'])).join('');

const makers: Record<string, (random: Random) => string> = {
  parseIntegers: (random) => sign(random) + digits(random, random() < 0.5 ? 6 : 21),
  parseDecimals: number,
  parseWideDecimals: number,
  parseDoubles: double,
  parseBooleans: (random) =>
    pick(random, ['true', 'false', '1', '0', 'yes, certainly', 'yes, certainlx', 'no', 'True']),
  parseDates: date,
  parseTimes: time,
  parseDatetimes: (random) => `${date(random)}${pick(random, ['T', 'T', ' ', 't'])}${time(random)}`,
  parseUuids: (random) => [8, 4, 4, 4, 12].map((count) => hex(random, count)).join('-'),
  parseStrings: (random) =>
    Array.from({ length: below(random, 12) }, () =>
      pick(random, ['a', 'ä', '文', '😀', '\0', '"', ',', ' ']),
    ).join(''),
};
const other = ['/', ':', 'x', '.', '0', '-', '\0', 'ÿ', ' ', 'e', '+', '9'];

/** A cell for a parser: mostly what it reads, sometimes with one character changed, sometimes missing. */
export function cellTexts(random: Random, parser: string): string | undefined {
  const kind = random();
  if (kind < 0.03) return undefined;
  if (kind < 0.08) return pick(random, ['', 'NA', 'n/a - missing', '-', '.', 'N']);
  const text = makers[parser]!(random);
  if (kind < 0.75) return text;
  const at = below(random, text.length + 1);
  if (kind < 0.85) return text.slice(0, at) + pick(random, other) + text.slice(at);
  return text.slice(0, at) + pick(random, other) + text.slice(at + 1);
}

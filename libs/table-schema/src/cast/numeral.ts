/** A number's text in parts: `-1,234.50e3` is negative, `1234`, `50` and 3. */
export interface Numeral {
  negative: boolean;
  digits: string;
  fraction: string;
  exponent: number;
}

export interface NumeralStyle {
  /** `.` if left out; null: integers, without a fraction or an exponent. */
  decimalChar?: string | null | undefined;
  groupChar?: string | undefined;
  bareNumber?: boolean | undefined;
}

/** Exponents beyond this mean the same as this: no text is long enough to make up for it. */
const FARTHEST = 1e9;

/**
 * Reads numbers as XML Schema writes decimals, with an exponent besides, in a field's style. Spaces and tabs around the
 * number are passed over, as XML Schema does; groups are of any length, but not empty, and only before the decimal point.
 */
export function compileNumeral(style: NumeralStyle): (text: string) => Numeral | undefined {
  const { decimalChar = '.', groupChar, bareNumber = true } = style;
  const digits = groupChar === undefined ? '[0-9]+' : `[0-9]+(?:${escapeText(groupChar)}[0-9]+)*`;
  const tail = decimalChar === null ? '' : `(?:${escapeText(decimalChar)}([0-9]*))?(?:[eE]([+-]?[0-9]+))?`;
  const expression = new RegExp(`^([+-]?)(${digits})?${tail}$`);
  return (text) => {
    const number = bareNumber ? trimSpaces(text) : stripOthers(text, decimalChar);
    const parts = number === undefined ? null : expression.exec(number);
    if (!parts || !(parts[2] || parts[3])) return undefined;
    const whole = parts[2] ?? '';
    return {
      negative: parts[1] === '-',
      digits: groupChar === undefined ? whole : whole.replaceAll(groupChar, ''),
      fraction: parts[3] ?? '',
      exponent: Math.max(-FARTHEST, Math.min(FARTHEST, Number(parts[4] ?? 0))),
    };
  };
}

/** The numeral as JSON and JavaScript write numbers, every digit kept. */
export function printNumeral({ negative, digits, fraction, exponent }: Numeral): string {
  const whole = digits.slice(leadingZeros(digits)) || '0';
  return `${negative ? '-' : ''}${whole}${fraction && `.${fraction}`}${exponent === 0 ? '' : `e${exponent}`}`;
}

/** Text without the spaces and tabs at its ends. */
export function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text, start)) start++;
  while (end > start && isSpace(text, end - 1)) end--;
  return text.slice(start, end);
}

function isSpace(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}

export function leadingZeros(digits: string): number {
  let count = 0;
  while (digits[count] === '0') count++;
  return count;
}

/**
 * The number within a text like `€ -95.00` or `95 %`: from the first digit, with a sign or point right before it, to the
 * last. Where what is dropped may be a sign (`95-`, `(95)`, `a - 95`) there is none.
 */
function stripOthers(text: string, decimalChar: string | null): string | undefined {
  const first = text.search(/[0-9]/);
  if (first < 0) return undefined;
  let last = text.length - 1;
  while (!isDigit(text, last)) last--;
  let start = first;
  // In `Rs.50` the point belongs to the word.
  const point = start - (decimalChar?.length ?? Infinity);
  if (point >= 0 && text.startsWith(decimalChar!, point) && !/\p{L}/u.test(text[point - 1] ?? ''))
    start = point;
  const adjacent = start > 0 && /[+-]/.test(text[start - 1]!);
  if (adjacent) start--;
  const before = trimSpaces(text.slice(0, start));
  const after = trimSpaces(text.slice(last + 1));
  const number = text.slice(start, last + 1);
  if (/^[-\u2212]/.test(after) || (before.startsWith('(') && after.endsWith(')'))) return undefined;
  if (!/[-\u2212]/.test(before)) return number;
  return /^[-\u2212][^-\u2212]*$/.test(before) && !adjacent ? `-${number}` : undefined;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

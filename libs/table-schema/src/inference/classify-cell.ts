import { readIsoDate, readIsoTime, readOffset } from '../calendar.ts';
import { survivesAsDouble } from '../double.ts';
import { type ColumnEvidence, mark } from './evidence.ts';

const PLAIN = /^(-?)(0|[1-9][0-9]*)?(?:\.([0-9]+))?$/;
const EXPONENT = /^-?(?:0|[1-9][0-9]*)?(?:\.[0-9]+)?[eE][+-]?[0-9]+$/;
const SPECIAL = /^(?:nan|-?inf)$/i;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;
const DATETIME = /^([0-9-]{10})([T ])([0-9:]{8}(?:\.[0-9]+)?)(Z|[+-][0-9:]{2,5})?$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * What one cell that is not missing says of its column.
 * @example `classifyCell('12.50')` is `{ marks: mark.decimal, integerDigits: 2, scale: 2 }`
 */
export function classifyCell(text: string): ColumnEvidence {
  return plainNumber(text) ?? { marks: marksOf(text), integerDigits: 0, scale: 0 };
}

/** Adds one cell that is not missing to a column's evidence. */
export function addCell(evidence: ColumnEvidence, text: string): void {
  const cell = classifyCell(text);
  evidence.marks |= cell.marks;
  evidence.integerDigits = Math.max(evidence.integerDigits, cell.integerDigits);
  evidence.scale = Math.max(evidence.scale, cell.scale);
}

function plainNumber(text: string): ColumnEvidence | undefined {
  const parts = PLAIN.exec(text);
  const digits = parts?.[2] ?? '';
  const fraction = parts?.[3] ?? '';
  if (!parts || digits + fraction === '') return undefined;
  const negative = parts[1] === '-';
  // Neither an integer nor a decimal has a negative zero.
  if (negative && isZero(digits) && isZero(fraction)) {
    return { marks: mark.double, integerDigits: 0, scale: 0 };
  }
  return {
    marks:
      (fraction === '' ? integerMark(negative, digits) : mark.decimal) |
      (survivesAsDouble(text) ? 0 : mark.inexact),
    integerDigits: digits === '0' ? 0 : digits.length,
    scale: fraction.length,
  };
}

function integerMark(negative: boolean, digits: string): number {
  if (isAtMost(digits, negative ? '2147483648' : '2147483647')) return mark.int32;
  return isAtMost(digits, negative ? '9223372036854775808' : '9223372036854775807') ? mark.int64 : mark.wide;
}

/** Compares digits without leading zeros. */
function isAtMost(digits: string, limit: string): boolean {
  return digits.length < limit.length || (digits.length === limit.length && digits <= limit);
}

function isZero(digits: string): boolean {
  for (const digit of digits) if (digit !== '0') return false;
  return true;
}

function marksOf(text: string): number {
  if (BOOLEAN.test(text)) return mark.boolean;
  if (SPECIAL.test(text)) return mark.double;
  if (EXPONENT.test(text)) return /[0-9][eE]/.test(text) && survivesAsDouble(text) ? mark.double : mark.text;
  if (readIsoDate(text) !== undefined) return mark.date;
  if (readIsoTime(text) !== undefined) return mark.time;
  if (UUID.test(text)) return mark.uuid;
  return datetimeMarks(text) ?? mark.text;
}

function datetimeMarks(text: string): number | undefined {
  const [, date, separator, clock, offset] = DATETIME.exec(text) ?? [];
  if (date === undefined || clock === undefined) return undefined;
  if (readIsoDate(date) === undefined || readIsoTime(clock) === undefined) return undefined;
  if (offset === undefined) return separator === 'T' ? mark.local : mark.local | mark.loose;
  if (readOffset(offset) === undefined) return undefined;
  const strict = separator === 'T' && (offset === 'Z' || offset.length === 6);
  return strict ? mark.zoned : mark.zoned | mark.loose;
}

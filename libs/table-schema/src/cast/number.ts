import type { Cast } from '../cell-value.ts';
import type { FieldOf } from '../schema/field.ts';
import { compileNumeral, leadingZeros, type Numeral, printNumeral, trimSpaces } from './numeral.ts';

const SPECIAL: Record<string, number> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

/** Exact decimals where the field has a precision, else doubles. */
export function compileNumber(field: FieldOf<'number'>): Cast {
  const { precision, scale = 0 } = field;
  return precision === undefined ? compileDouble(field) : compileDecimal(field, precision, scale);
}

/** The nearest double; NaN and infinities too, by their names in either case. */
function compileDouble(field: FieldOf<'number'>): Cast {
  const read = compileNumeral(field);
  const bad = { expected: 'a number' };
  const outside = { expected: 'a number within the range of a double' };
  return (text) => {
    const numeral = read(text);
    if (!numeral) {
      const special = text.length > 64 ? undefined : SPECIAL[trimSpaces(text).toLowerCase()];
      return special === undefined ? bad : { value: special };
    }
    const value = Number(printNumeral(numeral));
    return Number.isFinite(value) ? { value } : outside;
  };
}

function compileDecimal(field: FieldOf<'number'>, precision: number, scale: number): Cast {
  const read = compileNumeral(field);
  const bad = { expected: 'a decimal number' };
  const outside = {
    expected: `a decimal number of at most ${precision} digits, ${scale} of them after the point`,
  };
  return (text) => {
    const numeral = read(text);
    if (!numeral) return bad;
    const value = unscaledOf(numeral, precision, scale);
    return value === undefined ? outside : { value };
  };
}

/** The number times 10^scale, if that is an integer of at most `precision` digits. */
function unscaledOf(numeral: Numeral, precision: number, scale: number): bigint | undefined {
  const all = numeral.digits + numeral.fraction;
  let end = all.length;
  while (end > 0 && all[end - 1] === '0') end--;
  const digits = all.slice(leadingZeros(all), end);
  if (digits === '') return 0n;
  const zeros = numeral.exponent + scale - numeral.fraction.length + (all.length - end);
  if (zeros < 0 || digits.length + zeros > precision) return undefined;
  const value = BigInt(digits) * 10n ** BigInt(zeros);
  return numeral.negative ? -value : value;
}

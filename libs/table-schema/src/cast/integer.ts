import type { BadCell, Cast } from '../cell-value.ts';
import type { FieldOf } from '../schema/field.ts';
import { compileNumeral, leadingZeros } from './numeral.ts';

const LONGEST = 19;

/** Digits with a sign or without; leading zeros do not count. */
export function compileInteger(field: FieldOf<'integer'>): Cast {
  const read = compileNumeral({
    groupChar: field.groupChar,
    bareNumber: field.bareNumber,
    decimalChar: null,
  });
  const { bits = 64 } = field;
  const limit = 1n << BigInt(bits - 1);
  const bad: BadCell = { expected: 'an integer' };
  const outside: BadCell = { expected: `an integer from ${-limit} to ${limit - 1n}` };
  return (text) => {
    const numeral = read(text);
    if (!numeral) return bad;
    const digits = numeral.digits.slice(leadingZeros(numeral.digits));
    if (digits.length > LONGEST) return outside;
    const value = numeral.negative ? -BigInt(digits) : BigInt(digits);
    return value >= -limit && value < limit ? { value } : outside;
  };
}

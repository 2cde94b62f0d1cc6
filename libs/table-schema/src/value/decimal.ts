import { compileNumeral, type Numeral } from '../cast/numeral.ts';

/** A decimal number, exact: `unscaled` times 10^-`scale`. 12.5 is `{ unscaled: 125n, scale: 1 }`. */
export interface Decimal {
  unscaled: bigint;
  scale: number;
}

/** Beyond the exponents of doubles nothing is expanded: a text of ten characters must not become a number of a billion. */
const FARTHEST_EXPONENT = 1100;
const readNumeral = compileNumeral({});

/** Reads a number as JSON and JavaScript write it; undefined if it is none, or its exponent is out of all range. */
export function readDecimal(text: string): Decimal | undefined {
  const numeral = readNumeral(text);
  return numeral && decimalOf(numeral);
}

export function decimalOf({ negative, digits, fraction, exponent }: Numeral): Decimal | undefined {
  if (Math.abs(exponent) > FARTHEST_EXPONENT) return undefined;
  const magnitude = BigInt(`${digits}${fraction}`);
  const unscaled = negative ? -magnitude : magnitude;
  const scale = fraction.length - exponent;
  return scale >= 0 ? { unscaled, scale } : { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 };
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  return compareBigints(rescale(a, scale), rescale(b, scale));
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { unscaled: rescale(a, scale) + rescale(b, scale), scale };
}

function rescale({ unscaled, scale }: Decimal, to: number): bigint {
  return to === scale ? unscaled : unscaled * 10n ** BigInt(to - scale);
}

export function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The least integer not less than the decimal times 10^`scale`. */
export function ceilAt(decimal: Decimal, scale: number): bigint {
  return -floorAt({ unscaled: -decimal.unscaled, scale: decimal.scale }, scale);
}

/** The greatest integer not greater than the decimal times 10^`scale`. */
export function floorAt(decimal: Decimal, scale: number): bigint {
  if (decimal.scale <= scale) return rescale(decimal, scale);
  const divisor = 10n ** BigInt(decimal.scale - scale);
  const quotient = decimal.unscaled / divisor;
  return decimal.unscaled < 0n && quotient * divisor !== decimal.unscaled ? quotient - 1n : quotient;
}

/** Without an exponent, and without zeros at the end of the fraction: `12.5`, `-0.05`, `1200`. */
export function printDecimal({ unscaled, scale }: Decimal): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  let end = digits.length;
  while (end > digits.length - scale && digits[end - 1] === '0') end--;
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale, end);
  return `${unscaled < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
}

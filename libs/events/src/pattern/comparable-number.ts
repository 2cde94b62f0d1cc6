/**
 * Numbers as event-ruler compares them (its `ComparableNumber`, since version 1.8): a JSON number takes part in
 * numeric comparison only if a 64-bit float holds it without loss, that is, if the shortest decimal that names the
 * float is the number itself. Others (`37.807807921694092`, `1e400`) compare by their text alone.
 */

interface Decimal {
  negative: boolean;
  /** Significant digits without leading or trailing zeros; empty for zero. */
  digits: string;
  /** Of ten, of the last digit. */
  exponent: number;
}

const numberForm = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The float that stands for a JSON number in comparisons, `undefined` if none does. -0 is 0. */
export function comparableNumber(lexeme: string): number | undefined {
  const float = Number(lexeme);
  if (!Number.isFinite(float)) return undefined;
  // Nearly all numbers are written as the float would be: no need to look at digits.
  if (String(float) === lexeme) return float;
  const given = decimalOf(lexeme);
  if (given === undefined) return undefined;
  // Java writes two digits at least, which shows in the smallest floats: 4.9e-324, where JavaScript has 5e-324.
  const names = Math.abs(float) < 1e-322 ? [String(float), float.toPrecision(2)] : [String(float)];
  if (!names.some((name) => isSame(given, decimalOf(name)))) return undefined;
  return given.digits === '' ? 0 : float;
}

function isSame(given: Decimal, held: Decimal | undefined): boolean {
  if (given.digits !== held?.digits) return false;
  return given.digits === '' || (given.negative === held.negative && given.exponent === held.exponent);
}

function decimalOf(text: string): Decimal | undefined {
  const form = numberForm.exec(text);
  if (form === null) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = form;
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  return {
    negative: sign === '-',
    digits,
    exponent: Number(power) - fraction.length + (all.length - digits.length),
  };
}

const NUMBER = /^-?([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/;

/**
 * Whether a number's text means just what the nearest double prints as, so that nothing is lost by storing the double.
 * All numbers of up to 15 significant digits do, and so does whatever a program has printed from a double.
 * @example `survivesAsDouble('0.30000000000000004')` is true, `survivesAsDouble('9007199254740993')` is false
 */
export function survivesAsDouble(text: string): boolean {
  const given = decimalOf(text);
  const printed = decimalOf(String(Number(text)));
  return printed !== undefined && given?.digits === printed.digits && given.exponent === printed.exponent;
}

/** A number as an integer without zeros at its ends, times a power of ten; zero is no digits and power 0. */
function decimalOf(text: string): { digits: string; exponent: number } | undefined {
  const parts = NUMBER.exec(text);
  if (!parts) return undefined;
  const fraction = parts[2] ?? '';
  const digits = `${parts[1]}${fraction}`;
  let start = 0;
  while (digits[start] === '0') start++;
  let end = digits.length;
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return { digits: '', exponent: 0 };
  const exponent = Number(parts[3] ?? 0) - fraction.length + digits.length - end;
  return { digits: digits.slice(start, end), exponent };
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { comparableNumber } from '../../src/pattern/comparable-number.ts';
import { NumberText, readEventText } from '../../src/pattern/event-text.ts';
import { JsonReader } from '../../src/pattern/json-reader.ts';

const double = fc.double({ noNaN: true, noDefaultInfinity: true });

it('reads event text as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, null, space);
      expect(readEventText(text)).toEqual(JSON.parse(text));
    }),
  );
});

it('reads strings however they are escaped', () => {
  const escaped = (text: string) =>
    Array.from(
      { length: text.length },
      (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join('');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readEventText(`"${escaped(text)}"`)).toBe(text);
      const reader = new JsonReader(JSON.stringify([text, { [text]: text }]));
      reader.next();
      reader.next();
      expect(reader.text).toBe(text);
      expect([reader.next(), reader.next()]).toEqual(['{', 'name']);
      expect(reader.text).toBe(text);
      reader.next();
      expect(reader.text).toBe(text);
      expect([reader.next(), reader.next(), reader.next()]).toEqual(['}', ']', 'end']);
    }),
  );
});

it('takes and refuses the text that JSON.parse does', () => {
  // Valid text with one character put in, taken out or changed.
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 2 }),
      fc.nat(),
      fc.nat(2),
      fc.constantFrom(...'{}[],:"\\0e-.tn \n'),
      (value, at, how, char) => {
        const text = JSON.stringify(value);
        const index = at % text.length;
        const edited =
          text.slice(0, index) + (how === 0 ? '' : char) + text.slice(how === 2 ? index : index + 1);
        const accepts = (read: (text: string) => unknown) => {
          try {
            read(edited);
            return true;
          } catch {
            return false;
          }
        };
        const expected = accepts(JSON.parse);
        expect(accepts(readEventText)).toBe(expected);
        expect(
          accepts((one) => {
            const reader = new JsonReader(one);
            let tokens = 0;
            while (reader.next() !== 'end') tokens++;
            if (tokens === 0) throw new Error('no value');
          }),
        ).toBe(expected);
      },
    ),
    { numRuns: 2000 },
  );
});

it('compares a float however it is written', () => {
  fc.assert(
    fc.property(double, fc.integer({ min: -30, max: 30 }), (value, shift) => {
      const zero = value === 0 ? 0 : value;
      expect(comparableNumber(String(value))).toBe(zero);
      expect(comparableNumber(value.toExponential())).toBe(zero);
      // The same number with the point elsewhere.
      const [mantissa = '', exponent = ''] = value.toExponential().split('e');
      const moved = `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}${'0'.repeat(Math.abs(shift))}e${exponent}`;
      expect(comparableNumber(moved)).toBe(zero);
    }),
  );
});

it('does not compare what a float would change', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }), (value) => {
      const text = value.toString();
      const held = comparableNumber(text);
      const shortest = BigInt(Number(text)) === value || Number(text).toString() === text;
      if (held === undefined) expect(readEventText(text)).toEqual(new NumberText(text));
      // Held: the shortest text of the float names the very number.
      else expect(shortest || BigInt(expand(String(held))) === value).toBe(true);
    }),
  );
});

/** `1.5e+21` written out. */
function expand(text: string): string {
  const [mantissa = '', exponent = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return whole + fraction.padEnd(Number(exponent), '0');
}

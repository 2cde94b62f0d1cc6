import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadSchema } from '../../src/errors.ts';
import { compileRegex } from '../../src/regex/compile-regex.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 200);

const atom = fc.constantFrom(
  'a',
  'b',
  'c',
  '🦆',
  '[ab]',
  '[^a]',
  '[a-c]',
  '[^🦆b]',
  '\\d',
  '\\.',
  '\\p{L}',
  '\\P{L}',
  '',
);
const quantifier = fc.constantFrom('?', '*', '+', '{2}', '{0,2}', '{1,}', '{1,3}', '*?', '+?', '??', '{0}');
/** Patterns that mean the same in JavaScript. */
const pattern = fc.letrec<{ choice: string; sequence: string; item: string }>((tie) => ({
  choice: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((items) => items.join('|')),
  sequence: fc.array(tie('item'), { maxLength: 4 }).map((items) => items.join('')),
  item: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc.constantFrom('^', '$'),
    fc.tuple(atom, quantifier).map(([item, sign]) => (item === '' ? '' : `${item}${sign}`)),
    tie('choice').map((inner) => `(?:${inner})`),
    fc.tuple(tie('choice'), quantifier).map(([inner, sign]) => `(${inner})${sign}`),
  ),
})).choice;
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', '1', '.', '🦆', '\ud83e'), { maxLength: 9 })
  .map((characters) => characters.join(''));

test('whole texts match as they do in JavaScript', () => {
  fc.assert(
    fc.property(pattern, fc.array(text, { maxLength: 12 }), (source, texts) => {
      const expected = new RegExp(`^(?:${source})$`, 'u');
      const matches = compileUnlessLarge(source);
      if (!matches) return;
      for (const one of texts) expect([one, matches(one)]).toEqual([one, expected.test(one)]);
    }),
    { numRuns },
  );
});

/** Repeats within repeats soon come to more states than are allowed. */
function compileUnlessLarge(source: string): ((text: string) => boolean) | undefined {
  try {
    return compileRegex(source);
  } catch (error) {
    if (error instanceof BadSchema && error.code === 'pattern-too-large') return undefined;
    throw error;
  }
}

test('classes hold what they do in JavaScript', () => {
  const member = fc.constantFrom(
    'a',
    'z',
    'é',
    '🦆',
    '0-9',
    'a-f',
    'À-ÿ',
    '\\d',
    '\\p{Lu}',
    '\\P{L}',
    '_',
    '&',
    '\\-',
    '\\]',
    '^a',
  );
  const members = fc.array(member, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
  const characters = fc.constantFrom(...'azéÀÿ🦆09A_&-]^[', '١', '\n', '\ud800');
  const classic = (class_: string) => class_.replaceAll('&', '\\&').replaceAll('\\d', '\\p{Nd}');
  fc.assert(
    fc.property(fc.boolean(), members, fc.option(members), characters, (negated, some, less, character) => {
      if (some.startsWith('^') || less?.startsWith('^')) return;
      const sign = negated ? '^' : '';
      const source = less === null ? `[${sign}${some}]` : `[${sign}${some}-[${less}]]`;
      const [a, b] = [classic(some), less === null ? '' : classic(less)];
      const expected = new RegExp(`^${b === '' ? `[${sign}${a}]` : `[[${sign}${a}]--[${b}]]`}$`, 'v');
      expect([source, compileRegex(source)(character)]).toEqual([source, expected.test(character)]);
    }),
    { numRuns },
  );
});

test('any text is a pattern or is refused with a place', () => {
  const sign = fc.constantFrom(
    ...'()[]{}|?*+^$.\\-,0123456789abdswpPickuxn<>=!:é🦆',
    'Is',
    '(?',
    '{1,',
    '\\p{L}',
    '[^',
  );
  const source = fc.oneof(
    fc.array(sign, { maxLength: 20 }).map((signs) => signs.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(source, fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), (pattern, texts) => {
      let matches: (text: string) => boolean;
      try {
        matches = compileRegex(pattern);
      } catch (error) {
        expect(error).toBeInstanceOf(BadSchema);
        return;
      }
      for (const one of texts) expect(matches(one)).toBe(matches(one));
    }),
    { numRuns },
  );
});

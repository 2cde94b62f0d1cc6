import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compilePattern, excludeEachOther, type InvalidPattern } from '../../src/pattern/index.ts';
import { naiveMatch } from './naive-twin.ts';

// Few names and few values, so that patterns and events meet often.
const name = fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c');
const word = fc.constantFrom('', 'a', 'ab', 'aba', 'AB', 'b', 'ß', 'SS', 'a*', '\\', 'äÄ', '"', '5');
const address = fc.constantFrom('10.0.0.1', '10.0.0.200', '10.1.0.1', '192.168.0.1', '2001::1', '2001::ff');
const number = fc.oneof(fc.integer({ min: -3, max: 6 }), fc.constantFrom(0.5, 1e-7, 5e9, 1e300, -1e21));
const scalar = fc.oneof(
  { weight: 4, arbitrary: word },
  { weight: 2, arbitrary: number },
  { weight: 1, arbitrary: address },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
);

const { event } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
  event: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
}));

const wildcard = fc
  .array(fc.constantFrom('a', 'b', '*', '\\*', '\\\\'), { maxLength: 4 })
  .map((parts) => parts.join(''))
  .filter((text) => !text.includes('**'));
const filled = word.filter((text) => text !== '');
const oneOrMore = (text: fc.Arbitrary<string>) =>
  fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 2 }));
const bounds = fc
  .tuple(number, number)
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

const expression = fc.oneof(
  word.map((text) => ({ prefix: text })),
  word.map((text) => ({ suffix: text })),
  word.map((text) => ({ exactly: text })),
  word.map((text) => ({ 'equals-ignore-case': text })),
  word.map((text) => ({ prefix: { 'equals-ignore-case': text } })),
  word.map((text) => ({ suffix: { 'equals-ignore-case': text } })),
  wildcard.map((text) => ({ wildcard: text })),
  fc.boolean().map((exists) => ({ exists })),
  fc.tuple(address, fc.integer({ min: 8, max: 31 })).map(([ip, mask]) => ({ cidr: `${ip}/${mask}` })),
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), number).map((numeric) => ({ numeric })),
  fc
    .tuple(fc.constantFrom('>', '>='), fc.constantFrom('<', '<='), bounds)
    .map(([low, high, [bottom, top]]) => ({ numeric: [low, bottom, high, top] })),
  fc
    .oneof(
      word,
      number,
      fc.array(word, { minLength: 1, maxLength: 2 }),
      fc.array(number, { minLength: 1, maxLength: 2 }),
      oneOrMore(filled).map((prefix) => ({ prefix })),
      oneOrMore(filled).map((suffix) => ({ suffix })),
      oneOrMore(word).map((text) => ({ 'equals-ignore-case': text })),
      oneOrMore(wildcard).map((text) => ({ wildcard: text })),
    )
    .map((operand) => ({ 'anything-but': operand })),
);

const list = fc.array(fc.oneof(scalar, expression), { minLength: 1, maxLength: 3 });
const { pattern } = fc.letrec((tie) => ({
  fields: fc.dictionary(name, fc.oneof({ depthSize: 'small' }, list, tie('fields') as fc.Arbitrary<object>), {
    minKeys: 1,
    maxKeys: 3,
  }),
  // $or comes last, or before a field, as names go.
  pattern: fc.oneof(
    { weight: 3, arbitrary: tie('fields') as fc.Arbitrary<object> },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          tie('fields') as fc.Arbitrary<object>,
          fc.array(tie('fields'), { minLength: 2, maxLength: 3 }),
          fc.boolean(),
        )
        .map(([fields, or, first]) => (first ? { $or: or, ...fields } : { ...fields, $or: or })),
    },
  ),
}));

function compile(one: object) {
  try {
    return compilePattern(one);
  } catch (error) {
    // Three wildcards in one list can be more than EventBridge takes; everything else here is valid.
    expect((error as InvalidPattern).reason).toContain('too complex');
    return undefined;
  }
}

it('matches as the naive twin does', () => {
  let matched = 0;
  fc.assert(
    fc.property(pattern as fc.Arbitrary<object>, event as fc.Arbitrary<object>, (one, given) => {
      const test = compile(one);
      if (test === undefined) return;
      const expected = naiveMatch(one, given);
      if (expected) matched++;
      expect(test(given)).toBe(expected);
      expect(test(JSON.stringify(given, null, 1))).toBe(expected);
    }),
    { numRuns: 6000 },
  );
  expect(matched).toBeGreaterThan(40);
});

it('matches as the naive twin does, where both are made for each other', () => {
  // One field, one list: all operators against all values.
  fc.assert(
    fc.property(list, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), (alternatives, value) => {
      const one = { a: alternatives };
      const test = compile(one);
      if (test !== undefined) expect(test({ a: value })).toBe(naiveMatch(one, { a: value }));
    }),
    { numRuns: 6000 },
  );
});

it('patterns that exclude each other match no event together', () => {
  let excluded = 0;
  // Two fields of one value each, or none: what is said of lists is not said here.
  const field = fc.constantFrom('a', 'b');
  const fields = fc.dictionary(field, list, { minKeys: 1 });
  const either = fc.tuple(fields, fields).map((branches) => ({ $or: branches }));
  const one = fc.oneof(
    { weight: 3, arbitrary: fields as fc.Arbitrary<object> },
    { weight: 1, arbitrary: either },
  );
  const events = fc.array(fc.dictionary(field, scalar), { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(one, one, events, (left, right, given) => {
      const [first, second] = [compile(left), compile(right)];
      if (!first || !second || !excludeEachOther(left, right, () => true)) return;
      excluded++;
      for (const event of [{}, ...given]) expect(first(event) && second(event)).toBe(false);
    }),
    { numRuns: 6000 },
  );
  expect(excluded).toBeGreaterThan(100);
});

it('holds fields to the same list elements as the naive twin does', () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const bit = fc.constantFrom(0, 1);
  const { element } = fc.letrec((tie) => ({
    element: fc.dictionary(
      key,
      fc.oneof(
        { depthSize: 'medium' },
        bit,
        fc.array(fc.oneof(tie('element'), tie('element'), bit, fc.array(tie('element'), { maxLength: 2 })), {
          maxLength: 3,
        }),
      ),
      { maxKeys: 3 },
    ),
  }));
  const wanted = fc.constantFrom(
    [1],
    [0],
    [0, 1],
    [{ exists: false }],
    [{ exists: false }, 1],
    [{ 'anything-but': 0 }],
  );
  const path = fc.array(key, { minLength: 1, maxLength: 3 }).map((steps) => steps.join('.'));
  const flat = fc.dictionary(path, wanted, { minKeys: 1, maxKeys: 4 });
  let matched = 0;
  fc.assert(
    fc.property(
      flat,
      fc.dictionary(key, fc.array(element as fc.Arbitrary<object>, { maxLength: 3 })),
      (one, given) => {
        const expected = naiveMatch(one, given);
        if (expected) matched++;
        expect(compilePattern(one)(given)).toBe(expected);
      },
    ),
    { numRuns: 6000 },
  );
  expect(matched).toBeGreaterThan(500);
});

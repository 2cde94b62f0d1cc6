import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadSchema } from '../../src/errors.ts';
import { compileExpectations } from '../../src/expectation/compile-expectations.ts';
import { type ExpectationsInput, expectationsSchema } from '../../src/expectation/expectations.ts';
import type { TableFacts } from '../../src/expectation/judge-expectations.ts';
import { tableSchema } from '../../src/index.ts';

const DAY = 86_400_000_000n;
const schema = tableSchema.parse({
  fields: [
    { name: 'id', type: 'integer' },
    { name: 'price', type: 'number', precision: 9, scale: 2 },
    { name: 'on', type: 'date' },
    { name: 'at', type: 'datetime' },
    { name: 'state', type: 'string' },
  ],
});
const facts: TableFacts = {
  rows: 100,
  columns: new Map([
    ['id', { values: 100, nulls: 0, sum: '5050' }],
    ['price', { values: 90, nulls: 10, sum: '1234.56' }],
    ['on', { values: 100, nulls: 0, greatest: 19_999n }],
    ['at', { values: 100, nulls: 0, greatest: 20_000n * DAY - 1n }],
    ['state', { values: 80, nulls: 20, allowed: 76 }],
  ]),
  now: 20_001n * DAY,
  arrival: 20_000n * DAY,
  trailer: ['T', '100', '1234.560', 'x'],
};

const judge = (expectations: ExpectationsInput, some: Partial<TableFacts> = {}) =>
  compileExpectations(expectationsSchema.parse(expectations), schema)
    .judge({ ...facts, ...some })
    .map(({ type, fieldName, note }) => [type, ...(fieldName ? [fieldName] : []), note].join(': '));

const held: readonly ExpectationsInput[] = [
  {},
  { rowCount: { minimum: 100, maximum: 100 } },
  { freshness: { maxAge: 'P1D' } },
  { freshness: { maxAge: 'PT24H', of: { maximumOf: 'on' } } },
  { freshness: { maxAge: 'P1DT0.000001S', of: { maximumOf: 'at' } } },
  { nullRatio: { price: { maximum: 0.1 }, id: { maximum: 0 } } },
  { allowedValues: { state: { values: ['a', 'b'], minimumRatio: 0.95 } } },
  { controlTotals: [{ of: 'rows', equals: 100 }] },
  { controlTotals: [{ of: 'rows', equals: { trailer: 2 } }] },
  { controlTotals: [{ of: { sum: 'price' }, equals: { trailer: 3 } }] },
  { controlTotals: [{ of: { sum: 'price' }, equals: '1234.5600' }] },
  { controlTotals: [{ of: { sum: 'price' }, equals: 1234.5, tolerance: 0.06 }] },
];
test.each(held)('%j holds', (expectations) => {
  expect(judge(expectations)).toEqual([]);
});

const broken: readonly (readonly [ExpectationsInput, string[]])[] = [
  [{ rowCount: { minimum: 101 } }, ['row-count: expected at least 101 rows; got 100']],
  [{ rowCount: { maximum: 99 } }, ['row-count: expected at most 99 rows; got 100']],
  [
    { freshness: { maxAge: 'PT23H59M59.9S' } },
    ['freshness: expected an arrival at most PT23H59M59.9S ago; got 2024-10-04 UTC'],
  ],
  [
    { freshness: { maxAge: 'PT23H', of: { maximumOf: 'on' } } },
    ['freshness: on: expected a value at most PT23H old; got 2024-10-03'],
  ],
  [
    { freshness: { maxAge: 'P1D', of: { maximumOf: 'at' } } },
    ['freshness: at: expected a value at most P1D old; got 2024-10-03T23:59:59.999999'],
  ],
  [
    { nullRatio: { price: { maximum: 0.0999 } } },
    ['null-ratio: price: expected at most 9.99 % missing; got 10 of 100 (10 %)'],
  ],
  [
    { allowedValues: { state: { values: ['a'] } } },
    ['allowed-values: state: expected at least 100 % among the values listed; got 76 of 80 (95 %)'],
  ],
  [{ controlTotals: [{ of: 'rows', equals: 101 }] }, ['control-total: expected 101 rows; got 100']],
  [
    { controlTotals: [{ of: { sum: 'price' }, equals: '1234.57' }] },
    ['control-total: price: expected 1234.57 as the sum of price; got 1234.56'],
  ],
  [
    { controlTotals: [{ of: 'rows', equals: { trailer: 4 } }] },
    ['control-total: expected a number in the trailer row; got "x"'],
  ],
  [
    { controlTotals: [{ of: 'rows', equals: { trailer: 9 } }] },
    ['control-total: expected a trailer row that states the total; got none'],
  ],
];
test.each(broken)('%j does not hold', (expectations, failures) => {
  expect(judge(expectations)).toEqual(failures);
});

test('a column that is not there is missing as a whole', () => {
  const none = { columns: new Map() };
  expect(judge({ nullRatio: { price: { maximum: 0.5 } } }, none)).toHaveLength(1);
  expect(judge({ allowedValues: { state: { values: ['a'] } } }, none)).toEqual([]);
  expect(judge({ freshness: { maxAge: 'P1D', of: { maximumOf: 'on' } } }, none)).toEqual([
    'freshness: on: expected a value at most P1D old; got none',
  ]);
  expect(judge({ nullRatio: { price: { maximum: 0.5 } } }, { ...none, rows: 0 })).toEqual([]);
});

test('values listed are compared as values', () => {
  const { allowed } = compileExpectations(
    expectationsSchema.parse({ allowedValues: { price: { values: ['1.50', 2] } } }),
    schema,
  );
  const isAllowed = allowed.get('price')!;
  expect([150n, 200n, 201n].map(isAllowed)).toEqual([true, true, false]);
});

test('labels are held to their rules', () => {
  const rules = { labels: { pattern: '[a-z_]+', maxLength: 5, noOuterSpace: true } };
  const plan = compileExpectations(expectationsSchema.parse(rules), schema);
  expect(plan.judgeLabels(['id', 'Price', 'a_long_label', 'on '])).toEqual([
    { type: 'label-rule', fieldNumber: 2, label: 'Price', note: 'expected a label that matches [a-z_]+' },
    { type: 'label-rule', fieldNumber: 3, label: 'a_long_label', note: 'expected at most 5 characters' },
    { type: 'label-rule', fieldNumber: 4, label: 'on ', note: 'expected a label that matches [a-z_]+' },
    { type: 'label-rule', fieldNumber: 4, label: 'on ', note: 'expected no white space around it' },
  ]);
});

const refused: readonly (readonly [ExpectationsInput, string, string])[] = [
  [{ nullRatio: { gone: { maximum: 0 } } }, 'bad-expectation', '/nullRatio/gone'],
  [{ allowedValues: { 'a/b': { values: [1] } } }, 'bad-expectation', '/allowedValues/a~1b'],
  [{ allowedValues: { id: { values: [1, 'x'] } } }, 'bad-value', '/allowedValues/id/values/1'],
  [{ freshness: { maxAge: 'P1D', of: { maximumOf: 'id' } } }, 'bad-expectation', '/freshness/of/maximumOf'],
  [{ controlTotals: [{ of: { sum: 'state' }, equals: 1 }] }, 'bad-expectation', '/controlTotals/0/of/sum'],
  [{ controlTotals: [{ of: 'rows', equals: 'many' }] }, 'bad-expectation', '/controlTotals/0/equals'],
  [{ labels: { pattern: '(' } }, 'bad-pattern', '/labels/pattern'],
];
test.each(refused)('%j is refused', (expectations, code, pointer) => {
  let error: unknown;
  try {
    compileExpectations(expectationsSchema.parse(expectations), schema, '/expectations');
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(BadSchema);
  expect((error as BadSchema).fault).toMatchObject({ code, where: { pointer: `/expectations${pointer}` } });
});

test('a name that several fields have is refused', () => {
  const twice = tableSchema.parse({ fields: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] });
  const compile = (name: string) =>
    compileExpectations(expectationsSchema.parse({ nullRatio: { [name]: { maximum: 0 } } }), twice);
  expect(() => compile('b')).not.toThrow();
  expect(() => compile('a')).toThrow(expect.objectContaining({ code: 'bad-expectation' }));
});

test.each([
  { rowCount: { minimum: 2, maximum: 1 } },
  { rowCount: { minimum: -1 } },
  { freshness: { maxAge: 'P1M' } },
  { freshness: { maxAge: 'P' } },
  { nullRatio: { id: { maximum: 1.5 } } },
  { rows: 5 },
])('%j is none', (expectations) => {
  expect(expectationsSchema.safeParse(expectations).success).toBe(false);
});

test('any expectations are judged or refused', () => {
  const names = fc.constantFrom('id', 'price', 'on', 'at', 'state', 'gone');
  const expectations = fc.record(
    {
      rowCount: fc.record({ minimum: fc.nat(200), maximum: fc.nat(200) }, { requiredKeys: [] }),
      freshness: fc.record({
        maxAge: fc.constantFrom('P1D', 'PT0S', 'P1Y'),
        of: fc.oneof(
          fc.constant('arrival'),
          names.map((maximumOf) => ({ maximumOf })),
        ),
      }),
      nullRatio: fc.dictionary(names, fc.record({ maximum: fc.double({ min: 0, max: 1, noNaN: true }) })),
      allowedValues: fc.dictionary(names, fc.record({ values: fc.array(fc.jsonValue(), { minLength: 1 }) })),
      controlTotals: fc.array(
        fc.record({
          of: fc.oneof(
            fc.constant('rows'),
            names.map((sum) => ({ sum })),
          ),
          equals: fc.oneof(fc.double({ noNaN: true }), fc.string(), fc.record({ trailer: fc.nat(5) })),
        }),
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(expectations, (given) => {
      const parsed = expectationsSchema.safeParse(given);
      if (!parsed.success) return;
      try {
        compileExpectations(parsed.data, schema).judge(facts);
      } catch (error) {
        expect(error).toBeInstanceOf(BadSchema);
      }
    }),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 200) },
  );
});

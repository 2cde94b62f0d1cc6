import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoDate, isoTime, readIsoDate, readIsoTime } from '../../src/calendar.ts';
import { compileCast, type Field, fieldSchema } from '../../src/index.ts';
import { canonicalJson } from '../../src/value/canonical-json.ts';
import { ceilAt, compareDecimals, floorAt, printDecimal, readDecimal } from '../../src/value/decimal.ts';
import { compareDurations, readDuration } from '../../src/value/duration.ts';
import { compileOrder } from '../../src/value/order.ts';
import { compilePrint } from '../../src/value/print-value.ts';
import { compileValueKey } from '../../src/value/value-key.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 300);

const json: readonly (readonly [string, string])[] = [
  ['1.0', '1'],
  ['-0.0', '0'],
  ['120', '12e1'],
  ['1E+2', '1e2'],
  ['0.05', '5e-2'],
  ['9007199254740993', '9007199254740993'],
  ['1e99999999999999999999', '1e99999999999999999999'],
  ['"\\u0041\\/"', '"A/"'],
  [' [ ] ', '[]'],
  ['{ }', '{}'],
  ['[[],{},[1,[2]],"]"]', '[[],{},[1,[2]],"]"]'],
  ['{"b":1,"a":{"d":[true,null],"c":"x,}"}}', '{"a":{"c":"x,}","d":[true,null]},"b":1}'],
  ['{"a":1,"a":2}', '{"a":2}'],
  ['{"a\\"b":1}', '{"a\\"b":1}'],
  ['[1,\n\t2 ]', '[1,2]'],
];
test.each(json)('canonical JSON of %s', (text, expected) => {
  expect(canonicalJson(text)).toBe(expected);
});

test('canonical JSON means the same, is its own, and is equal for equal values', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.nat(2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      const canonical = canonicalJson(text);
      expect(JSON.parse(canonical)).toEqual(withoutNegativeZero(JSON.parse(text)));
      expect(canonicalJson(canonical)).toBe(canonical);
      const turned = (one: unknown): unknown => {
        if (Array.isArray(one)) return one.map(turned);
        if (typeof one !== 'object' || one === null) return one;
        return Object.fromEntries(
          Object.entries(one)
            .reverse()
            .map(([name, inner]) => [name, turned(inner)]),
        );
      };
      if (!text.includes('__proto__')) expect(canonicalJson(JSON.stringify(turned(value)))).toBe(canonical);
    }),
    { numRuns },
  );
});

test('canonical JSON of a hundred thousand levels', () => {
  const depth = 100_000;
  expect(canonicalJson('['.repeat(depth) + ']'.repeat(depth)).length).toBe(2 * depth);
  expect(canonicalJson(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`).length).toBe(6 * depth + 1);
});

test('decimals round down and up to a scale, and print as they are', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
      fc.nat(8),
      fc.nat(8),
      (unscaled, scale, to) => {
        const decimal = { unscaled, scale };
        const low = floorAt(decimal, to);
        const high = ceilAt(decimal, to);
        expect(compareDecimals({ unscaled: low, scale: to }, decimal)).toBeLessThanOrEqual(0);
        expect(compareDecimals({ unscaled: high, scale: to }, decimal)).toBeGreaterThanOrEqual(0);
        expect(high - low <= 1n).toBe(true);
        expect(compareDecimals(readDecimal(printDecimal(decimal))!, decimal)).toBe(0);
        expect(printDecimal(decimal)).toMatch(/^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/);
      },
    ),
    { numRuns },
  );
  expect(readDecimal('1e5000')).toBeUndefined();
  expect(readDecimal('x')).toBeUndefined();
});

// The table of XML Schema 1.1, section 3.3.6.2, and signs.
const durations: readonly (readonly [string, string, number | undefined])[] = [
  ['P1Y', 'P364D', 1],
  ['P1Y', 'P365D', undefined],
  ['P1Y', 'P366D', undefined],
  ['P1Y', 'P367D', -1],
  ['P1M', 'P27D', 1],
  ['P1M', 'P28D', undefined],
  ['P1M', 'P31D', undefined],
  ['P1M', 'P32D', -1],
  ['P5M', 'P149D', 1],
  ['P5M', 'P150D', undefined],
  ['P5M', 'P153D', undefined],
  ['P5M', 'P154D', -1],
  ['P12M', 'P1Y', 0],
  ['P1D', 'PT24H', 0],
  ['-P1D', 'PT0S', -1],
  ['-P1Y', '-P2Y', 1],
  ['PT1.5S', 'PT1.50S', 0],
  ['P9999999999999999999999Y', 'P1Y', 1],
  ['-P4000Y', 'P1Y', -1],
];
test.each(durations)('%s and %s', (a, b, sign) => {
  expect(compareDurations(readDuration(a), readDuration(b))).toBe(sign);
  expect(compareDurations(readDuration(b), readDuration(a))).toBe(sign && -sign);
});

test('days and times print as they are read', () => {
  for (let days = -719_162; days <= 2_932_896; days += 211) expect(readIsoDate(isoDate(days))).toBe(days);
  for (const days of [-719_162, 2_932_896]) expect(readIsoDate(isoDate(days))).toBe(days);
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 86_399_999_999n }), (micros) => {
      expect(readIsoTime(isoTime(micros))).toBe(micros);
    }),
  );
});

const printed: readonly (readonly [Record<string, unknown>, string, string])[] = [
  [{ type: 'number', precision: 8, scale: 3 }, '-12.500', '-12.5'],
  [{ type: 'number' }, '1.50', '1.5'],
  [{ type: 'number' }, '-inf', '-INF'],
  [{ type: 'integer' }, '+007', '7'],
  [{ type: 'date', format: '%d/%m/%Y' }, '26/01/2024', '2024-01-26'],
  [{ type: 'datetime' }, '2024-01-26T15:00:00.5', '2024-01-26T15:00:00.5'],
  [{ type: 'datetime', timezone: 'utc' }, '1969-12-31T23:00:00-02:00', '1970-01-01T01:00:00Z'],
  [{ type: 'datetime', timezone: 'local' }, '0001-01-01T00:00:00', '0001-01-01T00:00:00'],
  [{ type: 'time' }, '15:00:00', '15:00:00'],
  [{ type: 'year' }, '0033', '0033'],
  [
    { type: 'string', format: 'uuid' },
    '123E4567-e89b-12d3-a456-426614174000',
    '123e4567-e89b-12d3-a456-426614174000',
  ],
  [{ type: 'string', format: 'binary' }, 'YWJj', 'YWJj'],
  [{ type: 'boolean' }, '1', 'true'],
  [{ type: 'duration' }, 'P1Y', 'P1Y'],
];
test.each(printed)('%j prints %s as %s', (descriptor, text, expected) => {
  const field = fieldSchema.parse({ name: 'x', ...descriptor });
  const result = compileCast(field)(text);
  expect('value' in result && compilePrint(field)(result.value)).toBe(expected);
});

const key = (descriptor: Record<string, unknown>, text: string) => {
  const field = fieldSchema.parse({ name: 'x', ...descriptor });
  const result = compileCast(field)(text);
  if (!('value' in result)) throw new Error(text);
  return compileValueKey(field)(result.value);
};
const decimal = { type: 'number', precision: 10, scale: 2 };
const same: readonly (readonly [
  Record<string, unknown>,
  string,
  Record<string, unknown>,
  string,
  boolean,
])[] = [
  [decimal, '12.50', { type: 'number' }, '12.5', true],
  [decimal, '12', { type: 'integer' }, '12', true],
  [decimal, '12', { type: 'number', precision: 5, scale: 0 }, '12', true],
  [decimal, '1200', { type: 'integer' }, '12', false],
  [{ type: 'number' }, '0', { type: 'number' }, '-0', true],
  [{ type: 'number' }, 'NaN', { type: 'number' }, 'nan', true],
  [{ type: 'number' }, 'INF', { type: 'number' }, '-INF', false],
  [{ type: 'year' }, '2024', { type: 'integer' }, '2024', true],
  [{ type: 'string' }, '1', { type: 'integer' }, '1', false],
  [{ type: 'string' }, '1', {}, '1', true],
  [{ type: 'duration' }, 'P1Y', { type: 'duration' }, 'P12M', true],
  [{ type: 'duration' }, 'P30D', { type: 'duration' }, 'P1M', false],
  [{ type: 'date' }, '1970-01-02', { type: 'integer' }, '1', false],
];
test.each(same)('%j %s and %j %s: one value is %s', (a, x, b, y, expected) => {
  expect(key(a, x) === key(b, y)).toBe(expected);
});

test('strings are in the order of their UTF-8 bytes', () => {
  const compare = compileOrder({ name: 'x', type: 'string' } as Field)!;
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compare(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    {
      numRuns,
      examples: [
        ['\uffff', '🦆'],
        ['a🦆', 'a\ue000'],
      ],
    },
  );
  expect(compileOrder({ name: 'x', type: 'boolean' } as Field)).toBeUndefined();
});

function withoutNegativeZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

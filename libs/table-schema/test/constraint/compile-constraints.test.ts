import { expect, test } from 'vitest';
import { compileConstraints } from '../../src/constraint/compile-constraints.ts';
import { BadSchema } from '../../src/errors.ts';
import { fieldSchema } from '../../src/index.ts';
import { violations } from './violations.ts';

type Row = readonly [
  type: Record<string, unknown>,
  constraints: Record<string, unknown>,
  good: (string | null)[],
  bad: string[],
];
const integer = { type: 'integer' };
const cents = { type: 'number', precision: 5, scale: 2 };
const number = { type: 'number' };
const string = { type: 'string' };

const bounds: readonly Row[] = [
  [integer, { minimum: 2 }, ['2', '3', null], ['1', '-5']],
  [integer, { minimum: '2' }, ['2'], ['1']],
  [integer, { maximum: 2 }, ['2', '-1'], ['3']],
  [integer, { exclusiveMinimum: 2 }, ['3'], ['2']],
  [integer, { exclusiveMaximum: 2 }, ['1'], ['2']],
  [integer, { minimum: 2, maximum: 2 }, ['2'], ['1', '3']],
  [integer, { maximum: '9223372036854775806' }, ['9223372036854775806'], ['9223372036854775807']],
  [integer, { maximum: '99999999999999999999' }, ['9223372036854775807'], []],
  [integer, { minimum: 5.0 }, ['5'], ['4']],
  [{ type: 'integer', groupChar: ',' }, { minimum: '1,000' }, ['1,000', '1001'], ['999']],
  [{ type: 'integer', bareNumber: false }, { minimum: '€ 10' }, ['€ 10', '11'], ['9 %']],
  [cents, { minimum: '12.50' }, ['12.5', '12.51'], ['12.49']],
  [cents, { minimum: 0.1 }, ['0.1'], ['0.09']],
  [cents, { minimum: '12.505' }, ['12.51'], ['12.50']],
  [cents, { maximum: '12.505' }, ['12.5'], ['12.51']],
  [cents, { exclusiveMaximum: '12.505' }, ['12.5'], ['12.51']],
  [cents, { exclusiveMinimum: '-0.005' }, ['0', '1'], ['-0.01']],
  [cents, { maximum: '-0.005' }, ['-0.01'], ['0']],
  [cents, { exclusiveMinimum: '12.5' }, ['12.51'], ['12.50']],
  [cents, { maximum: 1e3 }, ['999.99'], []],
  [number, { minimum: 0.1 }, ['0.1', '0.10', 'INF'], ['0.09', 'NaN', '-INF']],
  [number, { exclusiveMaximum: 'INF' }, ['1e308', '-INF'], ['INF', 'NaN']],
  [number, { exclusiveMinimum: 1 }, ['1.0000000001'], ['1']],
  [{ type: 'number', decimalChar: ',' }, { minimum: '1,5' }, ['1,5'], ['1,4']],
  [{ type: 'number', decimalChar: ',' }, { minimum: 1.5 }, ['1,5'], ['1,4']],
  [{ type: 'date' }, { minimum: '2024-01-26' }, ['2024-01-26', '2025-01-01'], ['2024-01-25']],
  [{ type: 'date' }, { exclusiveMaximum: '2024-03-01' }, ['2024-02-29'], ['2024-03-01']],
  [{ type: 'date', format: '%d/%m/%Y' }, { minimum: '26/01/2024' }, ['27/01/2024'], ['25/12/2023']],
  [
    { type: 'time' },
    { minimum: '08:00:00', maximum: '17:00:00' },
    ['08:00:00', '17:00:00'],
    ['07:59:59.999', '17:00:00.000001'],
  ],
  [
    { type: 'datetime' },
    { minimum: '2024-01-26T15:00:00Z' },
    ['2024-01-26T16:00:00+01:00'],
    ['2024-01-26T15:59:59+01:00'],
  ],
  [
    { type: 'datetime' },
    { exclusiveMinimum: '2024-01-26T15:00:00' },
    ['2024-01-26T15:00:00.000001'],
    ['2024-01-26T15:00:00'],
  ],
  [{ type: 'year' }, { minimum: 2000, maximum: '2010' }, ['2000', '2010'], ['1999', '2011']],
  [
    { type: 'yearmonth' },
    { minimum: '2024-02', exclusiveMaximum: '2024-12' },
    ['2024-02', '2024-11'],
    ['2024-01', '2024-12'],
  ],
  [
    { type: 'duration' },
    { minimum: 'P1M' },
    ['P1M', 'P31D', 'P1Y', 'P0Y1M'],
    ['P30D', 'P27D', 'P0D', '-P1Y', 'P28DT1H'],
  ],
  [
    { type: 'duration' },
    { maximum: 'PT36H' },
    ['P1DT12H', 'PT0S', 'PT129600.000S'],
    ['P1DT12H0.0001S', 'P1M'],
  ],
  [{ type: 'duration' }, { exclusiveMinimum: 'P1Y' }, ['P12M1D'], ['P12M', 'P365D', 'P366D']],
];
test.each(bounds)('%j %j', (type, constraints, good, bad) => {
  for (const text of good) expect([text, violations({ ...type, constraints }, text)]).toEqual([text, []]);
  for (const text of bad) {
    const found = violations({ ...type, constraints }, text);
    expect([text, found.length > 0 && found.every((name) => name in constraints)]).toEqual([text, true]);
  }
});

const others: readonly Row[] = [
  [string, { required: true }, ['a'], []],
  [string, { minLength: 2, maxLength: 3 }, ['ab', '🦆🦆🦆', 'e\u0301a', '\ud800a'], ['🦆', 'abcd', '']],
  [{ type: 'string', format: 'uuid' }, { minLength: 36 }, ['123e4567-e89b-12d3-a456-426614174000'], []],
  [{ type: 'string', format: 'binary' }, { maxLength: 4 }, ['YWJj'], ['YWJjZA==']],
  [{ type: 'array' }, { minLength: 1, maxLength: 2 }, ['[1]', '[[1,2,3],2]'], ['[]', '[1,2,3]']],
  [{ type: 'object' }, { maxLength: 1 }, ['{}', '{"a":{"b":1,"c":2}}'], ['{"a":1,"b":2}']],
  [{ type: 'list' }, { minLength: 2 }, ['a,b'], ['a', '']],
  [
    { type: 'geojson' },
    { minLength: 3 },
    ['{"type":"Point","coordinates":[0,0],"bbox":[0,0,0,0]}'],
    ['{"type":"Point","coordinates":[0,0]}'],
  ],
  [string, { pattern: '[A-Z]{3}' }, ['ABC'], ['AB', 'ABCD', 'xABC']],
  [string, { pattern: '^a|b$' }, ['a', 'b'], ['ab']],
  [string, { enum: ['a', 'b', null] }, ['a', 'b', null], ['A', 'c']],
  [integer, { enum: ['1', 2, 30] }, ['1', '2', '+2', '030'], ['3']],
  [cents, { enum: [1.5, '2.50'] }, ['1.50', '2.5'], ['2']],
  [number, { enum: ['NaN', 0, 1e21] }, ['nan', '-0', '1e21', '1000000000000000000000'], ['1']],
  [
    { type: 'boolean', trueValues: ['yes', 'y'], falseValues: ['no'] },
    { enum: [true] },
    ['yes', 'y'],
    ['no'],
  ],
  [{ type: 'date' }, { enum: ['2024-01-26'] }, ['2024-01-26'], ['2024-01-27']],
  [{ type: 'year' }, { enum: [33, '2024'] }, ['0033', '2024'], ['2023']],
  [{ type: 'duration' }, { enum: ['P1Y'] }, ['P12M', 'P1Y', 'P0Y12M0DT0S'], ['P365D']],
  [
    { type: 'object' },
    { enum: [{ b: [1, 2], a: null }] },
    ['{"a":null,"b":[1.0,2e0]}'],
    ['{"a":null,"b":[2,1]}'],
  ],
  [{ type: 'array' }, { enum: ['[1, 2]', [3]] }, ['[1,2]', '[3]'], ['[2,1]']],
  [{ type: 'list', itemType: 'integer' }, { enum: [[1, 2]] }, ['1,2', '01,2'], ['1']],
  [{ type: 'geopoint' }, { enum: ['90.5, 45.50', [1, 2]] }, ['90.50,45.5', '1,2'], ['45.5,45.5']],
  [
    { type: 'string', format: 'uuid' },
    { enum: ['123E4567-e89b-12d3-a456-426614174000'] },
    ['123e4567-E89B-12d3-a456-426614174000'],
    [],
  ],
  [{}, { enum: [1, true, 'a'] }, ['1', 'true', 'a'], ['2']],
  [
    { type: 'string', categories: ['apple', { value: 'pear', label: 'Pear' }] },
    {},
    ['apple', 'pear', null],
    [],
  ],
  [{ type: 'integer', categories: [{ value: 0, label: 'no' }, { value: 1 }] }, { enum: [1] }, ['1'], ['0']],
];
test.each(others)('%j %j', (type, constraints, good, bad) => {
  for (const text of good) expect([text, violations({ ...type, constraints }, text)]).toEqual([text, []]);
  for (const text of bad) {
    const found = violations({ ...type, constraints }, text);
    expect([text, found.length > 0 && found.every((name) => name in constraints)]).toEqual([text, true]);
  }
});

test('a missing value breaks required and nothing else', () => {
  expect(
    violations({ type: 'string', constraints: { required: true, minLength: 3, enum: ['abc'] } }, null),
  ).toEqual(['required']);
  expect(violations({ type: 'string', constraints: { minLength: 3 } }, null)).toEqual([]);
});

test('all constraints that a value breaks are told', () => {
  const field = { type: 'string', constraints: { pattern: 'a|b', enum: ['a', 'b'], maxLength: 1 } };
  expect(violations(field, 'cc')).toEqual(['maxLength', 'pattern', 'enum']);
  expect(violations({ type: 'integer', constraints: { minimum: 3, exclusiveMinimum: 3 } }, '3')).toEqual([
    'exclusiveMinimum',
  ]);
  expect(violations({ type: 'string', categories: ['a'] }, 'b')).toEqual(['categories']);
});

type Refusal = readonly [descriptor: Record<string, unknown>, code: string, pointer: string];
const refusals: readonly Refusal[] = [
  [{ ...integer, constraints: { minimum: 'a' } }, 'bad-bound', '/constraints/minimum'],
  [{ ...integer, constraints: { maximum: 2.5 } }, 'bad-bound', '/constraints/maximum'],
  [{ ...integer, constraints: { maximum: '2.5' } }, 'bad-bound', '/constraints/maximum'],
  [{ ...cents, constraints: { maximum: '1e99999999' } }, 'bad-bound', '/constraints/maximum'],
  [{ ...number, constraints: { minimum: 'NaN' } }, 'bad-bound', '/constraints/minimum'],
  [{ type: 'date', constraints: { minimum: '2023-02-29' } }, 'bad-bound', '/constraints/minimum'],
  [{ type: 'date', constraints: { minimum: 4 } }, 'bad-bound', '/constraints/minimum'],
  [
    { type: 'datetime', timezone: 'local', constraints: { minimum: '2024-01-26T15:00:00Z' } },
    'bad-bound',
    '/constraints/minimum',
  ],
  [{ type: 'duration', constraints: { minimum: 'P' } }, 'bad-bound', '/constraints/minimum'],
  [{ type: 'yearmonth', constraints: { minimum: '2024-13' } }, 'bad-bound', '/constraints/minimum'],
  [{ ...integer, constraints: { minimum: 5, maximum: 4 } }, 'contradictory-bounds', '/constraints/maximum'],
  [
    { ...integer, constraints: { exclusiveMinimum: 4, exclusiveMaximum: 5 } },
    'contradictory-bounds',
    '/constraints/exclusiveMaximum',
  ],
  [{ ...integer, bits: 8, constraints: { minimum: 128 } }, 'contradictory-bounds', '/constraints/minimum'],
  [
    { ...integer, constraints: { maximum: '-99999999999999999999' } },
    'contradictory-bounds',
    '/constraints/maximum',
  ],
  [{ ...cents, constraints: { minimum: 1000 } }, 'contradictory-bounds', '/constraints/minimum'],
  [
    { ...cents, constraints: { minimum: '0.001', maximum: '0.009' } },
    'contradictory-bounds',
    '/constraints/maximum',
  ],
  [
    { ...number, constraints: { minimum: 1, exclusiveMaximum: 1 } },
    'contradictory-bounds',
    '/constraints/exclusiveMaximum',
  ],
  [
    { type: 'date', constraints: { minimum: '2024-01-02', maximum: '2024-01-01' } },
    'contradictory-bounds',
    '/constraints/maximum',
  ],
  [
    { type: 'yearmonth', constraints: { minimum: '2024-02', maximum: '2024-01' } },
    'contradictory-bounds',
    '/constraints/maximum',
  ],
  [
    { type: 'duration', constraints: { minimum: 'P2M', maximum: 'P1M' } },
    'contradictory-bounds',
    '/constraints/maximum',
  ],
  [
    { type: 'duration', constraints: { exclusiveMinimum: 'P1Y', maximum: 'P12M' } },
    'contradictory-bounds',
    '/constraints/maximum',
  ],
  [{ type: 'year', constraints: { maximum: 0 } }, 'contradictory-bounds', '/constraints/maximum'],
  [
    { ...string, constraints: { minLength: 3, maxLength: 2 } },
    'contradictory-lengths',
    '/constraints/maxLength',
  ],
  [{ ...string, constraints: { pattern: '(a' } }, 'bad-pattern', '/constraints/pattern'],
  [{ ...string, constraints: { pattern: '(?=a)' } }, 'unsupported-pattern', '/constraints/pattern'],
  [{ ...string, constraints: { pattern: 'a{9999}' } }, 'pattern-too-large', '/constraints/pattern'],
  [{ ...integer, constraints: { enum: [1, 'x'] } }, 'bad-value', '/constraints/enum/1'],
  [{ ...integer, constraints: { enum: [1.5] } }, 'bad-value', '/constraints/enum/0'],
  [{ ...string, constraints: { enum: [1] } }, 'bad-value', '/constraints/enum/0'],
  [{ type: 'boolean', constraints: { enum: [1] } }, 'bad-value', '/constraints/enum/0'],
  [{ ...cents, constraints: { enum: ['0.001'] } }, 'bad-value', '/constraints/enum/0'],
  [{ type: 'integer', categories: ['a'] }, 'bad-value', '/categories/0'],
  [
    { ...string, constraints: { enum: ['ab', 'cd'], maxLength: 1 } },
    'contradictory-values',
    '/constraints/enum',
  ],
  [
    { ...string, categories: ['a'], constraints: { enum: ['b'] } },
    'contradictory-values',
    '/constraints/enum',
  ],
  [
    { ...string, categories: ['a', 'b'], constraints: { enum: ['a', 'c'] } },
    'contradictory-values',
    '/constraints/enum',
  ],
  [
    { type: 'object', constraints: { jsonSchema: { type: 'thing' } } },
    'bad-json-schema',
    '/constraints/jsonSchema',
  ],
];
test.each(refusals)('%j is refused', (descriptor, code, pointer) => {
  let error: unknown;
  try {
    compileConstraints(fieldSchema.parse({ name: 'x', ...descriptor }), '/fields/3');
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(BadSchema);
  expect((error as BadSchema).code).toBe(code);
  expect((error as BadSchema).fault.where?.pointer).toBe(`/fields/3${pointer}`);
});

test('a message says what, expected, got and where', () => {
  const field = fieldSchema.parse({ name: 'x', type: 'integer', constraints: { minimum: 'many' } });
  expect(() => compileConstraints(field, '/fields/0')).toThrow(
    'Bound is no value of its field "x" of type integer; expected an integer; got "many" (pointer /fields/0/constraints/minimum)',
  );
});

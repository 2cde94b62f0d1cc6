import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CellValue, compileCast, type Field, fieldSchema, tableSchema } from '../../src/index.ts';
import { cell } from '../inference/cells.ts';
import { descriptorOf, fields } from './fields.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 1500);

const words = fc
  .array(
    fc.constantFrom(
      ...[
        '1',
        '0',
        '-',
        '+',
        '.',
        ',',
        ':',
        ' ',
        '\t',
        'T',
        'Z',
        'e',
        'P',
        'am',
        'Jan',
        'Monday',
        '%',
        '€',
        '(',
        ')',
      ],
      ...[
        '2024',
        '01',
        '26',
        '-05:00',
        '{',
        '}',
        '[',
        ']',
        '"a"',
        'true',
        '@',
        'x',
        '\0',
        '\ud800',
        '🦆',
        '\n',
      ],
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const texts = fc.oneof(cell, words, fc.string({ unit: 'binary' }), fc.json());

test('a cast gives a value of its type or says what it expected, whatever the text', () => {
  fc.assert(
    fc.property(fields, fc.array(texts, { maxLength: 8 }), (field, cells) => {
      const parsed = fieldSchema.safeParse(descriptorOf(field));
      if (!parsed.success) return;
      const cast = compileCast(parsed.data);
      for (const text of cells) {
        const result = cast(text);
        if ('value' in result) expect(isOfType(parsed.data, result.value)).toBe(true);
        else expect(result.expected).toMatch(/^[^\n]{5,}$/);
        expect(cast(text)).toEqual(result);
      }
    }),
    { numRuns },
  );
});

function isOfType(field: Field, value: CellValue): boolean {
  switch (field.type) {
    case 'integer':
      return isWithin(value, 2n ** BigInt((field.bits ?? 64) - 1));
    case 'year':
      return isWithin(value, 10_000n);
    case 'number':
      return field.precision === undefined
        ? typeof value === 'number'
        : isWithin(value, 10n ** BigInt(field.precision));
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return isWithin(value, 3_000_000n);
    case 'time':
      return isWithin(value, 86_400_000_000n) && (value as bigint) >= 0n;
    case 'datetime':
      return isWithin(value, 2n ** 63n);
    case 'object':
    case 'array':
    case 'list':
    case 'geopoint':
    case 'geojson':
      return typeof JSON.parse(value as string) === 'object';
    case 'string':
      if (field.format === 'uuid') return value instanceof Uint8Array && value.length === 16;
      return field.format === 'binary' ? value instanceof Uint8Array : typeof value === 'string';
    default:
      return typeof value === 'string';
  }
}

function isWithin(value: CellValue, limit: bigint): boolean {
  return typeof value === 'bigint' && value >= -limit && value < limit;
}

test('a long text takes no more than its share of time', () => {
  // A pattern that goes back and forth would not come back from these within the test's time.
  const size = 200_000;
  const long = [
    '1',
    '0',
    ' ',
    '\t',
    'a',
    'a.',
    '-',
    '.',
    ',',
    ':',
    '/',
    'é',
    '%20',
    '1,',
    '1 ',
    '[',
    'Jan ',
    '(',
    'P1',
  ].flatMap((piece) => {
    const run = piece.repeat(size / piece.length);
    return [run, `${run}!`, `1${run}`, `a@${run}`, `http:${run}^`, `2024-01-26${run}x`];
  });
  const descriptors = [
    ...[
      'any',
      'string',
      'integer',
      'number',
      'boolean',
      'date',
      'time',
      'datetime',
      'year',
      'yearmonth',
      'duration',
    ],
    ...['object', 'array', 'list', 'geopoint', 'geojson'],
  ].map((type): object => ({ type }));
  descriptors.push(
    ...['email', 'uri', 'uuid', 'binary'].map((format) => ({ type: 'string', format })),
    ...['date', 'time', 'datetime'].map((type) => ({ type, format: 'any' })),
    { type: 'time', timezone: 'utc' },
    { type: 'datetime', format: '%A %d %B %Y %I %M %S %f %p %z' },
    { type: 'datetime', format: '%Y%m%d%H%M%S%f' },
    { type: 'integer', groupChar: ',', bareNumber: false },
    { type: 'number', groupChar: ' ', bareNumber: false },
    { type: 'number', precision: 38, scale: 19, groupChar: ',' },
    { type: 'list', itemType: 'number' },
  );
  for (const descriptor of descriptors) {
    const cast = compileCast(fieldSchema.parse(descriptorOf(descriptor)));
    for (const text of long) cast(text);
  }
});

test('any JSON is a descriptor or has faults', () => {
  const property = fc.constantFrom(
    'fields',
    'missingValues',
    'primaryKey',
    'uniqueKeys',
    'foreignKeys',
    'fieldsMatch',
  );
  const descriptor = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(property, fc.jsonValue()),
    fc.record(
      { fields: fc.array(fields.map(descriptorOf), { maxLength: 3 }), primaryKey: fc.jsonValue() },
      { requiredKeys: ['fields'] },
    ),
  );
  fc.assert(
    fc.property(descriptor, (value) => {
      const result = tableSchema.safeParse(value);
      if (result.success)
        expect(tableSchema.parse(JSON.parse(JSON.stringify(result.data)))).toEqual(result.data);
    }),
    { numRuns: numRuns / 2 },
  );
});

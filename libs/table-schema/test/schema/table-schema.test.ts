import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type TableSchemaDescriptor, tableSchema } from '../../src/index.ts';

/** Pointer and message of every fault of a descriptor. */
function faultsOf(descriptor: unknown): string[] {
  const result = tableSchema.safeParse(descriptor);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `/${path.join('/')} ${message}`);
}

const withField = (field: object) => ({ fields: [{ name: 'x', ...field }] });

describe('a descriptor', () => {
  test('keeps what it says, fills in types and makes lists of keys', () => {
    const descriptor = {
      $schema: 'https://datapackage.org/profiles/2.0/tableschema.json',
      fields: [
        { name: 'id', type: 'integer', bits: 32, constraints: { required: true, minimum: 1, maximum: '9' } },
        { name: 'price', type: 'number', precision: 15, scale: 2, decimalChar: ',', groupChar: '.' },
        { name: 'note', title: 'A note', 'x-owner': { team: 'lake' } },
        { name: 'fruit', type: 'string', categories: ['apple', { value: 'pear', label: 'Pear' }] },
        { name: 'at', type: 'datetime', format: 'fmt:%d/%m/%Y %H:%M', missingValues: ['-'] },
      ],
      fieldsMatch: ['subset'],
      missingValues: ['', { value: '-99', label: 'refused' }],
      primaryKey: 'id',
      uniqueKeys: [['id', 'note']],
      foreignKeys: [
        { fields: 'fruit', reference: { resource: 'fruits', fields: 'code' } },
        { fields: ['note'], reference: { resource: '', fields: ['fruit'] } },
      ],
      custom: true,
    } satisfies TableSchemaDescriptor;
    const schema = tableSchema.parse(descriptor);
    expect(schema).toEqual({
      ...descriptor,
      fields: [
        descriptor.fields[0],
        descriptor.fields[1],
        { name: 'note', type: 'any', title: 'A note', 'x-owner': { team: 'lake' } },
        descriptor.fields[3],
        { name: 'at', type: 'datetime', format: '%d/%m/%Y %H:%M', missingValues: ['-'] },
      ],
      fieldsMatch: 'subset',
      primaryKey: ['id'],
      foreignKeys: [
        { fields: ['fruit'], reference: { resource: 'fruits', fields: ['code'] } },
        { fields: ['note'], reference: { resource: '', fields: ['fruit'] } },
      ],
    });
    expect(tableSchema.parse(schema)).toEqual(schema);
  });

  test.each([
    [5, '/ '],
    [null, '/ '],
    [{}, '/fields '],
    [{ fields: [] }, '/fields '],
    [{ fields: [3] }, '/fields/0 '],
    [{ fields: [{}] }, '/fields/0/name '],
    [{ fields: [{ name: '' }] }, '/fields/0/name '],
    [
      { fields: [{ name: 'a' }, { name: 'b' }, { name: 'a' }], fieldsMatch: 'subset' },
      '/fields/2/name another field is named "a" too, and they are matched by name',
    ],
    [
      { fields: [{ name: 'a' }, { name: 'a' }], primaryKey: 'a' },
      '/primaryKey/0 several fields are named "a"',
    ],
    [withField({ type: 'decimal' }), '/fields/0/type must be a type of Table Schema: any, string, integer, '],
    [withField({ type: null }), '/fields/0/type must be a type of Table Schema: '],
    [withField({ type: 'string', format: 'phone' }), '/fields/0/format '],
    [withField({ type: 'integer', format: 'any' }), '/fields/0/format '],
    [withField({ type: 'number', precision: 39 }), '/fields/0/precision '],
    [withField({ type: 'number', precision: 0 }), '/fields/0/precision '],
    [withField({ type: 'number', precision: 3, scale: 4 }), '/fields/0/scale must not be greater'],
    [withField({ type: 'number', scale: 2 }), '/fields/0/scale needs a precision'],
    [withField({ type: 'number', groupChar: '.' }), '/fields/0/groupChar must not be the decimalChar'],
    [withField({ type: 'number', decimalChar: '5' }), '/fields/0/decimalChar must be neither'],
    [withField({ type: 'number', groupChar: '' }), '/fields/0/groupChar '],
    [withField({ type: 'integer', bits: 24 }), '/fields/0/bits '],
    [withField({ type: 'boolean', trueValues: [] }), '/fields/0/trueValues '],
    [
      withField({ type: 'boolean', trueValues: ['1'], falseValues: ['0', '1'] }),
      '/fields/0/falseValues/1 is among',
    ],
    [withField({ type: 'list', itemType: 'object' }), '/fields/0/itemType '],
    [withField({ type: 'datetime', timezone: 'CET' }), '/fields/0/timezone '],
    [
      withField({ type: 'datetime', format: '%FT%T%z', timezone: 'local' }),
      '/fields/0/timezone must be `utc`',
    ],
    [withField({ missingValues: 'NA' }), '/fields/0/missingValues '],
    [withField({ missingValues: [null] }), '/fields/0/missingValues/0 '],
    [
      withField({ missingValues: [{ value: '-1' }, { value: '-1', label: 'refused' }] }),
      '/fields/0/missingValues/1/value "-1" is in the list already',
    ],
    [
      { ...withField({}), missingValues: [{ value: '', label: 'a' }, '-', { value: 'NA', label: 'a' }] },
      '/missingValues/2/label "a" is the label of another value',
    ],
    [withField({ type: 'string', categories: ['a', 'b', 'a'] }), '/fields/0/categories/2 "a" is in the list'],
    [
      withField({ type: 'integer', categories: [{ value: 1 }, { value: 1, label: 'one' }] }),
      '/fields/0/categories/1/value 1 is in the list',
    ],
    [
      withField({
        categories: [
          { value: 'a', label: 'A' },
          { value: 'b', label: 'A' },
        ],
      }),
      '/fields/0/categories/1/label "A" is the label',
    ],
    [withField({ type: 'string', required: true }), '/fields/0/required is a constraint'],
    [withField({ type: 'integer', constraints: { pattern: 'a' } }), '/fields/0/constraints '],
    [withField({ type: 'string', constraints: { minimun: 1 } }), '/fields/0/constraints '],
    [withField({ type: 'string', constraints: { minLength: -1 } }), '/fields/0/constraints/minLength '],
    [withField({ type: 'any', constraints: { enum: [] } }), '/fields/0/constraints/enum '],
    [{ ...withField({}), fieldsMatch: 'some' }, '/fieldsMatch '],
    [{ ...withField({}), primaryKey: ['x', 'y'] }, '/primaryKey/1 there is no field "y"'],
    [{ ...withField({}), primaryKey: ['x', 'x'] }, '/primaryKey/1 "x" is in the key already'],
    [{ ...withField({}), uniqueKeys: [] }, '/uniqueKeys '],
    [{ ...withField({}), uniqueKeys: [['x'], ['y']] }, '/uniqueKeys/1/0 there is no field "y"'],
    [
      { ...withField({}), foreignKeys: [{ fields: 'y', reference: { resource: 'r', fields: 'z' } }] },
      '/foreignKeys/0/fields/0 there is no field "y"',
    ],
    [
      { ...withField({}), foreignKeys: [{ fields: 'x', reference: { fields: 'z' } }] },
      '/foreignKeys/0/reference/fields/0 there is no field "z"',
    ],
    [
      { ...withField({}), foreignKeys: [{ fields: 'x', reference: { resource: 'r', fields: ['y', 'z'] } }] },
      '/foreignKeys/0/reference/fields must be as many',
    ],
    [{ ...withField({}), foreignKeys: [{ fields: 'x' }] }, '/foreignKeys/0/reference '],
  ])('is refused at its fault: %j', (descriptor, fault) => {
    const faults = faultsOf(descriptor);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  test.each([
    [{}, 'any'],
    [{ constraints: { required: true, enum: ['a'] } }, 'any'],
    [{ constraints: { minLength: 1 } }, 'string'],
    [{ constraints: { maxLength: 1 } }, 'string'],
    [{ constraints: { pattern: 'a' } }, 'string'],
    [{ format: 'email' }, 'string'],
    [{ format: 'default' }, 'any'],
    [{ categories: ['a'] }, 'string'],
  ])('without a type, %j: %s', (field, type) => {
    expect(tableSchema.parse(withField(field)).fields[0]).toEqual({ name: 'x', ...field, type });
  });

  test.each([
    [{ format: 'fmt:email' }, { type: 'string', format: 'email' }],
    [
      { type: 'string', format: 'fmt:uuid' },
      { type: 'string', format: 'uuid' },
    ],
    [
      { type: 'geopoint', format: 'fmt:array' },
      { type: 'geopoint', format: 'array' },
    ],
    [
      { type: 'integer', format: 'fmt:default' },
      { type: 'integer', format: 'default' },
    ],
    [
      { type: 'date', format: 'fmt:%Y' },
      { type: 'date', format: '%Y' },
    ],
  ])('the format of %j as older descriptors write it: %j', (field, plain) => {
    expect(tableSchema.parse(withField(field)).fields[0]).toEqual({ name: 'x', ...plain });
  });

  test('the constraints of strings are not those of any value', () => {
    expect(faultsOf(withField({ type: 'any', constraints: { pattern: 'a' } }))).toEqual([
      expect.stringContaining('/fields/0/constraints '),
    ]);
    expect(faultsOf(withField({ constraints: { minimum: 1 } }))).toEqual([
      expect.stringContaining('/fields/0/constraints '),
    ]);
  });

  test.each([
    ['date', '%d/%m', 'has no year'],
    ['date', '%d %Y', 'has a day and no month'],
    ['date', '%m %j %Y', 'has a month beside the day of the year'],
    ['date', '%Y-%m-%d %Y', 'has more than one `%Y`'],
    ['date', '%F %d', 'has more than one `%d`'],
    ['date', '%Y %W', 'has a week and no weekday'],
    ['date', '%Y %W %U %a', 'has weeks from Sunday and from Monday'],
    ['date', '%Y-%m %W %a', 'has a week beside the day'],
    ['date', '%G-W%V', 'has a week of ISO 8601 and no weekday'],
    ['date', '%Y-W%V-%u', 'has a week of ISO 8601 and no ISO year'],
    ['date', '%G-W%V-%u %Y', 'has a week of ISO 8601 and a year'],
    ['date', '%Y-%m-%d %M', 'has no hour'],
    ['date', '%Q', 'does not know the directive `%Q`'],
    ['date', '%s', 'does not know the directive `%s`'],
    ['date', '%Y%', 'ends in a lone `%`'],
    ['date', 'yyyy-mm-dd', 'has no directive'],
    ['date', '', 'has no directive'],
    ['time', '%Y %H', 'a time has no year'],
    ['time', '%M:%S', 'has no hour'],
    ['time', '%I:%M', '`%I` and `%p` go together'],
    ['time', '%H:%M %p', '`%I` and `%p` go together'],
    ['time', '%H:%S', 'has a second and no minute'],
    ['time', '%H:%M.%f', 'has a fraction and no second'],
    ['datetime', '%Y-%m-%d', 'has no hour'],
    ['datetime', '%H:%M', 'has no year'],
  ])('has no %s like %j', (type, format, fault) => {
    expect(faultsOf(withField({ type, format }))).toEqual([
      expect.stringContaining(`/fields/0/format ${fault}`),
    ]);
  });

  test('may have several fields of one name, matched by order', () => {
    const fields = [{ name: 'a' }, { name: 'b' }, { name: 'a', type: 'integer' }];
    expect(faultsOf({ fields, primaryKey: 'b' })).toEqual([]);
    expect(faultsOf({ fields, fieldsMatch: 'exact' })).toEqual([]);
  });

  test('is bounded', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `f${i}` }));
    expect(faultsOf({ fields: names(65_537) })).toEqual([expect.stringContaining('/fields ')]);
    expect(faultsOf({ fields: names(65_536) })).toEqual([]);
    expect(faultsOf({ fields: [{ name: 'n'.repeat(1025) }] })).toEqual([
      expect.stringContaining('/fields/0/name '),
    ]);
    expect(faultsOf(withField({ missingValues: Array(1025).fill('') }))).toHaveLength(1);
  });

  test('may hold values of any depth where any JSON is allowed', () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(faultsOf(withField({ type: 'array', example: deep, constraints: { enum: [deep] } }))).toEqual([]);
  });

  test('has a JSON Schema of what a person writes', () => {
    const { properties } = z.toJSONSchema(tableSchema, { io: 'input' });
    expect(Object.keys(properties ?? {})).toEqual(
      expect.arrayContaining(['fields', 'missingValues', 'primaryKey']),
    );
  });
});

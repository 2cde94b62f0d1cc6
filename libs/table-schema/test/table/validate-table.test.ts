import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadSchema } from '../../src/errors.ts';
import { compileCast, compileIsMissing, tableSchema } from '../../src/index.ts';
import { errorCatalogue } from '../../src/report/error-catalogue.ts';
import { makeError } from '../../src/report/report-error.ts';
import { type TableOptions, validateTable } from '../../src/table/validate-table.ts';

/** Errors as code, row, column. The first line is the header. */
function errors(descriptor: Record<string, unknown>, text: string, options?: TableOptions): string[] {
  const [labels = [], ...rows] = text.split('\n').map((line) => (line === '' ? [] : line.split(',')));
  const found = validateTable(tableSchema.parse(descriptor), { labels, rows }, options);
  return [
    ...found.header.map(({ type, fieldNumber }) => `${type} ${fieldNumber}`),
    ...found.rows.map(({ type, rowNumber, fieldNumber }) =>
      [type, rowNumber, ...(fieldNumber ? [fieldNumber] : [])].join(' '),
    ),
  ];
}

const id = { name: 'id', type: 'integer' };
const name = { name: 'name', type: 'string' };
const cases: readonly (readonly [what: string, Record<string, unknown>, text: string, string[]])[] = [
  ['valid', { fields: [id, name] }, 'id,name\n1,a\n2,', []],
  ['type', { fields: [id, name] }, 'id,name\nx,a\n1.5,b', ['type-error 2 1', 'type-error 3 1']],
  ['missing is no type error', { fields: [id, name] }, 'id,name\n,a', []],
  ['missingValues', { fields: [id, name], missingValues: ['NA'] }, 'id,name\nNA,a\n,b', ['type-error 3 1']],
  [
    'required',
    { fields: [{ ...id, constraints: { required: true } }, name] },
    'id,name\n,a',
    ['constraint-error 2 1'],
  ],
  [
    'two constraints',
    { fields: [{ ...id, constraints: { minimum: 5, enum: [6] } }] },
    'id\n1',
    ['constraint-error 2 1', 'constraint-error 2 1'],
  ],
  ['extra cells', { fields: [id, name] }, 'id,name\n1,a,b,c', ['extra-cell 2 3', 'extra-cell 2 4']],
  [
    'missing cells',
    { fields: [id, name, { name: 'c' }] },
    'id,name,c\n1',
    ['missing-cell 2 2', 'missing-cell 2 3'],
  ],
  [
    'blank rows',
    { fields: [{ ...id, constraints: { required: true } }, name] },
    'id,name\n,\n\n1,a',
    ['blank-row 2', 'blank-row 3'],
  ],
  [
    'blank with missingValues',
    { fields: [id, name], missingValues: ['-'] },
    'id,name\n-,-\n,',
    ['blank-row 2', 'type-error 3 1'],
  ],
  ['label', { fields: [id, name] }, 'id,nam\n1,a', ['incorrect-label 2']],
  [
    'rows are checked in spite of labels',
    { fields: [id, name] },
    'i,name,x\nx,a,b',
    ['incorrect-label 1', 'extra-label 3', 'type-error 2 1'],
  ],
  ['by name', { fields: [name, id], fieldsMatch: 'subset' }, 'x,id,name\nq,z,a', ['type-error 2 2']],
  [
    'unique',
    { fields: [{ ...id, constraints: { unique: true } }] },
    'id\n1\n1\n\n01',
    ['unique-error 3 1', 'blank-row 4', 'unique-error 5 1'],
  ],
  [
    'primaryKey',
    { fields: [id, name], primaryKey: ['id'] },
    'id,name\n1,a\n,b\n1,c',
    ['primary-key 3 1', 'primary-key 4 1'],
  ],
  [
    'primaryKey of two',
    { fields: [id, name], primaryKey: ['id', 'name'] },
    'id,name\n1,a\n1,b\n1,a',
    ['primary-key 4'],
  ],
  [
    'uniqueKeys',
    { fields: [id, name], uniqueKeys: [['id', 'name']] },
    'id,name\n1,\n1,\n1,a\n1,a',
    ['unique-error 5'],
  ],
  [
    'unique and primaryKey',
    { fields: [{ ...id, constraints: { unique: true } }], primaryKey: 'id' },
    'id\n1\n1',
    ['unique-error 3 1', 'primary-key 3 1'],
  ],
  [
    'primaryKey without its column',
    { fields: [name, id], primaryKey: 'id' },
    'name\na\nb',
    ['missing-label 2'],
  ],
  [
    'foreignKeys to itself',
    {
      fields: [id, { name: 'up', type: 'integer' }],
      foreignKeys: [{ fields: 'up', reference: { fields: 'id' } }],
    },
    'id,up\n1,\n2,1\n3,7',
    ['foreign-key 4 2'],
  ],
];
test.each(cases)('%s', (_, descriptor, text, expected) => {
  expect(errors(descriptor, text)).toEqual(expected);
});

test('rows like another, where that is asked for', () => {
  const descriptor = { fields: [id, name] };
  expect(errors(descriptor, 'id,name\n1,a\n1,b\n1,a')).toEqual([]);
  expect(errors(descriptor, 'id,name\n1,a\n1,b\n1,a', { uniqueRows: true })).toEqual(['duplicate-row 4']);
});

test('foreignKeys to another table, with a schema of its own or without', () => {
  const descriptor = {
    fields: [{ name: 'on', type: 'date', format: '%d/%m/%Y' }],
    foreignKeys: [{ fields: 'on', reference: { resource: 'days', fields: 'day' } }],
  };
  const text = 'on\n26/01/2024\n27/01/2024';
  const schema = tableSchema.parse({ fields: [{ name: 'day', type: 'date' }] });
  const typed = { labels: ['x', 'day'], rows: [['', '2024-01-26'], ['', ''], ['']], schema };
  expect(errors(descriptor, text, { resolve: () => typed })).toEqual(['foreign-key 3 1']);
  const untyped = { labels: ['day'], rows: [['27/01/2024']] };
  expect(errors(descriptor, text, { resolve: () => untyped })).toEqual(['foreign-key 2 1']);
  expect(() => errors(descriptor, text)).toThrow(BadSchema);
  expect(() => errors(descriptor, text, { resolve: () => ({ labels: ['y'], rows: [] }) })).toThrow(BadSchema);
});

test('a faulty schema is refused before a row is read, at its place', () => {
  const fields = [id, { name: 'b', type: 'string', constraints: { pattern: '(' } }];
  expect(() => errors({ fields }, 'id,b\n1,x')).toThrow(/pointer \/fields\/1\/constraints\/pattern/);
});

test('any table is valid exactly if each of its cells is and no key is broken', () => {
  const cell = fc.constantFrom('', '1', '2', '01', 'x', '9');
  const schema = tableSchema.parse({
    fields: [{ ...id, constraints: { maximum: 5 } }, name],
    primaryKey: ['id', 'name'],
  });
  const [first] = schema.fields;
  const cast = compileCast(first!);
  const isMissing = compileIsMissing(schema);
  fc.assert(
    fc.property(fc.array(fc.array(cell, { maxLength: 3 }), { maxLength: 6 }), (rows) => {
      const found = validateTable(schema, { labels: ['id', 'name'], rows });
      const seen = new Set<string>();
      const isValid = rows.every((cells) => {
        const [a = '', b = ''] = cells;
        const result = cast(a);
        if (cells.length !== 2 || isMissing(a) || isMissing(b) || !('value' in result)) return false;
        const key = `${result.value} ${b}`;
        const isNew = !seen.has(key);
        seen.add(key);
        return isNew && (result.value as bigint) <= 5n;
      });
      expect(found.rows.length === 0).toBe(isValid);
      const numbers = found.rows.map(({ rowNumber }) => rowNumber);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      for (const error of found.rows)
        expect(makeError(error.type, error).title).toBe(errorCatalogue[error.type].title);
    }),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 500) },
  );
});

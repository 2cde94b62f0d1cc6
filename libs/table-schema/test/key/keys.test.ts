import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadSchema } from '../../src/errors.ts';
import { compileCast, type TableSchema, tableSchema } from '../../src/index.ts';
import { foreignKeysOf, foreignViolations } from '../../src/key/foreign-keys.ts';
import { MemoryKeyStore, MemoryReferenceStore } from '../../src/key/key-store.ts';
import type { KeyPart, KeyRow } from '../../src/key/row-key.ts';
import { uniqueKeysOf, uniqueViolations } from '../../src/key/unique-keys.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 500);

/** Rows of texts as values: the empty text is missing, what is no value is bad. */
function rowsOf(schema: TableSchema, texts: string[][]): KeyRow[] {
  const casts = schema.fields.map(compileCast);
  return texts.map((cells, i) => ({ row: i + 2, values: cells.map((text, c) => partOf(text, casts[c]!)) }));
}

function partOf(text: string, cast: ReturnType<typeof compileCast>): KeyPart {
  if (text === '') return null;
  const result = cast(text);
  return 'value' in result ? result.value : undefined;
}

function repeats(descriptor: Record<string, unknown>, texts: string[][]) {
  const schema = tableSchema.parse(descriptor);
  return uniqueKeysOf(schema).map((key) => [
    key.kind,
    key.pointer,
    [...uniqueViolations(key, rowsOf(schema, texts), new MemoryKeyStore())],
  ]);
}

const pair = [{ name: 'a', type: 'integer' }, { name: 'b' }];

test('unique: all rows of a value but the first, missing ones aside', () => {
  const fields = [{ name: 'a', type: 'number', precision: 5, scale: 2, constraints: { unique: true } }];
  expect(repeats({ fields }, [['1'], ['2'], [''], ['1.0'], [''], ['x'], ['x'], ['1.00']])).toEqual([
    [
      'unique',
      '/fields/0/constraints/unique',
      [
        { row: 5, first: 2 },
        { row: 9, first: 2 },
      ],
    ],
  ]);
});

test('unique: of two fields of one name each is its own', () => {
  const [first, second] = [{ name: 'a', constraints: { unique: true } }, { name: 'a' }];
  const texts = [
    ['1', '1'],
    ['2', '1'],
    ['1', '2'],
  ];
  expect(repeats({ fields: [first, second] }, texts)).toEqual([
    ['unique', '/fields/0/constraints/unique', [{ row: 4, first: 2 }]],
  ]);
  expect(repeats({ fields: [second, first] }, texts)).toEqual([
    ['unique', '/fields/1/constraints/unique', [{ row: 3, first: 2 }]],
  ]);
});

test('uniqueKeys: rows with a missing value are not compared', () => {
  const texts = [
    ['1', 'x'],
    ['1', ''],
    ['1', ''],
    ['1', 'x'],
    ['', 'x'],
    ['', 'x'],
    ['2', 'x'],
  ];
  expect(repeats({ fields: pair, uniqueKeys: [['a', 'b'], ['b']] }, texts)).toEqual([
    ['uniqueKeys', '/uniqueKeys/0', [{ row: 5, first: 2 }]],
    ['uniqueKeys', '/uniqueKeys/1', [5, 6, 7, 8].map((row) => ({ row, first: 2 }))],
  ]);
});

test('primaryKey: a missing value breaks it, a bad one is another error', () => {
  const texts = [
    ['1', 'x'],
    ['1', ''],
    ['', ''],
    ['bad', 'x'],
    ['bad', 'x'],
    ['01', 'x'],
  ];
  expect(repeats({ fields: pair, primaryKey: ['a', 'b'] }, texts)).toEqual([
    [
      'primaryKey',
      '/primaryKey',
      [
        { row: 3, missing: ['b'] },
        { row: 4, missing: ['a', 'b'] },
        { row: 7, first: 2 },
      ],
    ],
  ]);
});

test('parts of a key do not run into one another', () => {
  const fields = [{ name: 'a' }, { name: 'b' }];
  const texts = [
    ['a', 'bc'],
    ['ab', 'c'],
    ['as', 'b'],
    ['a', 'sb'],
    ['2:sa', '1'],
    ['1:', 'a'],
    ['', 'abc'],
  ];
  expect(repeats({ fields, uniqueKeys: [['a', 'b']] }, texts)).toEqual([['uniqueKeys', '/uniqueKeys/0', []]]);
});

test('keys are those of the definition by pairs of rows', () => {
  const value = fc.constantFrom('', '1', '01', '2', 'x', 'y');
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 12 }), (texts) => {
      const schema = tableSchema.parse({ fields: pair, primaryKey: ['a', 'b'], uniqueKeys: [['b', 'a']] });
      const rows = rowsOf(schema, texts);
      const isWhole = ({ values }: KeyRow) => values.every((part) => part !== null && part !== undefined);
      const twins = rows.flatMap((row, i) => {
        const first = rows
          .slice(0, i)
          .find((other) => isWhole(other) && other.values.every((part, c) => part === row.values[c]));
        return isWhole(row) && first ? [{ row: row.row, first: first.row }] : [];
      });
      const missing = rows.flatMap(({ row, values }) => {
        const names = pair.flatMap(({ name }, c) => (values[c] === null ? [name] : []));
        return names.length > 0 ? [{ row, missing: names }] : [];
      });
      const [unique, primary] = uniqueKeysOf(schema).map((key) => [
        ...uniqueViolations(key, rows, new MemoryKeyStore()),
      ]);
      expect(unique).toEqual(twins);
      expect(primary).toEqual([...missing, ...twins]);
    }),
    { numRuns },
  );
});

function strays(
  descriptor: Record<string, unknown>,
  texts: string[][],
  other?: [Record<string, unknown>, string[][]],
) {
  const schema = tableSchema.parse(descriptor);
  const otherSchema = other && tableSchema.parse(other[0]);
  return foreignKeysOf(schema, () => otherSchema).map((key) => {
    const table = key.resource === undefined ? schema : otherSchema!;
    const rows = rowsOf(table, key.resource === undefined ? texts : other![1]);
    const columns = key.reference.map(({ name }) => table.fields.findIndex((field) => field.name === name));
    const references = rows.map(({ values }) => columns.map((column) => values[column]!));
    return [...foreignViolations(key, rowsOf(schema, texts), references, new MemoryReferenceStore())].map(
      ({ row }) => row,
    );
  });
}

test.each([
  ['omitted', { fields: 'id' }],
  ['empty', { resource: '', fields: ['id'] }],
  ['self', { resource: 'self', fields: 'id' }],
])('foreignKeys to the same table: %s', (_, reference) => {
  const descriptor = {
    fields: [
      { name: 'id', type: 'integer' },
      { name: 'parent', type: 'integer' },
    ],
    foreignKeys: [{ fields: 'parent', reference }],
  };
  expect(
    strays(descriptor, [
      ['1', ''],
      ['2', '1'],
      ['3', '9'],
      ['4', '04'],
      ['5', 'bad'],
      ['', '0'],
    ]),
  ).toEqual([[4, 7]]);
});

test('foreignKeys to another table, by value', () => {
  const descriptor = {
    fields: [{ name: 'code' }, { name: 'price', type: 'number', precision: 5, scale: 2 }],
    foreignKeys: [{ fields: ['price', 'code'], reference: { resource: 'list', fields: ['p', 'c'] } }],
  };
  const list = {
    fields: [
      { name: 'c', type: 'string' },
      { name: 'p', type: 'number', precision: 9, scale: 4 },
    ],
  };
  const texts = [
    ['a', '1.5'],
    ['a', '1.6'],
    ['b', '1.50'],
    ['', '9'],
    ['c', ''],
  ];
  expect(
    strays(descriptor, texts, [
      list,
      [
        ['a', '1.5000'],
        ['b', '1.6'],
        ['', '9'],
      ],
    ]),
  ).toEqual([[3, 4]]);
});

test('another table may be named self', () => {
  const schema = tableSchema.parse({
    fields: [{ name: 'a' }],
    foreignKeys: [{ fields: 'a', reference: { resource: 'self', fields: 'x' } }],
  });
  expect(foreignKeysOf(schema, () => 'untyped')[0]!.resource).toBe('self');
});

test('a table referred to may have no schema: its cells are read by the fields of the key', () => {
  const schema = tableSchema.parse({
    fields: [{ name: 'on', type: 'date', format: '%d/%m/%Y' }],
    foreignKeys: [{ fields: ['on'], reference: { resource: 'days', fields: ['day'] } }],
  });
  expect(foreignKeysOf(schema, () => 'untyped')[0]!.reference).toEqual([
    { name: 'day', type: 'date', format: '%d/%m/%Y' },
  ]);
});

const faults: readonly (readonly [Record<string, unknown> | undefined, Record<string, unknown>, string])[] = [
  [undefined, { resource: 'gone', fields: ['x'] }, '/foreignKeys/0/reference/resource'],
  [{ fields: [{ name: 'y' }] }, { resource: 'there', fields: ['x'] }, '/foreignKeys/0/reference/fields/0'],
  [{ fields: [{ name: 'x' }] }, { resource: 'there', fields: ['x'] }, '/foreignKeys/0/reference/fields/0'],
  [undefined, { fields: ['b'] }, '/foreignKeys/0/reference/fields/0'],
];
test.each(faults)('a reference to %j as %j is refused at %s', (other, reference, pointer) => {
  const schema = tableSchema.parse({ fields: pair, foreignKeys: [{ fields: ['a'], reference }] });
  const resolve = () => other && tableSchema.parse(other);
  expect(() => foreignKeysOf(schema, resolve)).toThrow(BadSchema);
  try {
    foreignKeysOf(schema, resolve);
  } catch (error) {
    expect((error as BadSchema).fault).toMatchObject({ code: 'bad-reference', where: { pointer } });
  }
});

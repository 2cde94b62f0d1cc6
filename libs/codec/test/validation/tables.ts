import type { TableSchemaDescriptor } from '@tributary/table-schema';
import * as fc from 'fast-check';

const constrained = (field: object, constraints: object) => ({ ...field, constraints });

/** Fields with texts that are mostly theirs. */
export const kinds: [object, string[]][] = [
  [{ type: 'integer' }, ['1', '2', '3', '-4', '+5', '007', ' 6', '12a', '99999999999999999999']],
  [constrained({ type: 'integer' }, { minimum: 2, maximum: '9' }), ['1', '2', '9', '10', '+3', 'x']],
  [constrained({ type: 'integer' }, { enum: [1, '2', 30] }), ['1', '2', '02', '30', '31', '+1']],
  [constrained({ type: 'integer' }, { unique: true }), ['1', '01', '2', '+2', '3', '4', '5', '6']],
  [constrained({ type: 'integer', groupChar: ',' }, { maximum: 2000 }), ['1,000', '1000', '3,000']],
  [
    constrained({ type: 'number' }, { exclusiveMinimum: 0.5, maximum: 7 }),
    ['0.5', '0.50001', '7', '7.0', '8', 'NaN', '1e0', 'INF'],
  ],
  [constrained({ type: 'number' }, { unique: true }), ['0', '-0', '1', '1.0', '1e0', 'NaN', 'INF', '2']],
  [
    constrained({ type: 'number', precision: 5, scale: 2 }, { minimum: '0.005', maximum: 5 }),
    ['0', '0.01', '5', '5.00', '5.01', '1.234', '+2', '1e0'],
  ],
  [
    constrained({ type: 'number', precision: 30, scale: 3 }, { maximum: 7, unique: true }),
    ['1', '1.000', '7', '8', '123456789012345678901', '2.5'],
  ],
  [{ type: 'boolean' }, ['true', 'false', '1', '0', 'yes', 'TRUE']],
  [
    constrained({ type: 'date' }, { minimum: '2024-01-01' }),
    ['2024-01-01', '2023-12-31', '2024-02-30', '2025-05-05'],
  ],
  [
    constrained({ type: 'date', format: '%d.%m.%Y' }, { unique: true }),
    ['01.02.2024', '1.2.2024', '02.02.2024', 'x'],
  ],
  [{ type: 'time' }, ['10:00:00', '10:00:00Z', '09:00:00-01:00', '10:00', '25:00:00']],
  [
    constrained({ type: 'datetime' }, { unique: true }),
    ['2024-01-01T00:00:00Z', '2024-01-01T01:00:00+01:00', '2024-01-01T00:00:00', 'x'],
  ],
  [
    constrained({ type: 'string' }, { minLength: 2, maxLength: 4 }),
    ['a', 'ab', 'abcd', 'abcde', 'äöü', 'äöüß', 'äöüßx', '😀😀😀😀', '😀'],
  ],
  [
    constrained({ type: 'string' }, { pattern: '[a-c]+', unique: true }),
    ['a', 'abc', 'abd', 'b', 'c', 'aa', 'bb'],
  ],
  [constrained({ type: 'string' }, { enum: ['red', 'green'] }), ['red', 'green', 'blue', 'Red']],
  [constrained({ type: 'string', format: 'email' }, { required: true }), ['a@b.de', 'x', 'c@d.org']],
  [
    constrained({ type: 'string', format: 'uuid' }, { unique: true }),
    ['6fa459ea-ee8a-3ca4-894e-db77e160355e', '6FA459EA-EE8A-3CA4-894E-DB77E160355E', 'x'],
  ],
  [{ type: 'string', format: 'binary' }, ['YQ==', 'YWI=', '!']],
  [{ type: 'year' }, ['2024', '24', '1999']],
  [{ type: 'yearmonth' }, ['2024-01', '2024-13']],
  [constrained({ type: 'duration' }, { unique: true }), ['P1Y', 'P12M', 'P1D', 'PT24H', 'x']],
  [constrained({ type: 'object' }, { unique: true }), ['{"a":1}', '{"a": 1}', '{}', '[', '{"a":2}']],
  [constrained({ type: 'array' }, { minLength: 1, maxLength: 2 }), ['[]', '[1]', '[1,2,3]', '{}']],
  [{ type: 'list' }, ['a,b', '']],
  [{ type: 'any' }, ['a', '1']],
  [{ type: 'geopoint' }, ['1, 2', '200, 1', 'x']],
];

/** A table, what it is held to, and one that it refers to. */
export const tables = fc
  .array(
    fc.record({ kind: fc.nat(kinds.length - 1), missing: fc.constantFrom(undefined, ['', 'NA'], ['-']) }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .chain((columns) => {
    const names = columns.map((_, i) => `c${i}`);
    const subset = fc.subarray(names, { minLength: 1, maxLength: Math.min(2, names.length) });
    const cell = (kind: number) =>
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...kinds[kind]![1]) },
        { weight: 1, arbitrary: fc.constantFrom('', 'NA', '-') },
        { weight: 1, arbitrary: fc.constantFrom('a,b', 'say "hi"', 'two\nlines', '0', 'ä') },
      );
    const rows = fc.oneof(
      { weight: 12, arbitrary: fc.tuple(...columns.map(({ kind }) => cell(kind))) as fc.Arbitrary<string[]> },
      { weight: 1, arbitrary: fc.array(cell(0), { minLength: 1, maxLength: 7 }) },
      { weight: 1, arbitrary: fc.constant(columns.map(() => '')) },
    );
    return fc.record({
      columns: fc.constant(columns),
      labels: fc.oneof(
        { weight: 6, arbitrary: fc.constant(names) },
        { weight: 1, arbitrary: fc.shuffledSubarray([...names, 'extra'], { minLength: 1 }) },
        { weight: 1, arbitrary: fc.constant([...names, '', names[0]!]) },
      ),
      fieldsMatch: fc.constantFrom(undefined, 'exact', 'equal', 'subset', 'superset', 'partial'),
      primaryKey: fc.option(subset, { nil: undefined }),
      uniqueKeys: fc.option(fc.array(subset, { minLength: 1, maxLength: 2 }), { nil: undefined }),
      own: fc.boolean(),
      other: fc.boolean(),
      uniqueRows: fc.boolean(),
      rows: fc.array(rows, { maxLength: 25 }),
      references: fc.array(fc.tuple(cell(columns[0]!.kind)), { maxLength: 6 }),
    });
  });

const quote = (cell: string) => (/^$|[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
export const print = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => `${row.map(quote).join(',')}\n`).join('');

/** Of a table of `tables`. */
export const descriptorOf = (given: typeof tables extends fc.Arbitrary<infer T> ? T : never) =>
  ({
    fields: given.columns.map(({ kind, missing }, i) => ({
      name: `c${i}`,
      ...kinds[kind]![0],
      ...(missing ? { missingValues: missing } : {}),
    })),
    fieldsMatch: given.fieldsMatch,
    primaryKey: given.primaryKey,
    uniqueKeys: given.uniqueKeys,
    foreignKeys: [
      ...(given.own ? [{ fields: 'c0', reference: { fields: 'c0' } }] : []),
      ...(given.other ? [{ fields: 'c0', reference: { resource: 'other', fields: 'id' } }] : []),
    ],
  }) as unknown as TableSchemaDescriptor;

/** How `print` writes. */
export const printedDialect = {
  delimiter: ',',
  quoteChar: '"',
  escapeChar: '',
  skipInitialSpace: false,
  headerRows: [1],
  skipLines: 0,
  footerLines: 0,
  header: true,
};

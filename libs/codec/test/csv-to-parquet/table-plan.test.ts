import { tableSchema } from '@tributary/table-schema';
import { expect, test } from 'vitest';
import { planTable } from '../../src/csv-to-parquet/table-plan.ts';

const schema = (fieldsMatch?: string, extra: object = {}) =>
  tableSchema.parse({
    fields: [
      { name: 'id', type: 'integer', constraints: { required: true } },
      { name: 'day', type: 'date', missingValues: ['-'] },
    ],
    missingValues: ['', 'NA'],
    ...(fieldsMatch ? { fieldsMatch } : {}),
    ...extra,
  });

const places = (columns: string[], fieldsMatch?: string) =>
  planTable(columns, schema(fieldsMatch)).map(({ name, index, field }) => [name, index, field?.type]);

test('fields are columns by name, in the order of the file', () => {
  expect(places(['day', 'other', 'id'])).toEqual([
    ['day', 0, 'date'],
    ['other', 1, undefined],
    ['id', 2, 'integer'],
  ]);
});

test('each column has its missing values, and is required by constraint or key', () => {
  const plan = planTable(['day', 'other', 'id'], schema());
  expect(plan.map(({ missing }) => missing)).toEqual([['-'], ['', 'NA'], ['', 'NA']]);
  expect(plan.map(({ required }) => required)).toEqual([false, false, true]);
  expect(planTable(['id', 'day'], schema(undefined, { primaryKey: 'day' })).map((c) => c.required)).toEqual([
    true,
    true,
  ]);
});

test('without a schema all is open', () => {
  expect(planTable(['a'], undefined, ['x'])).toEqual([
    { name: 'a', index: 0, field: undefined, missing: ['x'], required: false },
  ]);
  expect(planTable(['a'], undefined)[0]!.missing).toEqual(['']);
});

const refusal = (columns: string[], fieldsMatch?: string) => {
  try {
    places(columns, fieldsMatch);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

test('fieldsMatch says what may be lacking and what may be there besides', () => {
  expect(places(['day', 'id'], 'equal')).toHaveLength(2);
  expect(refusal(['day', 'id', 'x'], 'equal')).toMatch(/columns that the schema does not know.*got "x"/);
  expect(refusal(['day'], 'equal')).toMatch(/no column for 1 of 2 fields.*expected "id"; got "day"/);
  expect(refusal(['day', 'id'], 'exact')).toMatch(/Column 1 is not the schema’s.*expected "id"; got "day"/);
  expect(places(['id', 'day'], 'exact')).toHaveLength(2);
  expect(places(['id'], 'superset')).toEqual([
    ['id', 0, 'integer'],
    ['day', undefined, 'date'],
  ]);
  expect(refusal(['day'], 'superset')).toMatch(/expected "id"/);
  expect(refusal(['id', 'x'], 'superset')).toMatch(/got "x"/);
  expect(places(['x', 'id'], 'partial').map(([name]) => name)).toEqual(['x', 'id', 'day']);
  expect(refusal(['x', 'y'])).toMatch(/no column for 2 of 2 fields/);
  expect(refusal(['day', 'y'])).toMatch(/no column for 1 of 2 fields/);
});

test('a header in one piece names the likely delimiter', () => {
  expect(refusal(['id;day'])).toMatch(/the delimiter ";" \(dialect.delimiter\) would find 2 of them/);
  expect(refusal(['"id"\t"day"'])).toMatch(/the delimiter "\\t"/);
  expect(refusal(['whatever'])).not.toMatch(/delimiter/);
});

test('long lists of names are cut', () => {
  const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
  expect(refusal(names)).toMatch(/got "c0", .* "c7" and 12 more/);
});

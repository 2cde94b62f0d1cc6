import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FieldsMatch, matchHeader } from '../../src/header/match-header.ts';
import { tableSchema } from '../../src/index.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 150);
type Case = readonly [
  match: FieldsMatch,
  labels: string[],
  columns: (number | undefined)[],
  errors: string[],
];

const none = undefined;
// Errors as code, number and name.
const cases: readonly Case[] = [
  ['exact', ['id', 'name'], [0, 1], []],
  ['exact', [' id', 'na\nme '], [0, 1], ['incorrect-label 2 name']],
  ['exact', ['name', 'id'], [0, 1], ['incorrect-label 1 id', 'incorrect-label 2 name']],
  ['exact', ['id'], [0], ['missing-label 2 name']],
  ['exact', ['id', 'name', 'x', ''], [0, 1, none, none], ['extra-label 3 ', 'extra-label 4 ']],
  ['exact', ['id', ''], [0, 1], ['blank-label 2 name']],
  ['exact', ['id', 'id'], [0, 1], ['duplicate-label 2 name']],
  ['exact', ['ID', 'name'], [0, 1], ['incorrect-label 1 id']],
  ['exact', [], [], ['blank-header 0 ']],
  ['exact', ['', ' '], [0, 1], ['blank-header 0 ']],
  ['equal', ['name', 'id'], [1, 0], []],
  ['equal', ['name'], [1], ['missing-label 2 id']],
  ['equal', ['name', 'id', 'x'], [1, 0, none], ['extra-label 3 ']],
  ['equal', ['name', 'id', ''], [1, 0, none], ['blank-label 3 ']],
  ['equal', ['name', 'id', 'id'], [1, 0, none], ['duplicate-label 3 ']],
  ['subset', ['x', 'name', 'id', ''], [none, 1, 0, none], []],
  ['subset', ['x', 'name'], [none, 1], ['missing-label 3 id']],
  ['subset', ['x', 'id', 'name', 'x'], [none, 0, 1, none], ['duplicate-label 4 ']],
  ['superset', ['name'], [1], []],
  ['superset', ['name', 'x'], [1, none], ['extra-label 2 ']],
  ['partial', ['x', 'name'], [none, 1], []],
  ['partial', ['x', 'y'], [none, none], ['unmatched-header 0 ']],
];
test.each(cases)('%s %j', (fieldsMatch, labels, columns, errors) => {
  const schema = tableSchema.parse({ fields: [{ name: 'id' }, { name: 'name' }], fieldsMatch });
  const match = matchHeader(labels, schema);
  expect(match.columns).toEqual(columns);
  expect(
    match.errors.map(({ type, fieldNumber, fieldName }) => `${type} ${fieldNumber} ${fieldName}`),
  ).toEqual(errors);
  expect(match.absent).toEqual([0, 1].filter((i) => !columns.includes(i)));
});

test.each([
  [['a', 'b', 'a'], []],
  [['a', 'a', 'a'], ['duplicate-label 2 b']],
  [['a', 'b', 'b'], ['duplicate-label 3 a']],
  [['a', 'b'], ['missing-label 3 a']],
])('labels %j of fields of which two have one name', (labels, errors) => {
  const match = matchHeader(
    labels,
    tableSchema.parse({ fields: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] }),
  );
  expect(match.columns).toEqual(labels.map((_, i) => i));
  expect(
    match.errors.map(({ type, fieldNumber, fieldName }) => `${type} ${fieldNumber} ${fieldName}`),
  ).toEqual(errors);
});

test.each(['superset', 'partial'] as const)('%s: a required field must have a column', (fieldsMatch) => {
  const fields = [{ name: 'a' }, { name: 'b', constraints: { required: true } }, { name: 'c' }];
  const { errors } = matchHeader(['a'], tableSchema.parse({ fields, primaryKey: 'c', fieldsMatch }));
  expect(errors.map(({ type, fieldName }) => [type, fieldName])).toEqual([
    ['missing-label', 'b'],
    ['missing-label', 'c'],
  ]);
});

test('exact is what a schema says that says nothing, and a caller may say otherwise', () => {
  const schema = tableSchema.parse({ fields: [{ name: 'a' }, { name: 'b' }] });
  expect(matchHeader(['b', 'a'], schema).errors).toHaveLength(2);
  expect(matchHeader(['b', 'a', 'c'], schema, 'subset')).toEqual({
    columns: [1, 0, undefined],
    absent: [],
    errors: [],
  });
});

test('there are errors exactly where the definition of fieldsMatch is broken', () => {
  const label = fc.constantFrom('a', 'b', 'c', 'd');
  const modes = fc.constantFrom<FieldsMatch>('exact', 'equal', 'subset', 'superset', 'partial');
  fc.assert(
    fc.property(
      fc.uniqueArray(label, { minLength: 1 }),
      fc.uniqueArray(label, { minLength: 1 }),
      modes,
      (names, labels, mode) => {
        const schema = tableSchema.parse({ fields: names.map((name) => ({ name })), fieldsMatch: mode });
        const { columns, errors } = matchHeader(labels, schema);
        const hasAll = names.every((name) => labels.includes(name));
        const hasOnly = labels.every((one) => names.includes(one));
        const holds = {
          exact: names.length === labels.length && names.every((name, i) => name === labels[i]),
          equal: hasAll && hasOnly,
          subset: hasAll,
          superset: hasOnly,
          partial: names.some((name) => labels.includes(name)),
        };
        expect(errors.length === 0).toBe(holds[mode]);
        if (mode !== 'exact' || errors.length === 0) {
          columns.forEach((field, i) => {
            expect(field === undefined ? !names.includes(labels[i]!) : names[field] === labels[i]).toBe(true);
          });
        }
      },
    ),
    { numRuns },
  );
});

test('any labels are matched', () => {
  const modes = fc.constantFrom<FieldsMatch>('exact', 'equal', 'subset', 'superset', 'partial');
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary', maxLength: 3 })),
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1 }),
      modes,
      (labels, names, mode) => {
        const schema = tableSchema.parse({ fields: names.map((name) => ({ name })), fieldsMatch: mode });
        const { columns, absent } = matchHeader(labels, schema);
        expect(columns).toHaveLength(labels.length);
        const held = columns.filter((field) => field !== undefined);
        expect(new Set([...held, ...absent]).size).toBe(names.length);
        expect(held.length + absent.length).toBe(names.length);
      },
    ),
    { numRuns },
  );
});

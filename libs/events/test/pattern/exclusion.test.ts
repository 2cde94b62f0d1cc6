import { expect, test } from 'vitest';
import { excludeEachOther } from '../../src/pattern/index.ts';

const exclude = (a: unknown[], b: unknown[]) => excludeEachOther({ a }, { a: b }, () => true);

test.each<[string, unknown[], unknown[]]>([
  ['other values', ['x', 'y'], ['z', 1]],
  ['beginnings that differ', [{ prefix: 'in/' }], [{ prefix: 'out/' }]],
  ['endings that differ', [{ wildcard: 'in/*.txt' }], [{ suffix: '.csv' }, { wildcard: 'in/*.tsv' }]],
  ['a beginning and what is left out', [{ prefix: 'in/a/' }], [{ 'anything-but': { prefix: 'in/' } }]],
  ['a value and what is left out', ['x'], [{ 'anything-but': ['x', 'y'] }]],
  ['ranges', [{ numeric: ['<', 100] }], [{ numeric: ['>=', 100] }]],
  ['a number and a text', [5], [{ prefix: '5' }]],
  ['there and not there', [{ exists: true }], [{ exists: false }]],
])('%s exclude each other', (_name, a, b) => {
  expect(exclude(a, b)).toBe(true);
  expect(exclude(b, a)).toBe(true);
});

test.each<[string, unknown[], unknown[]]>([
  ['one beginning in the other', [{ prefix: 'in/' }], [{ wildcard: 'in/a/*.txt' }]],
  ['a beginning and an ending', [{ prefix: 'in/' }], [{ suffix: '.txt' }]],
  ['ranges that touch', [{ numeric: ['<=', 100] }], [{ numeric: ['>=', 100] }]],
  ['what is not seen through', [{ 'equals-ignore-case': 'X' }], [{ prefix: 'y' }]],
  ['one of several', ['x', { prefix: 'y' }], ['yy']],
])('%s may meet', (_name, a, b) => {
  expect(exclude(a, b)).toBe(false);
  expect(exclude(b, a)).toBe(false);
});

test('every way of either must be excluded, by a field of one value', () => {
  const either = { $or: [{ a: ['x'] }, { b: ['x'] }] };
  expect(excludeEachOther(either, { a: ['y'] }, () => true)).toBe(false);
  expect(excludeEachOther(either, { a: ['y'], b: ['y'] }, () => true)).toBe(true);
  expect(excludeEachOther({ a: ['x'] }, { a: ['y'] }, (path) => path !== 'a')).toBe(false);
});

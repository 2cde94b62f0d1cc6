import { expect, test } from 'vitest';
import { nullRatiosOf, slimProfile } from '../../src/ledger/index.ts';

const column = (name: string, rows: number, nulls: number) => ({
  name,
  type: 'string',
  rows,
  nulls,
  top: [],
});

test('tells of columns that have empty cells, the same from the whole profile and from its slim form', () => {
  const profile = [column('a', 10, 0), column('b', 10, 5), column('c', 3, 1)];
  expect(nullRatiosOf(profile)).toEqual({ b: 0.5, c: 0.3333 });
  expect(slimProfile(profile)).toEqual([
    { name: 'b', rows: 10, nulls: 5 },
    { name: 'c', rows: 3, nulls: 1 },
  ]);
  const full = [column('a', 10, 0), column('b', 10, 0)];
  for (const one of [profile, full]) expect(nullRatiosOf(slimProfile(one))).toEqual(nullRatiosOf(one));
  expect(nullRatiosOf(full)).toEqual({});
});

test('knows nothing where nothing was counted, and keeps the emptiest of many columns', () => {
  expect(nullRatiosOf([])).toBeUndefined();
  expect(nullRatiosOf([{ name: 'a' }, column('b', 0, 0)])).toBeUndefined();
  const wide = Array.from({ length: 100 }, (_, at) => column(`c${at}`, 1000, at));
  const ratios = nullRatiosOf(wide)!;
  expect(Object.keys(ratios)).toHaveLength(30);
  expect(ratios).toMatchObject({ c99: 0.099, c70: 0.07 });
});

import { describe, expect, test } from 'vitest';
import { bad, tryCast } from './try-cast.ts';

describe('year, yearmonth and duration', () => {
  test.each([
    ['2000', 2000n],
    ['0001', 1n],
    ['0000', bad],
    ['-2000', bad],
    ['20000', bad],
    ['200', bad],
    ['3.14', bad],
    ['2000Z', bad],
  ])('year %j', (text, value) => expect(tryCast({ type: 'year' }, text)).toEqual(value));

  test.each([
    ['2000-10', '2000-10'],
    ['2000-13', bad],
    ['2000-0', bad],
    ['2000-00', bad],
    ['0000-01', bad],
    ['96777-8', bad],
    ['2000-10-20', bad],
  ])('yearmonth %j', (text, value) => expect(tryCast({ type: 'yearmonth' }, text)).toEqual(value));

  test.each(['P1Y', 'P1Y10M3DT5H11M7S', '-P120D', 'PT0S', 'P0Y', 'PT1.5S', 'P1347M', 'P1Y2MT2H'])(
    'duration %j',
    (text) => expect(tryCast({ type: 'duration' }, text)).toBe(text),
  );
  test.each(['P', 'PT', 'P1YT', 'P-1347M', 'P1M2Y', '1Y', 'P1', 'P1.5Y', 'PT1.S', 'P1S', 'P1W', '', 'years'])(
    'no duration %j',
    (text) => expect(tryCast({ type: 'duration' }, text)).toEqual(bad),
  );
});

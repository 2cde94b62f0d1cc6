import { expect, it } from 'vitest';
import { bytes, count } from '../src/quantities.ts';

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [99_949, '99.9 kB'],
  [512_591_340, '513 MB'],
  [5e15, '5000 TB'],
])('says %d bytes in short', (number, text) => {
  expect(bytes(number)).toBe(text);
});

it('counts', () => {
  expect([count(0, 'row'), count(1, 'row'), count(230_896, 'row')]).toEqual([
    '0 rows',
    '1 row',
    '230,896 rows',
  ]);
});

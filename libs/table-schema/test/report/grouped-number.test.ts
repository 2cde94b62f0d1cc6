import { expect, test } from 'vitest';
import { grouped } from '../../src/report/grouped-number.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [123_456, '123,456'],
  [1_234_567, '1,234,567'],
  [-1000, '-1,000'],
  [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
])('%d is read as %s', (number, text) => {
  expect(grouped(number)).toBe(text);
  expect(grouped(number)).toBe(number.toLocaleString('en-GB'));
});

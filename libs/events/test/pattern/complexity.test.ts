import { expect, it } from 'vitest';
import { complexityOf } from '../../src/pattern/complexity.ts';
import { compilePattern } from '../../src/pattern/index.ts';
import { parseWildcard } from '../../src/pattern/wildcard.ts';

// Counted by hand: the beginnings of the quoted wildcards that match one worst value at once.
it.each([
  [['abc'], 1],
  [['*'], 2], // `"` and `"*`, once the quote is read
  [['x*'], 2], // x, x*
  [['*zz'], 3], // *, *z, *zz
  [['k*kk'], 3], // k*, k*k, k*kk
  [['*p*p*'], 5], // *, *p, *p*, *p*p, *p*p*
  [['ab*c', 'ab*d'], 4], // ab and ab*, of either
  [['*q', '*q'], 2],
])('of %j is %i', (wildcards, expected) => {
  const distinct = [...new Set(wildcards)];
  expect(complexityOf(distinct.map(parseWildcard), 100)).toBe(expected);
});

it('refuses above ten', () => {
  const wildcards = (count: number) => [{ wildcard: 'a*'.repeat(count) }];
  expect(compilePattern({ k: wildcards(5) })({ k: 'aaaaa' })).toBe(true);
  expect(() => compilePattern({ k: wildcards(6) })).toThrow('Rule is too complex');
});

it('ends for long wildcards', () => {
  const numbers = Array.from({ length: 300 }, (_, index) => index).join();
  const long = `${'abcdefghij'.repeat(100)}*${numbers}*x`;
  expect(compilePattern({ k: [{ wildcard: long }] })({ k: long })).toBe(true);
});

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
  expect(
    complexityOf(
      distinct.map((wildcard) => [parseWildcard(wildcard)]),
      100,
    ),
  ).toBe(expected);
});

it('counts what the wildcards of one list within anything-but have in common once', () => {
  const wildcards = ['*one*', '*two*', '*tree*', '*oak*'];
  // Apart: each star at the front and at the back, and each end. Together: one at the front and one end.
  expect(
    complexityOf(
      wildcards.map((wildcard) => [parseWildcard(wildcard)]),
      100,
    ),
  ).toBe(12);
  expect(complexityOf([wildcards.map(parseWildcard)], 100)).toBe(7);
  expect(compilePattern({ k: [{ 'anything-but': { wildcard: wildcards } }] })({ k: 'a tree' })).toBe(false);
  expect(() => compilePattern({ k: wildcards.map((wildcard) => ({ wildcard })) })).toThrow('too complex');
});

it('counts a wildcard asked for and ruled out as two', () => {
  const wildcard = '*b*b*b';
  const both = [{ wildcard }, { 'anything-but': { wildcard } }];
  expect(compilePattern({ k: [both[0]!] })({ k: 'bbb' })).toBe(true);
  expect(() => compilePattern({ k: both })).toThrow('too complex');
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

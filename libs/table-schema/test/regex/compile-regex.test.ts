import { expect, test } from 'vitest';
import { BadSchema } from '../../src/errors.ts';
import { compileRegex } from '../../src/regex/compile-regex.ts';

const table: readonly (readonly [pattern: string, matches: string[], others: string[]])[] = [
  ['', [''], ['a']],
  ['a|b', ['a', 'b'], ['', 'c', 'ab']],
  ['abc', ['abc'], ['xabc', 'abcx', 'ab']],
  ['a|', ['a', ''], ['aa']],
  ['[A-Z]{2}[0-9]{2,4}', ['DE12', 'DE1234'], ['DE1', 'DE12345', 'de12']],
  ['(ab)*', ['', 'ab', 'abab'], ['aba']],
  ['(?:ab)+c?', ['ab', 'ababc'], ['', 'c']],
  ['(?<year>[0-9]{4})-(?P<month>[0-9]{2})', ['2024-01'], ['2024-1']],
  ['a{2}', ['aa'], ['a', 'aaa']],
  ['a{2,}', ['aa', 'aaaaa'], ['a']],
  ['a{0,2}', ['', 'a', 'aa'], ['aaa']],
  ['a{0}', [''], ['a']],
  ['(a?){3}', ['', 'a', 'aaa'], ['aaaa']],
  ['(a*)*', ['', 'aaaa'], ['b']],
  ['(^)*a($)?', ['a'], ['', 'aa']],
  ['(a|b)*?c+?', ['c', 'abc', 'acc'], ['ab']],
  ['^abc$', ['abc'], ['^abc$', 'abc\n']],
  ['^a|b$', ['a', 'b'], ['ab']],
  ['a^b', [], ['ab', 'a^b']],
  ['a$b', [], ['ab']],
  ['^$', [''], ['a']],
  ['$^', [''], ['a']],
  ['\\^\\$', ['^$'], ['']],
  ['.', ['a', '🦆', '\u2028', '\ud800'], ['', '\n', '\r', 'ab']],
  ['..', ['é🦆'], ['🦆']],
  ['[a-z-[aeiou]]+', ['xyz'], ['xaz', '-']],
  ['[^0-9-[x]]', ['a', '-'], ['x', '5']],
  ['[\\w-[\\d-[5]]]+', ['ab5'], ['ab6']],
  ['[a-]', ['a', '-'], ['b']],
  ['[-a]', ['a', '-'], ['b']],
  ['[a-c-e]', ['b', '-', 'e'], ['d']],
  ['[\\w-.]', ['a', '-', '.'], ['/']],
  ['[\\]\\[^]', [']', '[', '^'], ['\\']],
  ['[[]', ['['], [']']],
  ['[a\\-z]', ['a', '-', 'z'], ['b']],
  ['[&&||(){}/~^]+', ['&|(){}/~^'], ['a']],
  ['\\d+', ['12', '١٢'], ['a', '½']],
  ['\\D', ['a'], ['1']],
  ['\\w+', ['aé1_', 'über', '日本'], ['a-b', 'a b', '.']],
  ['\\W', ['-', ' '], ['_', 'a']],
  ['\\s', [' ', '\t', '\n', '\r'], ['\u00a0', '\f']],
  ['\\S', ['\u00a0', 'a'], [' ']],
  ['\\i\\c*', ['_a-b.c', 'xml:lang', 'é1'], ['-a', '1a', 'a b']],
  ['\\I', ['1', '-'], ['a', ':']],
  ['\\C', [' ', '/'], ['1', 'a']],
  ['\\p{Lu}\\p{Ll}*', ['Éa', 'A'], ['a', 'AB']],
  ['\\P{L}', ['1'], ['a']],
  ['\\p{IsGreek}+', ['αβγ'], ['abc']],
  ['[^\\p{IsBasicLatin}]', ['é'], ['e']],
  ['\\P{IsBasicLatin}', ['é'], ['e']],
  ['[\\p{Nd}\\p{Pc}]+', ['1_2'], ['a']],
  ['\\p{Script=Cyrillic}', ['д'], ['d']],
  ['\\x41\\u0042\\u{43}\\u{1F986}', ['ABC🦆'], ['ABC']],
  ['\\n\\r\\t\\f\\v\\\\\\.\\-\\/', ['\n\r\t\f\v\\.-/'], ['']],
  ['🦆+', ['🦆', '🦆🦆'], ['\ud83e']],
  ['[🦀-🦆]', ['🦆', '🦁'], ['🦇', '\ud83e']],
  ['a,b', ['a,b'], []],
  ['.{0,255}', ['', 'x'.repeat(255)], ['x'.repeat(256)]],
];

test.each(table)('%s', (pattern, matches, others) => {
  const test = compileRegex(pattern);
  for (const text of matches) expect([text, test(text)]).toEqual([text, true]);
  for (const text of others) expect([text, test(text)]).toEqual([text, false]);
});

const refused: readonly (readonly [pattern: string, code: string, offset: number | undefined])[] = [
  ['(a', 'bad-pattern', 0],
  ['a)', 'bad-pattern', 1],
  ['[a', 'bad-pattern', 0],
  ['[]', 'bad-pattern', 0],
  ['[^]', 'bad-pattern', 0],
  ['[z-a]', 'bad-pattern', 2],
  ['[a-\\d]', 'bad-pattern', 2],
  ['a**', 'bad-pattern', 2],
  ['*a', 'bad-pattern', 0],
  ['^*', 'bad-pattern', 1],
  ['a{', 'bad-pattern', 1],
  ['a{x}', 'bad-pattern', 1],
  ['a{3,2}', 'bad-pattern', 1],
  ['}', 'bad-pattern', 0],
  [']', 'bad-pattern', 0],
  ['\\', 'bad-pattern', 0],
  ['\\q', 'bad-pattern', 0],
  ['\\p{Xx}', 'bad-pattern', 0],
  ['\\p{IsNowhere}', 'bad-pattern', 0],
  ['\\p{IsconstructorX}', 'bad-pattern', 0],
  ['\\pL', 'bad-pattern', 0],
  ['\\p{RGI_Emoji}', 'bad-pattern', 0],
  ['\\xZZ', 'bad-pattern', 0],
  ['\\u{110000}', 'bad-pattern', 0],
  ['(?<1>a)', 'bad-pattern', 0],
  ['(a)\\1', 'unsupported-pattern', 3],
  ['\\k<a>', 'unsupported-pattern', 0],
  ['\\bword\\b', 'unsupported-pattern', 0],
  ['x(?=a)', 'unsupported-pattern', 1],
  ['(?!a)', 'unsupported-pattern', 0],
  ['(?<=a)', 'unsupported-pattern', 0],
  ['(?<!a)', 'unsupported-pattern', 0],
  ['(?>a)', 'unsupported-pattern', 0],
  ['(?i)a', 'unsupported-pattern', 0],
  ['a++', 'unsupported-pattern', 2],
  ['a{1001}', 'pattern-too-large', undefined],
  ['((a{100}){100}){100}', 'pattern-too-large', undefined],
  ['(?:){999999999}', 'pattern-too-large', undefined],
  ['((((a{999999999}){999999999}){999999999}){999999999}){999999999}', 'pattern-too-large', undefined],
  ['('.repeat(10_000), 'pattern-too-large', undefined],
  [`[a-${'[a-'.repeat(100)}`, 'bad-pattern', undefined],
];

test.each(refused)('%s is refused', (pattern, code, offset) => {
  let error: unknown;
  try {
    compileRegex(pattern);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(BadSchema);
  expect((error as BadSchema).code).toBe(code);
  if (offset !== undefined) expect((error as BadSchema).fault.where).toEqual({ offset });
});

test('patterns that go back and forth elsewhere take their share of time', () => {
  const long = 'a'.repeat(100_000);
  for (const pattern of [
    '(a+)+b',
    '(a|a)*b',
    '(a|aa)+b',
    '(.*)*b',
    'a*a*a*a*a*a*b',
    '(a?){500}b',
    '(x+x+)+y',
  ]) {
    expect(compileRegex(pattern)(long)).toBe(false);
    expect(compileRegex(pattern)(`${long}!`)).toBe(false);
  }
  // As many sets of states as texts: every step is found anew.
  let bits = 1;
  const noise = Array.from({ length: 5000 }, () => {
    bits = (Math.imul(bits, 1_103_515_245) + 12_345) & 0x7fffffff;
    return bits & 0x10000 ? 'a' : 'b';
  }).join('');
  expect(compileRegex('(a|b)*a(a|b){400}')(noise)).toBe(noise[noise.length - 401] === 'a');
});

import { NumberText } from './event-text.ts';
import { type CaseForms, matchesIgnoreCase } from './ignore-case.ts';
import { type AddressRange, addressDigits, inRange } from './ip-address.ts';
import { matchesWildcard, type Wildcard } from './wildcard.ts';

/** One test of a string. */
export type StringTest =
  | { kind: 'exact'; text: string }
  | { kind: 'prefix'; text: string }
  | { kind: 'suffix'; text: string }
  | { kind: 'ignore-case'; forms: CaseForms; where: 'all' | 'start' | 'end' }
  | { kind: 'wildcard'; pieces: Wildcard };

/** A bound of a numeric range; `open` leaves the bound itself out. */
export interface Bound {
  value: number;
  open: boolean;
}

/** One alternative in the list of a field, parsed. */
export type Alternative =
  | { kind: 'string'; test: StringTest }
  /** `true`, `false`, `null`, or a number that cannot be compared, as written. */
  | { kind: 'literal'; text: string }
  | { kind: 'number'; value: number }
  | { kind: 'number-range'; bottom: Bound; top: Bound }
  | { kind: 'address'; range: AddressRange }
  | { kind: 'exists' }
  | { kind: 'absent' }
  /** Holds where none of the tests does. */
  | { kind: 'none-of-strings'; tests: readonly StringTest[] }
  | { kind: 'none-of-numbers'; values: readonly number[] };

export type Leaf = string | number | boolean | null | NumberText;
export type LeafTest = (leaf: Leaf) => boolean;

/** Compiles a field's alternatives into one test of a leaf value; `absent` is not for it to say. */
export function compileField(alternatives: readonly Alternative[]): LeafTest {
  if (alternatives.some(({ kind }) => kind === 'exists')) return () => true;
  const testString = compileStrings(alternatives);
  const testNumber = compileNumbers(alternatives);
  const testText = compileTexts(alternatives);
  return (leaf) => {
    if (typeof leaf === 'string') return testString(leaf);
    if (typeof leaf === 'number') return testNumber(leaf);
    return testText(leaf instanceof NumberText ? leaf.text : String(leaf));
  };
}

function compileStrings(alternatives: readonly Alternative[]): (value: string) => boolean {
  const exact = new Set<string>();
  const tests: StringTest[] = [];
  const noneOf: (readonly StringTest[])[] = [];
  const ranges: AddressRange[] = [];
  for (const alternative of alternatives) {
    if (alternative.kind === 'none-of-numbers') return () => true;
    if (alternative.kind === 'none-of-strings') noneOf.push(alternative.tests);
    else if (alternative.kind === 'address') ranges.push(alternative.range);
    else if (alternative.kind === 'string') {
      if (alternative.test.kind === 'exact') exact.add(alternative.test.text);
      else tests.push(alternative.test);
    }
  }
  const others = tests.length + noneOf.length + ranges.length;
  if (exact.size === 1 && others === 0) {
    const [only] = exact;
    return (value) => value === only;
  }
  return (value) =>
    exact.has(value) ||
    tests.some((test) => testString(value, test)) ||
    noneOf.some((excluded) => !excluded.some((test) => testString(value, test))) ||
    (ranges.length > 0 && liesInOne(value, ranges));
}

function liesInOne(value: string, ranges: readonly AddressRange[]): boolean {
  const digits = addressDigits(value);
  return digits !== undefined && ranges.some((range) => inRange(digits, range));
}

/** `true`, `false`, `null`, and numbers that cannot be compared. */
function compileTexts(alternatives: readonly Alternative[]): (text: string) => boolean {
  const literals = new Set<string>();
  for (const alternative of alternatives) {
    if (alternative.kind === 'none-of-strings' || alternative.kind === 'none-of-numbers') return () => true;
    if (alternative.kind === 'literal') literals.add(alternative.text);
  }
  return (text) => literals.has(text);
}

function compileNumbers(alternatives: readonly Alternative[]): (value: number) => boolean {
  const equal = new Set<number>();
  const ranges: { bottom: Bound; top: Bound }[] = [];
  const noneOf: Set<number>[] = [];
  for (const alternative of alternatives) {
    if (alternative.kind === 'none-of-strings') return () => true;
    if (alternative.kind === 'number') equal.add(alternative.value);
    else if (alternative.kind === 'number-range') ranges.push(alternative);
    else if (alternative.kind === 'none-of-numbers') noneOf.push(new Set(alternative.values));
  }
  return (value) =>
    equal.has(value) ||
    ranges.some(({ bottom, top }) => above(value, bottom) && below(value, top)) ||
    noneOf.some((excluded) => !excluded.has(value));
}

function above(value: number, { value: bound, open }: Bound): boolean {
  return open ? value > bound : value >= bound;
}

function below(value: number, { value: bound, open }: Bound): boolean {
  return open ? value < bound : value <= bound;
}

export function testString(value: string, test: StringTest): boolean {
  switch (test.kind) {
    case 'exact':
      return value === test.text;
    case 'prefix':
      return value.startsWith(test.text);
    case 'suffix':
      return value.endsWith(test.text);
    case 'ignore-case':
      return matchesIgnoreCase(value, test.forms, test.where);
    case 'wildcard':
      return matchesWildcard(value, test.pieces);
  }
}

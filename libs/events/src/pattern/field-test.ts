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
  /** `true`, `false`, `null`, or a number as written. */
  | { kind: 'literal'; text: string }
  | { kind: 'number'; value: number }
  | { kind: 'number-range'; bottom: Bound; top: Bound }
  | { kind: 'address'; range: AddressRange }
  | { kind: 'exists' }
  | { kind: 'absent' }
  /** Holds where none of the tests does. */
  | { kind: 'none-of-strings'; tests: readonly StringTest[] }
  | { kind: 'none-of-numbers'; values: readonly number[] };

/**
 * What the alternatives of a field, and of any other rule branch that shares its place in event-ruler's automaton,
 * do to the values they are held against:
 * - `numeric`: a comparable number is seen as a number only, not as text, and addresses are not recognised;
 * - `address`: an IP address is seen as an address only, not as a string.
 */
export interface Reading {
  numeric: boolean;
  address: boolean;
}

export function readingOf(alternatives: readonly Alternative[]): Reading {
  return {
    numeric: alternatives.some(
      ({ kind }) => kind === 'number' || kind === 'number-range' || kind === 'none-of-numbers',
    ),
    address: alternatives.some(({ kind }) => kind === 'address'),
  };
}

export type Leaf = string | number | boolean | null | NumberText;
export type LeafTest = (leaf: Leaf) => boolean;

/** Compiles a field's alternatives into one test of a leaf value; `absent` is not for it to say. */
export function compileField(alternatives: readonly Alternative[], reading: Reading): LeafTest {
  if (alternatives.some(({ kind }) => kind === 'exists')) return () => true;
  const testString = compileStrings(alternatives, reading);
  const testText = compileText(alternatives);
  const testNumber = reading.numeric
    ? compileNumbers(alternatives)
    : (value: number) => testText(String(value));
  return (leaf) => {
    if (typeof leaf === 'string') return testString(leaf);
    if (typeof leaf === 'number') return testNumber(leaf);
    return testText(leaf instanceof NumberText ? leaf.text : String(leaf));
  };
}

function compileStrings(alternatives: readonly Alternative[], reading: Reading): (value: string) => boolean {
  const exact = new Set<string>();
  const tests: StringTest[] = [];
  const noneOf: (readonly StringTest[])[] = [];
  let anything = false;
  for (const alternative of alternatives) {
    if (alternative.kind === 'string') {
      if (alternative.test.kind === 'exact') exact.add(alternative.test.text);
      else tests.push(alternative.test);
    } else if (alternative.kind === 'none-of-strings') noneOf.push(alternative.tests);
    else if (alternative.kind === 'none-of-numbers') anything = true;
  }
  if (anything) return () => true;

  const only = exact.size === 1 && tests.length === 0 && noneOf.length === 0 ? [...exact][0] : undefined;
  const testPlain =
    only !== undefined
      ? (value: string) => value === only
      : (value: string) =>
          exact.has(value) ||
          tests.some((test) => testString(value, test)) ||
          noneOf.some((excluded) => !excluded.some((test) => testString(value, test)));
  if (!reading.address || reading.numeric) return testPlain;

  const ranges = rangesOf(alternatives);
  return (value) => {
    const digits = addressDigits(value);
    // Turned into digits, the address no longer is a string: what excludes strings lets it pass.
    if (digits !== undefined) return noneOf.length > 0 || ranges.some((range) => inRange(digits, range));
    return testPlain(value);
  };
}

/** Numbers seen as text, `true`, `false` and `null`. */
function compileText(alternatives: readonly Alternative[]): (text: string) => boolean {
  if (alternatives.some(({ kind }) => kind === 'none-of-strings' || kind === 'none-of-numbers'))
    return () => true;
  const literals = new Set(alternatives.flatMap((one) => (one.kind === 'literal' ? [one.text] : [])));
  const ranges = rangesOf(alternatives);
  return (text) => literals.has(text) || ranges.some((range) => inRange(text, range));
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

function rangesOf(alternatives: readonly Alternative[]): AddressRange[] {
  return alternatives.flatMap((one) => (one.kind === 'address' ? [one.range] : []));
}

function testString(value: string, test: StringTest): boolean {
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

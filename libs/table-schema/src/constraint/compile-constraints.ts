import type { CellValue } from '../cell-value.ts';
import { BadSchema, showValue } from '../errors.ts';
import { compileRegex } from '../regex/compile-regex.ts';
import type { Field } from '../schema/field.ts';
import { compileValueKey } from '../value/value-key.ts';
import { describeBound } from './bound.ts';
import { compileJsonSchema } from './json-schema.ts';
import { compileLength, readLengths } from './length.ts';
import { type ListedValue, readListedValues } from './listed-values.ts';
import { describePlace } from './place.ts';
import { readBounds } from './range.ts';

/** A constraint that a value breaks. */
export interface Violation {
  constraint:
    | 'required'
    | 'minimum'
    | 'maximum'
    | 'exclusiveMinimum'
    | 'exclusiveMaximum'
    | 'minLength'
    | 'maxLength'
    | 'pattern'
    | 'jsonSchema'
    | 'enum'
    | 'categories';
  /** What was expected, for a person. */
  expected: string;
}

/**
 * The violations of a cell: its value as the cast of its field gives it, undefined if it is missing, and its text. The same
 * arrays are given again and again: they must not be changed.
 */
export type ConstraintCheck = (value: CellValue | undefined, text: string) => readonly Violation[];

interface Check {
  violation: Violation;
  holds: (value: CellValue, text: string) => boolean;
}

/** A list of values: whose, its JSON Pointer, and what is in it. */
type List = [Violation['constraint'], string, ListedValue[]];

const NONE: readonly Violation[] = [];

/**
 * Compiles all constraints of a field but `unique`, which takes more than one row (see `uniqueKeysOf`). `categories` are checked too.
 * Every constraint is tested, so that a report is whole; a missing value breaks `required` and nothing else.
 * @param at JSON Pointer of the field, for errors
 * @throws {BadSchema} `bad-bound`, `contradictory-bounds`, `contradictory-lengths`, `contradictory-values`, `bad-value`,
 * `bad-pattern`, `unsupported-pattern`, `pattern-too-large`, `bad-json-schema`
 * @example
 * ```ts
 * const check = compileConstraints({ name: 'price', type: 'number', precision: 5, scale: 2, constraints: { minimum: '0.005' } });
 * check(0n, '0.00'); // [{ constraint: 'minimum', expected: 'at least 0.005' }]
 * check(1n, '0.01'); // []
 * ```
 */
export function compileConstraints(field: Field, at = ''): ConstraintCheck {
  const checks = [
    ...boundChecks(field, at),
    ...lengthChecks(field, at),
    ...patternChecks(field, at),
    ...jsonSchemaChecks(field, at),
  ];
  const listed = listChecks(field, at, checks);
  const all = [...checks, ...listed];
  const missing = field.constraints?.required
    ? [{ constraint: 'required', expected: 'a value' } as const]
    : NONE;
  const [only] = all;
  if (!only) return (value) => (value === undefined ? missing : NONE);
  if (all.length === 1) {
    const violations = [only.violation];
    return (value, text) => {
      if (value === undefined) return missing;
      return only.holds(value, text) ? NONE : violations;
    };
  }
  return (value, text) => {
    if (value === undefined) return missing;
    let violations: Violation[] | undefined;
    for (const { holds, violation } of all) {
      if (holds(value, text)) continue;
      if (violations) violations.push(violation);
      else violations = [violation];
    }
    return violations ?? NONE;
  };
}

function boundChecks(field: Field, at: string): Check[] {
  return readBounds(field, at).map((bound) => ({
    violation: { constraint: bound.name, expected: describeBound(bound) },
    holds: bound.holds,
  }));
}

function lengthChecks(field: Field, at: string): Check[] {
  const lengths = readLengths(field, at);
  if (!lengths) return [];
  const { least, greatest, unit } = lengths;
  const lengthOf = compileLength(unit);
  const checks: Check[] = [];
  if (least > 0) {
    checks.push({
      violation: { constraint: 'minLength', expected: `at least ${least} ${unit}` },
      holds: (value, text) => lengthOf(value, text) >= least,
    });
  }
  if (greatest !== Number.POSITIVE_INFINITY) {
    checks.push({
      violation: { constraint: 'maxLength', expected: `at most ${greatest} ${unit}` },
      holds: (value, text) => lengthOf(value, text) <= greatest,
    });
  }
  return checks;
}

function patternChecks(field: Field, at: string): Check[] {
  const pattern = field.type === 'string' ? field.constraints?.pattern : undefined;
  if (pattern === undefined) return [];
  const matches = compilePatternAt(pattern, `${at}/constraints/pattern`);
  const shown = pattern.length > 200 ? `${pattern.slice(0, 200)}…` : pattern;
  return [
    {
      violation: { constraint: 'pattern', expected: `a text that matches ${shown}` },
      holds: (_, text) => matches(text),
    },
  ];
}

function jsonSchemaChecks(field: Field, at: string): Check[] {
  if (field.type !== 'object' && field.type !== 'array') return [];
  const { jsonSchema } = field.constraints ?? {};
  if (jsonSchema === undefined) return [];
  const conforms = compileJsonSchema(jsonSchema, `${at}/constraints/jsonSchema`);
  return [
    {
      violation: { constraint: 'jsonSchema', expected: 'JSON that conforms to the schema' },
      holds: (value) => conforms(String(value)),
    },
  ];
}

/** A regular expression, with its faults placed in the descriptor. @throws {BadSchema} as `compileRegex` */
export function compilePatternAt(pattern: string, pointer: string): (text: string) => boolean {
  try {
    return compileRegex(pattern);
  } catch (error) {
    if (!(error instanceof BadSchema)) throw error;
    throw new BadSchema({ ...error.fault, where: { pointer, ...error.fault.where } });
  }
}

/** Values that must be among those listed, of which at least one must hold all other constraints. */
function listChecks(field: Field, at: string, others: readonly Check[]): Check[] {
  const lists: List[] = [];
  const enumAt = `${at}/constraints/enum`;
  if (field.constraints?.enum)
    lists.push(['enum', enumAt, readListedValues(field, field.constraints.enum, enumAt)]);
  if ((field.type === 'string' || field.type === 'integer') && field.categories) {
    const pointer = `${at}/categories`;
    const values = field.categories.map((category) =>
      typeof category === 'object' ? category.value : category,
    );
    lists.push(['categories', pointer, readListedValues(field, values, pointer)]);
  }
  checkSubset(field, lists);
  const keyOf = compileValueKey(field);
  const checks = lists.map(([constraint, , values]): Check => {
    const keys = new Set(values.map(({ key }) => key));
    return {
      violation: { constraint, expected: describeList(values) },
      holds: (value) => keys.has(keyOf(value)),
    };
  });
  const all = [...others, ...checks];
  for (const [constraint, pointer, values] of lists) {
    // A list of nothing but null leaves only missing values.
    if (values.length === 0) continue;
    if (values.some(({ value, text }) => all.every(({ holds }) => holds(value, text)))) continue;
    throw new BadSchema({
      code: 'contradictory-values',
      what: `No value of the ${constraint} holds the other constraints of the field ${describePlace(field)}`,
      expected: all.map(({ violation }) => violation.expected).join(', '),
      where: { pointer },
    });
  }
  return checks;
}

/** The values of an enum must be among the categories: one that is not is a slip in either of both. */
function checkSubset(field: Field, [first, second]: readonly List[]): void {
  if (first?.[0] !== 'enum' || second?.[0] !== 'categories') return;
  const keys = new Set(second[2].map(({ key }) => key));
  const stray = first[2].find(({ key }) => !keys.has(key));
  if (!stray) return;
  throw new BadSchema({
    code: 'contradictory-values',
    what: `The enum has a value that is no category of the field ${describePlace(field)}`,
    expected: describeList(second[2]),
    got: showValue(stray.text),
    where: { pointer: first[1] },
  });
}

function describeList(values: readonly ListedValue[]): string {
  const shown = values.slice(0, 10).map(({ text }) => (text.length > 40 ? `${text.slice(0, 40)}…` : text));
  return `one of ${shown.join(', ')}${values.length > 10 ? ` and ${values.length - 10} more` : ''}`;
}

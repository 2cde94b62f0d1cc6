import type { CellValue } from '../cell-value.ts';
import { compilePatternAt } from '../constraint/compile-constraints.ts';
import { readListedValues } from '../constraint/listed-values.ts';
import { BadSchema, pointerOf, showValue } from '../errors.ts';
import type { Field } from '../schema/field.ts';
import type { TableSchema } from '../schema/table-schema.ts';
import { readDecimal } from '../value/decimal.ts';
import { compileValueKey } from '../value/value-key.ts';
import type { Expectations } from './expectations.ts';
import { type ExpectationFailure, judgeExpectations, type TableFacts } from './judge-expectations.ts';
import { judgeLabels } from './label-rules.ts';

/** Expectations that fit a schema. */
export interface ExpectationPlan {
  /** For each field with listed values, whether a value is among them: how many are is a fact to be gathered. */
  allowed: ReadonlyMap<string, (value: CellValue) => boolean>;
  /** Judges the labels of the header. */
  judgeLabels: (labels: readonly string[]) => ExpectationFailure[];
  /** Judges what was gathered from the whole file. */
  judge: (facts: TableFacts) => ExpectationFailure[];
}

const NUMBERS: readonly Field['type'][] = ['integer', 'number'];
const DATES: readonly Field['type'][] = ['date', 'datetime'];

/**
 * Fits expectations to a schema.
 * @param at JSON Pointer of the expectations, for errors
 * @throws {BadSchema} `bad-expectation` of a field that there is not or of another type, `bad-value`, and those of `compileRegex`
 */
export function compileExpectations(
  expectations: Expectations,
  schema: TableSchema,
  at = '',
): ExpectationPlan {
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  const find = (name: string, path: PropertyKey[], types?: readonly Field['type'][]): Field => {
    const field = fields.get(name);
    if (schema.fields.some((other) => other.name === name && other !== field)) {
      throw new BadSchema({
        code: 'bad-expectation',
        what: 'Expectation is of a name that several fields have',
        expected: 'a name that one field has',
        got: showValue(name),
        where: { pointer: at + pointerOf(path) },
      });
    }
    if (field && (!types || types.includes(field.type))) return field;
    throw new BadSchema({
      code: 'bad-expectation',
      what: field
        ? 'Expectation is of a field of another type'
        : 'Expectation is of a field that the schema has not',
      expected: field ? `a field of type ${types!.join(' or ')}` : 'a field of the schema',
      got: field ? `${name} of type ${field.type}` : showValue(name),
      where: { pointer: at + pointerOf(path) },
    });
  };
  const { freshness, nullRatio = {}, allowedValues = {}, controlTotals = [], labels } = expectations;
  if (freshness && freshness.of !== 'arrival')
    find(freshness.of.maximumOf, ['freshness', 'of', 'maximumOf'], DATES);
  for (const name of Object.keys(nullRatio)) find(name, ['nullRatio', name]);
  controlTotals.forEach(({ of, equals }, i) => {
    if (of !== 'rows') find(of.sum, ['controlTotals', i, 'of', 'sum'], NUMBERS);
    if (typeof equals !== 'object' && !readDecimal(String(equals))) {
      throw new BadSchema({
        code: 'bad-expectation',
        what: 'Control total is no number',
        expected: 'digits, with a point or without',
        got: showValue(equals),
        where: { pointer: at + pointerOf(['controlTotals', i, 'equals']) },
      });
    }
  });
  const allowed = new Map(
    Object.entries(allowedValues).map(([name, { values }]) => {
      const field = find(name, ['allowedValues', name]);
      const pointer = at + pointerOf(['allowedValues', name, 'values']);
      const keys = new Set(readListedValues(field, values, pointer).map(({ key }) => key));
      const keyOf = compileValueKey(field);
      return [name, (value: CellValue) => keys.has(keyOf(value))];
    }),
  );
  const matches =
    labels?.pattern === undefined ? undefined : compilePatternAt(labels.pattern, `${at}/labels/pattern`);
  return {
    allowed,
    judgeLabels: (found) => (labels ? judgeLabels(found, labels, matches) : []),
    judge: (facts) => judgeExpectations(expectations, fields, facts),
  };
}

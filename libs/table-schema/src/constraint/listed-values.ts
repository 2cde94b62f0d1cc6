import { compileCast } from '../cast/compile-cast.ts';
import type { CellValue } from '../cell-value.ts';
import { BadSchema, showValue } from '../errors.ts';
import type { Field } from '../schema/field.ts';
import { compileValueKey } from '../value/value-key.ts';
import { describePlace } from './place.ts';

/** A value that a list in a descriptor allows. */
export interface ListedValue {
  /** As the cast reads it. */
  value: CellValue;
  text: string;
  /** See `compileValueKey`. */
  key: string;
}

/**
 * Reads a list of values by their field: texts as its cast does, JSON values as they are. A null among them says nothing: it is
 * `required` that forbids missing values.
 * @param at JSON Pointer of the list
 * @throws {BadSchema} `bad-value`
 */
export function readListedValues(field: Field, list: readonly unknown[], at: string): ListedValue[] {
  const cast = compileCast(field);
  const keyOf = compileValueKey(field);
  return list.flatMap((given, i) => {
    if (given === null) return [];
    const text = textOf(field, given);
    const result = text === undefined ? { expected: `a value of type ${field.type}` } : cast(text);
    if ('value' in result) return [{ value: result.value, text: text!, key: keyOf(result.value) }];
    throw new BadSchema({
      code: 'bad-value',
      what: `List has what is no value of the field ${describePlace(field)}`,
      expected: result.expected,
      got: showValue(given),
      where: { pointer: `${at}/${i}` },
    });
  });
}

/** The text that the field’s cast reads as a JSON value, if there is one. */
function textOf(field: Field, given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  switch (field.type) {
    case 'any':
      return typeof given === 'object' ? JSON.stringify(given) : String(given);
    case 'integer':
    case 'year':
      return Number.isInteger(given)
        ? BigInt(given as number)
            .toString()
            .padStart(field.type === 'year' ? 4 : 0, '0')
        : undefined;
    case 'number':
      return typeof given === 'number' ? String(given).replace('.', field.decimalChar ?? '.') : undefined;
    case 'boolean':
      if (typeof given !== 'boolean') return undefined;
      return given ? (field.trueValues ?? ['true'])[0] : (field.falseValues ?? ['false'])[0];
    case 'object':
    case 'array':
    case 'geojson':
      return JSON.stringify(given);
    case 'geopoint':
      if (field.format === undefined || field.format === 'default')
        return Array.isArray(given) ? given.join(',') : undefined;
      return JSON.stringify(given);
    case 'list':
      return Array.isArray(given) ? given.map(String).join(field.delimiter ?? ',') : undefined;
    default:
      return undefined;
  }
}

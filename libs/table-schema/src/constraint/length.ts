import type { CellValue } from '../cell-value.ts';
import { BadSchema } from '../errors.ts';
import type { Field } from '../schema/field.ts';
import { describePlace } from './place.ts';

export interface Lengths {
  least: number;
  greatest: number;
  /** What is counted: characters are code points. */
  unit: 'characters' | 'items' | 'members';
}

/**
 * The bounds on the length of a field's values, if it has any: a string counts in characters (whatever its format, as the
 * text stands), a list or array in items, an object or geojson in members.
 * @throws {BadSchema} `contradictory-lengths`
 */
export function readLengths(field: Field, at: string): Lengths | undefined {
  const { type, constraints } = field;
  const unit = unitOf(type);
  if (!unit || !constraints) return undefined;
  const { minLength, maxLength } = constraints as { minLength?: number; maxLength?: number };
  if (minLength === undefined && maxLength === undefined) return undefined;
  const lengths = { least: minLength ?? 0, greatest: maxLength ?? Number.POSITIVE_INFINITY };
  if (lengths.least > lengths.greatest) {
    throw new BadSchema({
      code: 'contradictory-lengths',
      what: `No length is both of those of the field ${describePlace(field)}`,
      expected: `at least the minLength ${minLength}`,
      got: `maxLength ${maxLength}`,
      where: { pointer: `${at}/constraints/maxLength` },
    });
  }
  return { ...lengths, unit };
}

function unitOf(type: Field['type']): Lengths['unit'] | undefined {
  switch (type) {
    case 'string':
      return 'characters';
    case 'list':
    case 'array':
      return 'items';
    case 'object':
    case 'geojson':
      return 'members';
    default:
      return undefined;
  }
}

/** The length of a value in the unit of its field. */
export function compileLength(unit: Lengths['unit']): (value: CellValue, text: string) => number {
  if (unit === 'characters') return (_, text) => countCharacters(text);
  if (unit === 'items') return (value) => (JSON.parse(String(value)) as unknown[]).length;
  return (value) => Object.keys(JSON.parse(String(value)) as object).length;
}

/** Code points, a surrogate without its other half being one. */
export function countCharacters(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    const isLow = (text.charCodeAt(i) & 0xfc00) === 0xdc00;
    if (isLow && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
}

import { BadSchema } from '../errors.ts';
import type { Field } from '../schema/field.ts';
import { type Bound, boundNames, type OrderedField, readBound, shorten, typeLimits } from './bound.ts';
import { describePlace } from './place.ts';

/**
 * All bounds of a field.
 * @param at JSON Pointer of the field
 * @throws {BadSchema} `bad-bound`, `contradictory-bounds` if no value holds them all
 */
export function readBounds(field: Field, at: string): Bound[] {
  if (!isOrdered(field)) return [];
  const bounds = boundNames.flatMap((name) => {
    const given = field.constraints?.[name];
    return given === undefined ? [] : [readBound(field, name, given, at)];
  });
  const refuse = (bound: Bound, expected: string) => {
    throw new BadSchema({
      code: 'contradictory-bounds',
      what: `No value holds all bounds of the field ${describePlace(field)}`,
      expected,
      got: `${bound.name} ${shorten(bound.given)}`,
      where: { pointer: `${at}/constraints/${bound.name}` },
    });
  };
  const low = bounds.filter(({ name }) => isLow(name));
  for (const bound of bounds.filter(({ name }) => !isLow(name))) {
    const above = low.find((least) => least.exceeds(bound));
    if (above) refuse(bound, `a value that ${above.name} ${shorten(above.given)} allows`);
  }
  const limits = typeLimits(field);
  for (const bound of limits ? bounds : []) {
    const [least, greatest] = limits!;
    const outside = isLow(bound.name) ? bound.limit! > greatest : bound.limit! < least;
    if (outside) refuse(bound, 'a value that the field can have');
  }
  return bounds;
}

/** The least and greatest value that holds all bounds, for fields whose values are bigints: what a kernel compares with. */
export function rangeOf(bounds: readonly Bound[]): { least?: bigint; greatest?: bigint } {
  const range: { least?: bigint; greatest?: bigint } = {};
  for (const { name, limit } of bounds) {
    if (limit === undefined) continue;
    if (isLow(name)) range.least = range.least === undefined || limit > range.least ? limit : range.least;
    else range.greatest = range.greatest === undefined || limit < range.greatest ? limit : range.greatest;
  }
  return range;
}

function isLow(name: Bound['name']): boolean {
  return name === 'minimum' || name === 'exclusiveMinimum';
}

const ORDERED: readonly Field['type'][] = [
  'integer',
  'number',
  'year',
  'date',
  'time',
  'datetime',
  'yearmonth',
  'duration',
];

function isOrdered(field: Field): field is OrderedField {
  return ORDERED.includes(field.type);
}

import { compileCast } from '../cast/compile-cast.ts';
import { compileNumeral } from '../cast/numeral.ts';
import type { CellValue } from '../cell-value.ts';
import { BadSchema, showValue } from '../errors.ts';
import type { FieldOf } from '../schema/field.ts';
import { ceilAt, type Decimal, decimalOf, floorAt, readDecimal } from '../value/decimal.ts';
import { compareDurations, isAtLeast, readDuration } from '../value/duration.ts';
import { describePlace } from './place.ts';

export const boundNames = ['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'] as const;
export type BoundName = (typeof boundNames)[number];

export type OrderedField = FieldOf<
  'integer' | 'number' | 'year' | 'date' | 'time' | 'datetime' | 'yearmonth' | 'duration'
>;

/** A bound in the space of its field's values. */
export interface Bound {
  name: BoundName;
  /** As the descriptor has it. */
  given: string | number;
  holds: (value: CellValue) => boolean;
  /**
   * For fields whose values are bigints: the least or greatest of them that holds, exactly. Exclusive bounds and those between two
   * values are moved to the next value, so that a kernel needs one comparison.
   */
  limit?: bigint;
  /** Compares with a bound of the other side: negative or zero if a value may hold both, positive if none does. */
  exceeds: (greatest: Bound) => boolean;
  /** What `exceeds` looks at. */
  edge: Edge;
}

type Edge =
  | { kind: 'bigint'; at: bigint }
  | { kind: 'double' | 'text'; at: number | string; exclusive: boolean }
  | { kind: 'duration'; at: string; exclusive: boolean };

/**
 * Reads a bound by its field: texts as its cast does, JSON numbers as they are, every digit of either counted.
 * @throws {BadSchema} `bad-bound`
 */
export function readBound(field: OrderedField, name: BoundName, given: string | number, at: string): Bound {
  const edge = readEdge(field, name, given);
  if (typeof edge === 'object') return boundOf(name, given, edge);
  throw new BadSchema({
    code: 'bad-bound',
    what: `Bound is no value of its field ${describePlace(field)}`,
    expected: edge,
    got: showValue(given),
    where: { pointer: `${at}/constraints/${name}` },
  });
}

/** The edge, or what was expected instead. */
function readEdge(field: OrderedField, name: BoundName, given: string | number): Edge | string {
  const exclusive = name.startsWith('exclusive');
  switch (field.type) {
    case 'integer':
    case 'year':
      return integerEdge(field, name, given);
    case 'number':
      return field.precision === undefined
        ? doubleEdge(field, exclusive, given)
        : decimalEdge(field, name, given);
    default: {
      if (typeof given === 'number') return 'a text that the field reads';
      const result = compileCast(field)(given);
      if ('expected' in result) return result.expected;
      if (field.type === 'duration') return { kind: 'duration', at: given, exclusive };
      if (typeof result.value === 'bigint') {
        const { value } = result;
        return { kind: 'bigint', at: exclusive ? value + (isLow(name) ? 1n : -1n) : value };
      }
      return { kind: 'text', at: String(result.value), exclusive };
    }
  }
}

/** Bounds may lie outside of what the field's values can be: such a bound always holds, or never. */
function integerEdge(
  field: FieldOf<'integer' | 'year'>,
  name: BoundName,
  given: string | number,
): Edge | string {
  const { groupChar, bareNumber } = field.type === 'integer' ? field : {};
  const decimal =
    typeof given === 'number'
      ? readDecimal(String(given))
      : readText({ groupChar, bareNumber, decimalChar: null }, given);
  if (!decimal || floorAt(decimal, 0) !== ceilAt(decimal, 0)) return 'an integer';
  return { kind: 'bigint', at: limitOf(decimal, 0, name) };
}

function decimalEdge(field: FieldOf<'number'>, name: BoundName, given: string | number): Edge | string {
  const decimal = typeof given === 'number' ? readDecimal(String(given)) : readText(field, given);
  return decimal ? { kind: 'bigint', at: limitOf(decimal, field.scale ?? 0, name) } : 'a decimal number';
}

function readText(style: Parameters<typeof compileNumeral>[0], text: string): Decimal | undefined {
  const numeral = compileNumeral(style)(text);
  return numeral && decimalOf(numeral);
}

/** The least or greatest integer that, taken at the scale, holds the bound. */
function limitOf(decimal: Decimal, scale: number, name: BoundName): bigint {
  const exclusive = name.startsWith('exclusive');
  if (isLow(name)) return exclusive ? floorAt(decimal, scale) + 1n : ceilAt(decimal, scale);
  return exclusive ? ceilAt(decimal, scale) - 1n : floorAt(decimal, scale);
}

function doubleEdge(field: FieldOf<'number'>, exclusive: boolean, given: string | number): Edge | string {
  if (typeof given === 'number') return { kind: 'double', at: given, exclusive };
  const result = compileCast(field)(given);
  if ('expected' in result) return result.expected;
  return Number.isNaN(result.value)
    ? 'a number; NaN is neither less nor greater'
    : { kind: 'double', at: Number(result.value), exclusive };
}

function isLow(name: BoundName): boolean {
  return name === 'minimum' || name === 'exclusiveMinimum';
}

function boundOf(name: BoundName, given: string | number, edge: Edge): Bound {
  const bound = { name, given, edge, exceeds: (greatest: Bound) => liesAbove(edge, greatest.edge) };
  const low = isLow(name);
  const { at } = edge;
  switch (edge.kind) {
    case 'bigint':
      return { ...bound, limit: edge.at, holds: low ? (value) => value >= at : (value) => value <= at };
    case 'duration': {
      const duration = readDuration(edge.at);
      // A partial order: neither holds where it depends on the calendar which of both is longer.
      if (edge.exclusive) {
        const sign = low ? 1 : -1;
        return {
          ...bound,
          holds: (value) => compareDurations(readDuration(String(value)), duration) === sign,
        };
      }
      return low
        ? { ...bound, holds: (value) => isAtLeast(readDuration(String(value)), duration) }
        : { ...bound, holds: (value) => isAtLeast(duration, readDuration(String(value))) };
    }
    default:
      // NaN holds no bound.
      if (edge.exclusive) return { ...bound, holds: low ? (value) => value > at : (value) => value < at };
      return { ...bound, holds: low ? (value) => value >= at : (value) => value <= at };
  }
}

/** Whether no value is both at or above the one and at or below the other. */
function liesAbove(least: Edge, greatest: Edge): boolean {
  if (least.kind === 'bigint') return greatest.kind === 'bigint' && least.at > greatest.at;
  if (greatest.kind === 'bigint' || least.kind !== greatest.kind) return false;
  const exclusive = least.exclusive || greatest.exclusive;
  if (least.kind === 'duration') {
    const sign = compareDurations(readDuration(least.at), readDuration(String(greatest.at)));
    return sign === 1 || (sign === 0 && exclusive);
  }
  return least.at > greatest.at || (exclusive && least.at === greatest.at);
}

/** The least and greatest value that a field's type has, where they are bigints. */
export function typeLimits(field: OrderedField): readonly [bigint, bigint] | undefined {
  if (field.type === 'integer') {
    const limit = 1n << BigInt((field.bits ?? 64) - 1);
    return [-limit, limit - 1n];
  }
  if (field.type === 'year') return [1n, 9999n];
  if (field.type !== 'number' || field.precision === undefined) return undefined;
  const limit = 10n ** BigInt(field.precision) - 1n;
  return [-limit, limit];
}

/** For messages: `at least 5`. */
export function describeBound({ name, given }: Bound): string {
  const words = {
    minimum: 'at least',
    exclusiveMinimum: 'more than',
    maximum: 'at most',
    exclusiveMaximum: 'less than',
  };
  return `${words[name]} ${shorten(given)}`;
}

/** A bound as the descriptor has it, cut where it is long. */
export function shorten(given: string | number): string {
  const text = String(given);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

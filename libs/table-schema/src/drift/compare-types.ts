import type { Field } from '../schema/field.ts';
import { isUtc } from '../schema/timezone.ts';

export type TypeChange = 'same' | 'widened' | 'narrowed' | 'changed';

/**
 * How the values of a column's new field are related to those of the old one: `widened` if every text that the old field
 * reads means the same to the new one, `narrowed` the other way round. Names, constraints and missing values do not count.
 * @example `compareTypes({ name: 'a', type: 'integer', bits: 32 }, { name: 'a', type: 'integer' })` is `widened`
 */
export function compareTypes(before: Field, after: Field): TypeChange {
  const there = holds(after, before);
  const back = holds(before, after);
  if (there && back) return 'same';
  return there ? 'widened' : back ? 'narrowed' : 'changed';
}

/** Whether every value of `inner`, as it is written, is the same value of `outer`. */
function holds(outer: Field, inner: Field): boolean {
  if (outer.type === 'any' || (outer.type === 'string' && isDefault(outer))) return true;
  if (inner.type !== outer.type) return holdsNumbers(outer, inner);
  switch (outer.type) {
    case 'integer':
    case 'number':
      return holdsNumbers(outer, inner);
    case 'boolean':
      return inner.type === 'boolean' && holdsTexts(outer, inner);
    case 'time':
    case 'datetime':
      if (inner.type !== outer.type) return false;
      if (!isDefaultOrSame(outer, inner) && !(outer.format === 'any' && isDefault(inner))) return false;
      return isOpen(outer) || (!isOpen(inner) && isUtc(outer) === isUtc(inner));
    case 'date':
      return isDefaultOrSame(outer, inner) || (outer.format === 'any' && isDefault(inner));
    case 'list':
      return (
        inner.type === 'list' &&
        (outer.delimiter ?? ',') === (inner.delimiter ?? ',') &&
        [inner.itemType ?? 'string', 'string'].includes(outer.itemType ?? 'string')
      );
    default:
      return isDefaultOrSame(outer, inner);
  }
}

/** Whether a field of date and time reads texts with an offset and without. */
function isOpen(field: Field): boolean {
  return (
    (field.type === 'datetime' || field.type === 'time') &&
    field.timezone === undefined &&
    ['default', 'any'].includes(formatOf(field))
  );
}

function formatOf(field: Field): string {
  return field.format ?? 'default';
}

function isDefault(field: Field): boolean {
  return formatOf(field) === 'default';
}

function isDefaultOrSame(outer: Field, inner: Field): boolean {
  return formatOf(outer) === formatOf(inner);
}

function holdsTexts(outer: Field & { type: 'boolean' }, inner: Field & { type: 'boolean' }): boolean {
  const within = (some: string[], all: string[]) => some.every((text) => all.includes(text));
  const truths = ['true', 'True', 'TRUE', '1'];
  const falsehoods = ['false', 'False', 'FALSE', '0'];
  return (
    within(inner.trueValues ?? truths, outer.trueValues ?? truths) &&
    within(inner.falseValues ?? falsehoods, outer.falseValues ?? falsehoods)
  );
}

/** Digits before and after the point that a field of numbers has; a double keeps 15 of them, wherever the point is. */
function digitsOf(field: Field): { whole: number; scale: number } | 'double' | undefined {
  if (field.type === 'year') return { whole: 4, scale: 0 };
  if (field.type === 'integer') return { whole: { 8: 3, 16: 5, 32: 10, 64: 19 }[field.bits ?? 64], scale: 0 };
  if (field.type !== 'number') return undefined;
  if (field.precision === undefined) return 'double';
  const scale = field.scale ?? 0;
  return { whole: field.precision - scale, scale };
}

function holdsNumbers(outer: Field, inner: Field): boolean {
  const [a, b] = [digitsOf(outer), digitsOf(inner)];
  if (a === undefined || b === undefined || !isSameStyle(outer, inner)) return false;
  if (outer.type === 'year') return inner.type === 'year';
  if (b === 'double') return a === 'double';
  if (a === 'double') return b.whole + b.scale <= 15;
  if (outer.type !== 'integer') return a.whole >= b.whole && a.scale >= b.scale;
  // A number may be written with a point or an exponent, which an integer does not read.
  if (inner.type === 'number') return false;
  return (outer.bits ?? 64) >= (inner.type === 'integer' ? (inner.bits ?? 64) : 16);
}

/** Whether numbers are written alike. */
function isSameStyle(outer: Field, inner: Field): boolean {
  const style = (field: Field) =>
    field.type === 'number' || field.type === 'integer'
      ? [
          field.type === 'number' ? (field.decimalChar ?? '.') : '.',
          field.groupChar ?? '',
          field.bareNumber ?? true,
        ]
      : ['.', '', true];
  return style(outer).join('\n') === style(inner).join('\n');
}

/** A type in a few words: `number(15,2)`, `integer 32 bits`, `date %d/%m/%Y`. */
export function describeType(field: Field): string {
  if (field.type === 'number' && field.precision !== undefined)
    return `number(${field.precision},${field.scale ?? 0})`;
  if (field.type === 'integer' && field.bits !== undefined) return `integer ${field.bits} bits`;
  const format = isDefault(field) ? '' : ` ${formatOf(field).slice(0, 60)}`;
  const zone = 'timezone' in field && field.timezone ? ` ${String(field.timezone)}` : '';
  return `${field.type}${format}${zone}`;
}

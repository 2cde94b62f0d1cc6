import type { CellValue } from '../cell-value.ts';
import type { Field } from '../schema/field.ts';

/**
 * The order of a field's values, where they have one that is whole: strings by code point, as UTF-8 bytes go. Durations have
 * none, nor do booleans and JSON; NaN has no place in it (see `hasPlace`).
 */
export function compileOrder(field: Field): ((a: CellValue, b: CellValue) => number) | undefined {
  switch (field.type) {
    case 'integer':
    case 'number':
    case 'year':
    case 'date':
    case 'time':
    case 'datetime':
    case 'yearmonth':
      return (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    case 'any':
    case 'string':
      return (a, b) =>
        typeof a === 'string' && typeof b === 'string'
          ? compareCodePoints(a, b)
          : Buffer.compare(a as Uint8Array, b as Uint8Array);
    default:
      return undefined;
  }
}

/** Every value but NaN has a place in its field's order. */
export function hasPlace(value: CellValue): boolean {
  return !Number.isNaN(value);
}

function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // Code units of pairs stand for what is above all others, though U+E000 to U+FFFF are greater numbers.
    const isPairX = x >= 0xd800 && x < 0xe000;
    const isPairY = y >= 0xd800 && y < 0xe000;
    return isPairX === isPairY ? x - y : isPairX ? 1 : -1;
  }
  return a.length - b.length;
}

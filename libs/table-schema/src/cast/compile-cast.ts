import type { Cast } from '../cell-value.ts';
import type { Field } from '../schema/field.ts';
import { compileBoolean } from './boolean.ts';
import { compileDate, compileDatetime, compileTime } from './datetime.ts';
import { compileDuration } from './duration.ts';
import { compileGeojson } from './geojson.ts';
import { compileGeopoint } from './geopoint.ts';
import { compileInteger } from './integer.ts';
import { compileArray, compileObject } from './json.ts';
import { compileList } from './list.ts';
import { compileNumber } from './number.ts';
import { compileString } from './string.ts';
import { compileYear, compileYearmonth } from './year.ts';

/**
 * The cast of a field that `tableSchema` has parsed. It never throws: a text that is no value of the type is a `BadCell`,
 * and no value is rounded, cut or mended (a number without `precision` is the nearest double).
 * @example
 * ```ts
 * const cast = compileCast({ name: 'price', type: 'number', precision: 15, scale: 2 });
 * cast('12.5'); // { value: 1250n }
 * cast('12.505'); // { expected: 'a decimal number of at most 15 digits, 2 of them after the point' }
 * ```
 */
export function compileCast(field: Field): Cast {
  switch (field.type) {
    case 'any':
      return (text) => ({ value: text });
    case 'string':
      return compileString(field);
    case 'integer':
      return compileInteger(field);
    case 'number':
      return compileNumber(field);
    case 'boolean':
      return compileBoolean(field);
    case 'date':
      return compileDate(field);
    case 'time':
      return compileTime(field);
    case 'datetime':
      return compileDatetime(field);
    case 'year':
      return compileYear();
    case 'yearmonth':
      return compileYearmonth();
    case 'duration':
      return compileDuration();
    case 'object':
      return compileObject();
    case 'array':
      return compileArray();
    case 'list':
      return compileList(field);
    case 'geopoint':
      return compileGeopoint(field);
    case 'geojson':
      return compileGeojson(field);
  }
}

import type { CellValue } from '../cell-value.ts';
import type { Field } from '../schema/field.ts';
import { canonicalJson, canonicalNumber } from './canonical-json.ts';
import { printDecimal } from './decimal.ts';
import { readDuration } from './duration.ts';

/**
 * Gives for each value of a field a text that two values share exactly if they are the same value: 12 months and a year,
 * 12.5 and 12.50, objects whose members stand in another order. Numbers of any numeric type compare with one another, so that a key of
 * integers may refer to a column of numbers; NaN is one value, and so are 0 and -0.
 * @example `compileValueKey({ name: 'price', type: 'number', precision: 5, scale: 2 })(1250n)` is `n125e-1`
 */
export function compileValueKey(field: Field): (value: CellValue) => string {
  switch (field.type) {
    case 'integer':
    case 'year':
      return (value) => `n${canonicalNumber(String(value))}`;
    case 'number': {
      const scale = field.precision === undefined ? 0 : (field.scale ?? 0);
      return (value) => `n${canonicalNumber(String(value), scale)}`;
    }
    case 'boolean':
      return (value) => `b${value}`;
    case 'date':
      return (value) => `d${value}`;
    case 'time':
      return (value) => `t${value}`;
    case 'datetime':
      return (value) => `i${value}`;
    case 'duration':
      return (value) => {
        const { months, seconds } = readDuration(String(value));
        return `p${months}m${printDecimal(seconds)}s`;
      };
    case 'object':
    case 'array':
    case 'list':
    case 'geopoint':
    case 'geojson':
      return (value) => `j${canonicalJson(String(value))}`;
    default:
      return (value) =>
        value instanceof Uint8Array ? `x${Buffer.from(value).toString('hex')}` : `s${value}`;
  }
}

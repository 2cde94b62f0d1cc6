import { type Field, isUtc } from '@tributary/table-schema';
import type { ColumnType } from '../parquet/column.ts';

/**
 * The Parquet type of a field's values.
 * @example `columnTypeOf({ name: 'price', type: 'number', precision: 15, scale: 2 })` is `{ kind: 'decimal', precision: 15, scale: 2 }`
 */
export function columnTypeOf(field: Field): ColumnType {
  switch (field.type) {
    case 'integer':
      return { kind: 'integer', bits: field.bits ?? bitsOf(field.constraints) };
    case 'year':
      return { kind: 'integer', bits: 32 };
    case 'number':
      return field.precision === undefined
        ? { kind: 'double' }
        : { kind: 'decimal', precision: field.precision, scale: field.scale ?? 0 };
    case 'boolean':
      return { kind: 'boolean' };
    case 'date':
      return { kind: 'date' };
    case 'time':
      return { kind: 'time', utc: isUtc(field) };
    case 'datetime':
      return { kind: 'timestamp', utc: isUtc(field) };
    case 'object':
    case 'array':
    case 'list':
    case 'geopoint':
    case 'geojson':
      return { kind: 'json' };
    case 'string':
      if (field.format === 'uuid') return { kind: 'uuid' };
      return { kind: field.format === 'binary' ? 'binary' : 'string' };
    default:
      return { kind: 'string' };
  }
}

type Bound = string | number | undefined;

/** 32 where the constraints let no value be outside of that. */
function bitsOf(constraints: Partial<Record<string, unknown>> | undefined): 32 | 64 {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = (constraints ?? {}) as Record<
    string,
    Bound
  >;
  const least = Number(minimum ?? exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
  const greatest = Number(maximum ?? exclusiveMaximum ?? Number.POSITIVE_INFINITY);
  return least >= -(2 ** 31) && greatest < 2 ** 31 ? 32 : 64;
}

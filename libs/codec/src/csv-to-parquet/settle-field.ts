import { type Field, settleTimezone } from '@tributary/table-schema';
import { columnTypeOf } from '../columns/column-type.ts';

/**
 * The field with nothing left open: whether its times are of UTC is told by the column's first value, the width of its
 * integers by its constraints.
 * @param first gives the first value of the column, if there is one
 */
export function settleField(field: Field, first: () => string | undefined): Field {
  if (field.type === 'datetime' && field.timezone === undefined) {
    const text = first();
    return text === undefined ? field : settleTimezone(field, text);
  }
  const type = columnTypeOf(field);
  return field.type === 'integer' && type.kind === 'integer' && type.bits < 64
    ? { ...field, bits: type.bits }
    : field;
}

import type { Field } from '@tributary/table-schema';
import { INT32_DIGITS, INT64_DIGITS } from '../parquet/column.ts';

const ROOM = [INT32_DIGITS, INT64_DIGITS];

/**
 * Fields to convert by while it is not known yet what all rows say: a decimal may turn out to have more digits, as far as its
 * values take no more bytes for it.
 */
export function guessOf(fields: readonly Field[]): Field[] {
  return fields.map((field) => {
    if (field.type !== 'number' || field.precision === undefined) return field;
    const { precision } = field;
    return { ...field, precision: ROOM.find((digits) => precision <= digits) ?? precision };
  });
}

/** Whether what all rows say is what was guessed, but for digits of decimals. */
export function isRight(guess: readonly Field[], fields: readonly Field[]): boolean {
  return JSON.stringify(guessOf(fields)) === JSON.stringify(guess);
}

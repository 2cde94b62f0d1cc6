import type { CellValue } from '../cell-value.ts';
import type { Field } from '../schema/field.ts';
import { compileValueKey } from '../value/value-key.ts';

/** The value of a cell; null where it is missing, undefined where it is bad, so that nobody knows the value. */
export type KeyPart = CellValue | null | undefined;

/** A row: its number, and for each field of the schema what its cell holds. */
export interface KeyRow {
  row: number;
  values: readonly KeyPart[];
}

/**
 * What a row has for a key: the key, or the fields (by index in the schema) whose value is missing, or nothing that can be
 * compared, since a cell is bad.
 */
export type RowKey = { key: string } | { missing: readonly number[] } | undefined;

/** @param indexes of the key's fields in the row's values */
export function compileRowKey(
  fields: readonly Field[],
  indexes: readonly number[],
): (values: readonly KeyPart[]) => RowKey {
  const parts = indexes.map((index, i) => ({ index, keyOf: compileValueKey(fields[i]!) }));
  return (values) => {
    if (parts.some(({ index }) => values[index] === null)) {
      return { missing: indexes.filter((index) => values[index] === null) };
    }
    let key = '';
    for (const { index, keyOf } of parts) {
      const value = values[index];
      if (value === undefined || value === null) return undefined;
      const text = keyOf(value);
      // The length before each part keeps ("a", "bc") and ("ab", "c") apart.
      key += parts.length === 1 ? text : `${text.length}:${text}`;
    }
    return { key };
  };
}

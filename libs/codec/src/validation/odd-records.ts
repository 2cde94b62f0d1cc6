import type { ErrorType, RowError } from '@tributary/table-schema';
import type { OddRecord } from './record-feed.ts';

const types: Record<string, ErrorType> = {
  'blank-line': 'blank-row',
  'invalid-utf-8': 'encoding-error',
};
/** Records of these are rows like others, but for their number of cells. */
const shapes: Record<string, ErrorType> = { 'short-row': 'missing-cell', 'long-row': 'extra-cell' };

/** The errors of a record that is no row; undefined if its cells are to be checked like those of others. */
export function oddErrors({ row, cells }: OddRecord, rowNumber: number): RowError[] | undefined {
  if (row.code in shapes && cells) return undefined;
  const type = types[row.code] ?? shapes[row.code] ?? 'source-error';
  const note = type === 'blank-row' ? '' : row.message;
  return [{ type, rowNumber, note, ...(row.column === undefined ? {} : { fieldName: row.column }) }];
}

/**
 * The errors of a record of another shape, that of its shape among them: cells beyond what a reader keeps (`maxColumns`) are
 * not there to be found.
 */
export function withShape(
  errors: readonly RowError[],
  { row }: OddRecord,
  rowNumber: number,
): readonly RowError[] {
  const type = shapes[row.code];
  if (type === undefined || errors.some((error) => error.type === type || error.type === 'blank-row'))
    return errors;
  return [...errors, { type, rowNumber, note: row.message }];
}

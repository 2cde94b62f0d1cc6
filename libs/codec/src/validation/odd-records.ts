import type { ErrorType, RowError } from '@tributary/table-schema';
import type { OddRecord } from './record-feed.ts';

const types: Record<string, ErrorType> = {
  'blank-line': 'blank-row',
  'invalid-utf-8': 'encoding-error',
};
/** Records of these are rows like others, but for their number of cells. */
const SHAPE = ['short-row', 'long-row'];

/** The errors of a record that is no row; undefined if its cells are to be checked like those of others. */
export function oddErrors({ row, cells }: OddRecord, rowNumber: number): RowError[] | undefined {
  if (SHAPE.includes(row.code) && cells) return undefined;
  const shape = { 'short-row': 'missing-cell', 'long-row': 'extra-cell' } as const;
  const type = types[row.code] ?? shape[row.code as keyof typeof shape] ?? 'source-error';
  const note = type === 'blank-row' ? '' : row.message;
  return [{ type, rowNumber, note, ...(row.column === undefined ? {} : { fieldName: row.column }) }];
}

import type { HeaderMatch } from '../header/match-header.ts';
import type { ForeignKey } from '../key/foreign-keys.ts';
import type { UniqueKey, UniqueViolation } from '../key/unique-keys.ts';
import type { RowError } from './check-row.ts';

/** The error of a row that breaks a unique key. */
export function uniqueError(key: UniqueKey, violation: UniqueViolation, match: HeaderMatch): RowError {
  const { kind, names } = key;
  const note =
    'first' in violation ? sameAs(violation.first) : `expected a value of ${violation.missing.join(', ')}`;
  const fields = kind === 'unique' ? '' : `${names.join(', ')}: `;
  const type = kind === 'primaryKey' ? 'primary-key' : 'unique-error';
  return { type, rowNumber: violation.row, ...placeOf(key, match), note: `${fields}${note}` };
}

/** The error of a row that refers to none. */
export function foreignError(key: ForeignKey, rowNumber: number, match: HeaderMatch): RowError {
  const reference = key.reference.map(({ name }) => name).join(', ');
  const note = `${key.names.join(', ')}: ${key.resource ?? 'the table itself'} has no row with this ${reference}`;
  return { type: 'foreign-key', rowNumber, ...placeOf(key, match), note };
}

/** The error of a row with the cells of one before it. */
export function duplicateRowError({ row, first }: { row: number; first: number }): RowError {
  return { type: 'duplicate-row', rowNumber: row, note: sameAs(first) };
}

function sameAs(row: number): string {
  return `the same as in row ${row}`;
}

/** A key of one field is in its column; another is in none of them. */
function placeOf(
  { fields, names }: UniqueKey | ForeignKey,
  match: HeaderMatch,
): Pick<RowError, 'fieldName' | 'fieldNumber'> {
  const column = match.columns.indexOf(fields[0]!);
  return fields.length === 1 && column >= 0 ? { fieldName: names[0]!, fieldNumber: column + 1 } : {};
}

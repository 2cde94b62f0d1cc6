import { compileCast } from '../cast/compile-cast.ts';
import { type ConstraintCheck, compileConstraints } from '../constraint/compile-constraints.ts';
import { pointerOf } from '../errors.ts';
import type { HeaderMatch } from '../header/match-header.ts';
import type { KeyPart } from '../key/row-key.ts';
import type { ErrorType } from '../report/error-catalogue.ts';
import { compileIsMissing } from '../schema/missing-texts.ts';
import type { TableSchema } from '../schema/table-schema.ts';

/** An error of a row, for `makeError`. */
export interface RowError {
  type: ErrorType;
  rowNumber: number;
  note: string;
  /** Column, from 1, and its field. */
  fieldNumber?: number;
  fieldName?: string;
  cell?: string;
}

/** What a row comes to: its errors, and for each field of the schema the value of its cell (see `KeyPart`). */
export interface CheckedRow {
  errors: RowError[];
  values: KeyPart[];
}

/**
 * Compiles the check of one row by itself: types, constraints, and whether its cells are as many as the labels. A row
 * without a value in any cell is a blank row and has no other error.
 * @param labels of the file, by which extra cells are told
 * @returns a check of the cells of a row; one that is undefined is missing, whatever texts say so
 * @throws {BadSchema} as `compileConstraints`
 */
export function compileRowCheck(
  schema: TableSchema,
  match: HeaderMatch,
  labels: readonly string[],
): (cells: readonly (string | undefined)[], rowNumber: number) => CheckedRow {
  const readers = schema.fields.map((field, i) => ({
    field,
    isMissing: compileIsMissing(schema, field),
    cast: compileCast(field),
    check: compileConstraints(field, pointerOf(['fields', i])),
  }));
  const checkCell = (
    reader: (typeof readers)[number],
    text: string | undefined,
    at: Pick<RowError, 'rowNumber' | 'fieldNumber'>,
    errors: RowError[],
  ): KeyPart => {
    const { field, isMissing, cast, check } = reader;
    const place = { ...at, fieldName: field.name, cell: text ?? '' };
    if (text === undefined || isMissing(text)) {
      errors.push(...constraintErrors(check, undefined, '', place));
      return null;
    }
    const result = cast(text);
    if ('expected' in result) {
      errors.push({ type: 'type-error', ...place, note: `expected ${result.expected}` });
      return undefined;
    }
    errors.push(...constraintErrors(check, result.value, text, place));
    return result.value;
  };
  return (cells, rowNumber) => {
    const errors: RowError[] = [];
    const values: KeyPart[] = schema.fields.map(() => null);
    match.columns.forEach((index, column) => {
      if (index === undefined) return;
      values[index] = checkCell(
        readers[index]!,
        cells[column],
        { rowNumber, fieldNumber: column + 1 },
        errors,
      );
    });
    const isBlank = cells.every((cell, column) => {
      const index = match.columns[column];
      return index === undefined ? cell === '' || cell === undefined : values[index] === null;
    });
    if (isBlank) return { errors: [{ type: 'blank-row', rowNumber, note: '' }], values };
    for (let column = labels.length; column < cells.length; column++) {
      const note = `the header has ${labels.length} labels`;
      errors.push({
        type: 'extra-cell',
        rowNumber,
        fieldNumber: column + 1,
        cell: cells[column] ?? '',
        note,
      });
    }
    for (let column = cells.length; column < labels.length; column++) {
      const index = match.columns[column];
      const fieldName = index === undefined ? labels[column]! : schema.fields[index]!.name;
      errors.push({ type: 'missing-cell', rowNumber, fieldNumber: column + 1, fieldName, note: '' });
    }
    return { errors, values };
  };
}

function constraintErrors(
  check: ConstraintCheck,
  value: Parameters<ConstraintCheck>[0],
  text: string,
  place: Omit<RowError, 'type' | 'note'>,
): RowError[] {
  return check(value, text).map(({ constraint, expected }) => ({
    type: 'constraint-error',
    ...place,
    note: `${constraint}: expected ${expected}`,
  }));
}

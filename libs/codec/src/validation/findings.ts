import {
  ErrorLog,
  type ErrorType,
  type ExpectationFailure,
  errorCatalogue,
  type HeaderError,
  makeError,
  type RowError,
} from '@tributary/table-schema';
import type { Cell } from './table-rules.ts';

/** What was found wrong in a table: errors listed and counted, and rows that have any. */
export class Findings {
  readonly log: ErrorLog;
  /** Rows of data, good and bad. */
  rows = 0;
  invalidRows = 0;
  /** Errors of the table as a whole: a table with any of them does not go on. */
  tableErrors = 0;

  constructor(limits: { maxErrors: number; maxErrorsPerKind: number }) {
    this.log = new ErrorLog({ listed: limits.maxErrors, perKind: limits.maxErrorsPerKind });
  }

  get valid(): boolean {
    return this.log.total === 0;
  }

  addHeader(error: HeaderError, labels: readonly string[]): void {
    const { type, label, fieldName, fieldNumber, note } = error;
    this.tableErrors++;
    this.log.add(type, placeOf({ fieldName, fieldNumber }), () =>
      makeError(type, {
        note,
        labels,
        ...(fieldNumber > 0 ? { label, fieldName, fieldNumber } : {}),
      }),
    );
  }

  addExpectation(failure: ExpectationFailure): void {
    const { type, note, fieldName, fieldNumber, label } = failure;
    this.addTable(type, note, {
      ...(fieldName === undefined ? {} : { fieldName }),
      ...(fieldNumber === undefined ? {} : { fieldNumber }),
      ...(label === undefined ? {} : { label }),
    });
  }

  addTable(
    type: ErrorType,
    note: string,
    place: { fieldName?: string; fieldNumber?: number; label?: string } = {},
  ): void {
    this.tableErrors++;
    this.log.add(type, placeOf(place), () => makeError(type, { note, ...place }));
  }

  /** Takes all errors of one row, one at least. */
  addRow(errors: readonly RowError[], cells: readonly Cell[]): void {
    this.invalidRows++;
    for (const error of errors) {
      const { type, ...details } = error;
      this.log.add(type, placeOf(error), () =>
        makeError(type, { ...details, cells: cells.map((cell) => cell ?? '') }),
      );
    }
  }
}

function placeOf({ fieldName, fieldNumber }: { fieldName?: string; fieldNumber?: number }): {
  name?: string;
  number?: number;
} {
  return {
    ...(fieldName ? { name: fieldName } : {}),
    ...(fieldNumber ? { number: fieldNumber } : {}),
  };
}

/** What is wrong with a row, for its line in quarantine: its first error, and how many more there are. */
export function describeRow(errors: readonly RowError[]): {
  code: ErrorType;
  message: string;
  column?: string;
} {
  const { type, note, cell, fieldName } = errors[0]!;
  const what = [errorCatalogue[type].title, note].filter((part) => part !== '').join(': ');
  const got =
    cell === undefined ? '' : `; got ${JSON.stringify(cell.length > 80 ? `${cell.slice(0, 80)}…` : cell)}`;
  const more = errors.length > 1 ? `; and ${errors.length - 1} more` : '';
  return {
    code: type,
    message: `${what}${got}${more}`,
    ...(fieldName === undefined ? {} : { column: fieldName }),
  };
}

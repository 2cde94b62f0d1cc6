import type { ReportError, ValidationReport } from '@tributary/table-schema';
import { grouped } from '@tributary/table-schema/grouped-number';
import { count } from './quantities.ts';

/** Kinds of errors that are shown; the report has all. */
const shownKinds = 20;
const widestExample = 72;

/** A report as lines for the terminal: how many errors of each code each column has, with an example of each. */
export function summariseReport(from: string, report: ValidationReport): string[] {
  const name = from === '-' ? 'stdin' : from;
  return report.tasks.flatMap(({ valid, stats, errors, errorCounts, drift, warnings }) => {
    const rows = count(stats.rows ?? 0, 'row');
    const changes = drift?.total
      ? [`drift from the ${againstOf(drift.against)}: ${count(drift.total, 'change')}`]
      : [];
    const told = [...changes, ...warnings.map((warning) => `warning: ${warning}`)];
    if (valid) return [`${name} is valid: ${rows}`, ...told];
    // Given up, for what is told after this.
    if (stats.errors === 0)
      return [`${name} is not valid: no errors in ${rows} until it was given up`, ...told];
    const lines = errorCounts
      .slice(0, shownKinds)
      .map(({ type, fieldName = '', fieldNumber, count: times }) => {
        const example = errors.find((error) => error.type === type && error.fieldNumber === fieldNumber);
        return [
          grouped(times),
          type,
          printable(fieldName),
          example?.rowNumber === undefined ? '' : `row ${example.rowNumber}`,
          example ? exampleOf(example) : '',
        ];
      });
    const more = errorCounts.length - lines.length;
    return [
      `${name} is not valid: ${count(stats.errors, 'error')} in ${grouped(stats.invalidRows ?? 0)} of ${rows}`,
      ...columns([['errors', 'code', 'column', 'first at', 'example'], ...lines]).map((line) => `  ${line}`),
      ...(more > 0 ? [`  and ${count(more, 'kind')} more`] : []),
      ...told,
    ];
  });
}

function againstOf(against: string): string {
  return against === 'schema' ? 'schema' : 'last accepted file';
}

function exampleOf({ cell, note }: ReportError): string {
  const text = cell === undefined ? note : `${JSON.stringify(cut(cell, 24))}: ${note}`;
  return printable(cut(text, widestExample));
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1).toWellFormed()}…`;
}

/** Cells come from anywhere: what would steer the terminal is shown as a dot. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '·');
}

/** Rows of cells, in columns as wide as need be; the first one, of numbers, to the right. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padStart(widths[0]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

import {
  addCell,
  compileCast,
  emptyEvidence,
  type Field,
  fieldOf,
  settleTimezone,
} from '@tributary/table-schema';
import { columnTypeOf } from '../../src/columns/column-type.ts';
import { settleField } from '../../src/csv-to-parquet/settle-field.ts';
import type { ColumnType } from '../../src/parquet/column.ts';
import type { Plain } from './read-back.ts';

export type Cells = readonly (readonly string[])[];

const needsQuotes = (text: string) => /[",\r\n]/.test(text) || text === '' || text.trim() !== text;

/** A header and rows as RFC 4180 has them, with quotes where they are needed. */
export function writeCsv(names: readonly string[], rows: Cells): string {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const line = (cells: readonly string[]) =>
    cells
      .map((text) => (needsQuotes(text) && (text !== '' || cells.length === 1) ? quote(text) : text))
      .join(',');
  return [names, ...rows].map((cells) => `${line(cells)}\n`).join('');
}

/** The fields as every single cell says them. */
export function inferNaively(names: readonly string[], rows: Cells): Field[] {
  return names.map((name, i) => {
    const evidence = emptyEvidence();
    for (const row of rows) if (row[i] !== '') addCell(evidence, row[i]!);
    return fieldOf(name, evidence);
  });
}

/** Fields with their times settled by the first value there is. */
export function settleNaively(fields: readonly Field[], rows: Cells): Field[] {
  return fields.map((field, i) => {
    if (field.type !== 'datetime' && field.type !== 'time') return settleField(field);
    const settled = rows.map((row) => settleTimezone(field, row[i]!)).find(({ timezone }) => timezone);
    return settled ?? settleField(field);
  });
}

function plainValue(field: Field, text: string): Plain | 'bad' {
  if (text === '') return null;
  const result = compileCast(field)(text);
  if (!('value' in result)) return 'bad';
  const { value } = result;
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

/** Rows without a bad cell, as they should come back; and which rows have one, with its column. */
export function castNaively(
  fields: readonly Field[],
  rows: Cells,
): { rows: Plain[][]; rejected: [number, string][] } {
  const good: Plain[][] = [];
  const rejected: [number, string][] = [];
  rows.forEach((row, at) => {
    const values = row.map((text, i) => plainValue(fields[i]!, text));
    const bad = values.indexOf('bad');
    if (bad >= 0 && plainValue(fields[bad]!, row[bad]!) === 'bad') rejected.push([at, fields[bad]!.name]);
    else good.push(values);
  });
  return { rows: good, rejected };
}

const narrow = (type: ColumnType) => type.kind === 'integer' && type.bits < 64;

/** What DuckDB makes of the values: small integers are numbers. */
export function asDuckDb(fields: readonly Field[], rows: Plain[][]): Plain[][] {
  const types = fields.map(columnTypeOf);
  return rows.map((row) =>
    row.map((value, i) => (value !== null && narrow(types[i]!) ? Number(value) : value)),
  );
}

/** What hyparquet makes of them: decimals are doubles too, up to its rounding. */
export function asHyparquet(fields: readonly Field[], rows: Plain[][]): Plain[][] {
  const types = fields.map(columnTypeOf);
  return asDuckDb(fields, rows).map((row) =>
    row.map((value, i) => {
      const type = types[i]!;
      return type.kind === 'decimal' && value !== null
        ? roundDouble(Number(value) * 10 ** -type.scale)
        : value;
    }),
  );
}

export function roundDouble(value: number): number {
  return Number(value.toPrecision(12));
}

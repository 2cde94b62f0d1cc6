import type { Checkpoint, ConvertIo, ConvertReport } from '../converter.ts';
import type { DelimitedOptions } from './dialect.ts';
import type { ReaderSizes } from './record-reader.ts';
import { type RowFault, type TextRow, TextRows } from './text-rows.ts';
import { DelimitedWriter, type UnwritableCell } from './writer.ts';
import { describeWritten, type WrittenDialect } from './written-dialect.ts';

/** What becomes of a table. */
export interface RowPlan {
  /** Names of the columns that are written. */
  columns: readonly string[];
  /**
   * The row that is written for one that was read, or why there is none; both have null for what is missing. Or the places of
   * the cells that are written as they are, which is faster.
   */
  convert: ((row: TextRow) => TextRow | RowFault) | readonly number[];
}

export interface RowOptions extends DelimitedOptions {
  output: { dialect: WrittenDialect };
}

/**
 * Converts delimited text row by row; rows that the plan or the dialect of the output refuses go to quarantine.
 * Where it is due it stops between rows, and goes on from there: for a converter that `resumes`.
 * @param plan called once, with the names of the columns that are read
 * @example `convertRows(io, options, (columns) => ({ columns, convert: (row) => row }))`
 */
export async function convertRows(
  io: ConvertIo,
  options: RowOptions,
  plan: (columns: readonly string[]) => RowPlan,
  sizes?: Partial<ReaderSizes>,
): Promise<ConvertReport> {
  const table = await TextRows.open(io, options, sizes);
  try {
    const { columns, convert } = plan(table.columns);
    const writer = new DelimitedWriter(io.sink, columns, options.output.dialect, table.written);
    let stopped: Checkpoint | undefined;
    while (!stopped && (await table.next())) {
      if (typeof convert === 'function')
        table.eachRow((row) => {
          const made = convert(row);
          if (!Array.isArray(made)) return made as RowFault;
          const unwritable = writer.add(made);
          return unwritable && describeUnwritable(unwritable, columns);
        });
      else
        table.eachRecord((cells) => {
          for (const place of convert) cells.put(place, writer);
          const unwritable = writer.endRow();
          return unwritable && describeUnwritable(unwritable, columns);
        });
      if (writer.isFull) await writer.flush();
      if (io.due?.()) stopped = table.checkpoint(writer.rows);
    }
    await writer.end();
    return {
      rows: writer.rows,
      rejected: table.rejected,
      dialect: describeWritten(options.output.dialect),
      inputDialect: { ...table.opened.dialect, guessed: table.opened.guessed },
      fields: [...columns],
      notices: table.notices,
      ...(stopped && { stopped }),
    };
  } finally {
    table.close();
  }
}

/** As a row's fault, with the name of the column. */
export function describeUnwritable(
  { column, code, message }: UnwritableCell,
  columns: readonly string[],
): RowFault {
  const name = columns[column];
  return { code, message, ...(name !== undefined && { column: name }) };
}

import { type CellKind, isTyped, kindOf } from './cell-kind.ts';
import type { CutSample, SampleRow } from './cut-rows.ts';
import { trustIn } from './delimiters.ts';
import { rowLength } from './row-length.ts';

/** Cells whose kinds are looked at. */
const KINDS = 2000;

/** How much a kind speaks for the cell being one. */
const worth: Record<CellKind, number> = {
  empty: 0.8,
  number: 1,
  date: 1,
  time: 1,
  boolean: 1,
  address: 1,
  text: 0.9,
  doubtful: 0.25,
};

/** What rows of one column are worth: more than two columns by a mark that proves nothing. */
const SINGLE = 0.6;
const UNCUT = 0.5;
/** What a row of several cells, but not as many as most have, is worth beside those. */
const RAGGED = 0.3;

/**
 * How well a text is cut, 0 to 1: rows of one length, and cells that each look like one value. The idea, consistency of the pattern times
 * consistency of types, is that of van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019).
 */
export function scoreCut(sample: CutSample, delimiter: string): number {
  const { rows } = sample;
  if (rows.length === 0 || (delimiter === ':' && cutsClocks(rows))) return 0;
  const { length, share, ragged: padded } = rowLength(rows);
  const single = length === 1;
  const ragged = rows.filter(({ cells }) => cells.length > 1 && cells.length !== length).length;
  const even = padded ? share : Math.min(1, share + (RAGGED * ragged) / rows.length);
  let cells = 0;
  let filled = 0;
  let typed = 0;
  let sum = 0;
  for (const row of rows) {
    for (const cell of row.cells) {
      const kind = kindOf(cell);
      // Text, and numbers with a comma, may be a row that is not cut.
      const uncut =
        single && !cell.quoted && (kind === 'text' || (kind === 'number' && cell.text.includes(',')));
      sum += worth[kind] * (uncut ? UNCUT : 1);
      filled += Number(kind !== 'empty');
      typed += Number(isTyped(kind));
    }
    cells += row.cells.length;
    if (cells > KINDS) break;
  }
  const trust = trustIn(delimiter, length, typed / Math.max(1, filled));
  const pattern = single ? SINGLE * share : even ** 1.5 * ((length - 1) / length) * trust;
  const quotes = sample.quoted + sample.misquoted;
  const quoting = quotes === 0 ? 1 : 1 - (0.7 * sample.misquoted) / quotes;
  return pattern * (sum / cells) * quoting;
}

/** Whether most rows start with a time, a date before it or not, that colons would take apart. */
function cutsClocks(rows: readonly SampleRow[]): boolean {
  const cut = rows.filter(({ cells: [hour, minute] }) => {
    return minute !== undefined && /(?:^|\D)\d{1,2}$/.test(hour!.text) && /^[0-5]\d(?!\d)/.test(minute.text);
  });
  return cut.length * 2 > rows.length;
}

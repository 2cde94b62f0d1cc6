import type { DialectOptions } from '../dialect.ts';
import { kindOf } from './cell-kind.ts';
import { columnTypes, kindsOf, LOOKED_AT } from './column-types.ts';
import type { SampleRow } from './cut-rows.ts';
import { findEnd } from './find-footer.ts';
import { countHeaderRows, findHeader } from './find-header.ts';
import { label, rowLength } from './row-length.ts';

/** Where in the rows of a sample the table is. */
export interface TableShape {
  /** Lines before it. */
  skipLines: number;
  header: boolean;
  headerRows: number[];
  footerLines: number;
  /** Its rows, the header too. */
  rows: readonly SampleRow[];
  /** Of the header, 0 to 1. */
  confidence: number;
  notes: string[];
}

/**
 * What may be guessed. A preamble: any that looks like one, none, or one before the row that holds some of these names.
 */
export interface Guessing {
  preamble: boolean | readonly string[];
  footer: boolean;
}

const MAX_PREAMBLE = 200;
const MOST_COLUMNS_OF_A_LABEL = 3;
const filled = ({ cells }: SampleRow) => cells.filter(({ text }) => text.trim() !== '').length;

/**
 * Tells the preamble, the header and the footer from the table by their lengths and kinds. `last`: rows from the end of the file, if
 * the others are but its start; `complete`: they are all of it; `ended`: the file ends in a line end.
 */
export function findTable(
  rows: readonly SampleRow[],
  last: readonly SampleRow[],
  complete: boolean,
  given: Pick<DialectOptions, 'header' | 'headerRows'>,
  open: Guessing,
  ended: boolean,
): TableShape {
  const { header } = given;
  const { length, ragged } = rowLength(rows);
  const start = header === false && open.preamble !== true ? 0 : chooseStart(rows, length, open.preamble);
  const all = [...rows, ...last];
  const footer =
    open.footer && !ragged && (complete || last.length > 0)
      ? all.length - findEnd(all, start, length, ended)
      : 0;
  const table = rows.slice(start, last.length > 0 ? rows.length : rows.length - footer);
  const found = header === undefined ? guessHeader(rows, start, table, length) : { header, confidence: 1 };
  const headerRows = given.headerRows ?? firstRows(found.header ? countHeaderRows(table, length) : 1);
  const notes: string[] = [];
  if (start > 0) notes.push(`a preamble of ${countLines(rows[start]!.line - 1)} stands before the table`);
  if (footer > 0) notes.push(`a footer of ${countLines(footer)} stands after the table`);
  if ('note' in found) notes.push(found.note);
  if (headerRows.length > 1) notes.push(`the names stand in ${headerRows.length} rows`);
  return {
    // Rows that are given are counted from the start of the file.
    skipLines: start === 0 || given.headerRows !== undefined ? 0 : rows[start]!.line - 1,
    header: found.header,
    headerRows: [...headerRows],
    footerLines: footer,
    rows: table,
    confidence: found.confidence,
    notes,
  };
}

/** @param table the rows from `start` on, without a footer */
function guessHeader(
  rows: readonly SampleRow[],
  start: number,
  table: readonly SampleRow[],
  length: number,
): ReturnType<typeof findHeader> {
  return isShortHeader(rows, start, length)
    ? { header: true, confidence: 0.6, note: 'the first row holds names, fewer than there are columns' }
    : findHeader(table[0], table.slice(1, 1 + LOOKED_AT), length);
}

function firstRows(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

function countLines(lines: number): string {
  return lines === 1 ? '1 line' : `${lines} lines`;
}

/** The first row of the table, as far as that may be guessed. */
function chooseStart(rows: readonly SampleRow[], length: number, preamble: Guessing['preamble']): number {
  if (preamble === false) return 0;
  const comments = countComments(rows, length);
  const start = comments || findStart(rows, length);
  if (preamble === true) {
    if (comments > 0) return start;
    if (start === 1 && isShortHeader(rows, 0, length)) return 0;
    return findRowWithHoles(rows, start, length) ?? start;
  }
  const holdsName = (row: SampleRow | undefined) =>
    row?.cells.some(({ text }) => preamble.includes(text.trim())) ?? false;
  return holdsName(rows[start]) && !rows.slice(0, start).some(holdsName) ? start : 0;
}

/** The first of the rows before `start` that is no title: where the table has no header it starts with those of its rows that have holes. */
function findRowWithHoles(rows: readonly SampleRow[], start: number, length: number): number | undefined {
  const body = rows.slice(start + 1, start + 1 + LOOKED_AT);
  if (start === 0 || findHeader(rows[start], body, length).header) return undefined;
  const type = columnTypes(body, length)[0];
  const found = rows.slice(0, start).findIndex(({ cells }, at) => {
    const first = cells[0]!;
    if (type !== undefined && kindOf(first) === type) return true;
    return cells.length === length && label.test(first.text.trim()) && rows[at + 1]!.blank === 0;
  });
  return found < 0 ? undefined : found;
}

/** Lines that start with `#` above a row that is a header without doubt. */
function countComments(rows: readonly SampleRow[], length: number): number {
  const count = rows.findIndex(({ cells }) => cells[0]!.quoted || !cells[0]!.text.startsWith('#'));
  if (count < 1 || rows[count]!.cells.length !== length || length < 2) return 0;
  const above = kindsOf(rows[count]!);
  const types = columnTypes(rows.slice(count + 1, count + 1 + LOOKED_AT), length);
  const clear = above.every((kind) => kind === 'text') && types.some((type) => type !== undefined);
  return clear ? count : 0;
}

/**
 * Whether row `at` holds names, but fewer than there are columns: words right above data that has no header of its own. One word
 * over many columns is a title.
 */
function isShortHeader(rows: readonly SampleRow[], at: number, length: number): boolean {
  const [first, next] = [rows[at], rows[at + 1]];
  if (first === undefined || next === undefined || next.blank > 0 || next.cells.length !== length)
    return false;
  const present = first.cells.filter(({ text }) => text.trim() !== '');
  if (present.length === 0 || present.length > length / 2) return false;
  if (present.length === 1 && length > MOST_COLUMNS_OF_A_LABEL) return false;
  return (
    first.cells.slice(0, present.length).every(({ text }) => label.test(text.trim())) &&
    !findHeader(next, rows.slice(at + 2, at + 2 + LOOKED_AT), length).header
  );
}

/** The first row of the table: those before it are much shorter, or have a title and nothing else. */
function findStart(rows: readonly SampleRow[], length: number): number {
  if (length < 2) return 0;
  // Of two columns one may well be empty, but not before a row of nothing, which is how spreadsheets write a blank line.
  const gap = length > 2 ? MAX_PREAMBLE : rows.slice(0, MAX_PREAMBLE).findIndex((row) => filled(row) === 0);
  let start = 0;
  while (start < rows.length && start < MAX_PREAMBLE) {
    const row = rows[start]!;
    const short = row.cells.length < length && row.cells.length <= Math.max(1, length / 2);
    const title =
      start <= gap && (filled(row) === 0 || (filled(row) === 1 && row.cells[0]!.text.trim() !== ''));
    if (!short && !title) break;
    start++;
  }
  const first = rows[start];
  // A title over a table has a full row after it; else these rows are data with holes.
  if (first === undefined || start === MAX_PREAMBLE) return 0;
  return filled(first) >= 0.6 * length ? start : 0;
}

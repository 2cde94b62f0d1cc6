import { type CellKind, isTyped, kindOf } from './cell-kind.ts';
import type { SampleRow } from './cut-rows.ts';
import { commonLength } from './score.ts';

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

/** Rows of the body whose kinds are looked at. */
const LOOKED_AT = 300;
const MAX_PREAMBLE = 200;
const MAX_FOOTER = 50;
const MAX_HEADER_ROWS = 3;
const MOST_COLUMNS_OF_A_LABEL = 3;
/** A name of a column, not a sentence. */
const label = /^[\p{L}_][\p{L}\p{N}_.-]{0,39}$/u;
/** How lines start that say something of the table above. */
const remark =
  /^[^\p{L}\p{N}(©]{0,3}(?:(?:data )?sources?|(?:foot)?notes?|(?:grand |sub)?totals?|sum|copyright|remarks?|quellen?|anmerkung(?:en)?|hinweise?|summe|gesamt|fuentes?|fonte|rows?|\(?\d+ rows?)(?![\p{L}\p{N}])|^ *(?:\(c\)|©)/iu;

const filled = ({ cells }: SampleRow) => cells.filter(({ text }) => text.trim() !== '').length;
const kinds = ({ cells }: SampleRow) => cells.map(kindOf);

/**
 * Tells the preamble, the header and the footer from the table by their lengths and kinds. `last`: rows from the end of the file, if
 * the others are but its start; `complete`: they are all of it; `ended`: the file ends in a line end.
 */
export function findTable(
  rows: readonly SampleRow[],
  last: readonly SampleRow[],
  complete: boolean,
  header: boolean | undefined,
  open: Guessing,
  ended: boolean,
): TableShape {
  const { length } = commonLength(rows.map(({ cells }) => cells.length));
  const start = header === false && open.preamble !== true ? 0 : chooseStart(rows, length, open.preamble);
  const all = [...rows, ...last];
  const footer =
    open.footer && (complete || last.length > 0) ? all.length - findEnd(all, start, length, ended) : 0;
  const table = rows.slice(start, last.length > 0 ? rows.length : rows.length - footer);
  const body = table.slice(1, 1 + LOOKED_AT);
  const found = isShortHeader(rows, start, length)
    ? { header: true, confidence: 0.6, note: 'the first row holds names, fewer than there are columns' }
    : findHeader(table[0], body, length);
  const isHeader = header ?? found.header;
  const headerRows = isHeader ? countHeaderRows(table, length) : 1;
  const notes: string[] = [];
  if (start > 0) notes.push(`a preamble of ${countLines(rows[start]!.line - 1)} stands before the table`);
  if (footer > 0) notes.push(`a footer of ${countLines(footer)} stands after the table`);
  if (header === undefined) notes.push(found.note);
  if (headerRows > 1) notes.push(`the names stand in ${headerRows} rows`);
  return {
    skipLines: start === 0 ? 0 : rows[start]!.line - 1,
    header: isHeader,
    headerRows: Array.from({ length: headerRows }, (_, i) => i + 1),
    footerLines: footer,
    rows: table,
    confidence: header === undefined ? found.confidence : 1,
    notes,
  };
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
  const above = kinds(rows[count]!);
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
  let start = 0;
  while (start < rows.length && start < MAX_PREAMBLE) {
    const row = rows[start]!;
    const short = row.cells.length < length && row.cells.length <= Math.max(1, length / 2);
    const title =
      length > 2 && (filled(row) === 0 || (filled(row) === 1 && row.cells[0]!.text.trim() !== ''));
    if (!short && !title) break;
    start++;
  }
  const first = rows[start];
  // A title over a table has a full row after it; else these rows are data with holes.
  if (first === undefined || start === MAX_PREAMBLE) return 0;
  return filled(first) >= 0.6 * length ? start : 0;
}

/**
 * The row after the table. A footer needs a proof, for a row cut short may be what is left of a file that was cut off: it starts with a
 * word that footers start with and has fewer cells, or stands after a blank line and is one cell unlike those of the first column.
 */
function findEnd(rows: readonly SampleRow[], start: number, length: number, ended: boolean): number {
  if (length < 2) return rows.length;
  const blanks = rows.slice(start + 1).filter(({ blank }) => blank > 0).length;
  const isApart = ({ blank }: SampleRow) => blank > 0 && blanks * 4 <= rows.length;
  const body = rows
    .slice(start + 1, start + 1 + LOOKED_AT)
    .filter((row) => row.cells.length === length && !(isApart(row) && isRemark(row)));
  const column = body.map(({ cells }) => cells[0]!);
  const types = columnTypes(body, length);
  const longest = Math.max(0, ...column.map(({ text }) => text.length));
  const remarks = isRemark(rows[start]!) || body.some(isRemark);
  const proves = (row: SampleRow) => {
    const [cell] = row.cells;
    const apart = isApart(row);
    if (isRemark(row) && !remarks) {
      // A line without an end may be a row that was cut off after its first word.
      const whole = ended || row !== rows.at(-1) || apart || /[:©]|\(c\)/i.test(cell!.text);
      if (reach(row) < length) return whole;
      // A sentence with commas.
      const other = kinds(row).some((kind, i) => types[i] && kind !== types[i]);
      const headed = cell!.text.includes(':') && cell!.text.length > longest;
      return apart && row.cells.length <= length && (other || headed);
    }
    const unlike = types[0] ? kindOf(cell!) !== types[0] : cell!.text.length > longest;
    return apart && reach(row) === 1 && unlike && /\S\s+\S/.test(cell!.text);
  };
  let end = rows.length;
  for (let at = rows.length - 1; at > start + 1 && rows.length - at <= MAX_FOOTER; at--) {
    if (proves(rows[at]!)) end = at;
    else if (reach(rows[at]!) > 1) break;
  }
  return end;
}

const isRemark = ({ cells }: SampleRow) => remark.test(cells[0]!.text);

/** Cells up to the last that is filled. */
function reach({ cells }: SampleRow): number {
  return 1 + cells.findLastIndex(({ text }) => text.trim() !== '');
}

/** The kind that nearly all filled cells of a column have, unless they are just text. */
function typeOf(column: readonly CellKind[]): CellKind | undefined {
  const present = column.filter((kind) => kind !== 'empty');
  const counts = new Map<CellKind, number>();
  for (const kind of present) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const [kind, count] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? ['text' as const, 0];
  return isTyped(kind) && count >= 0.8 * present.length ? kind : undefined;
}

function columnTypes(body: readonly SampleRow[], length: number): (CellKind | undefined)[] {
  const rows = body.filter(({ cells }) => cells.length >= length).map(kinds);
  return Array.from({ length }, (_, column) => typeOf(rows.map((row) => row[column]!)));
}

/** Whether the first row holds names: text over columns that hold something else, and nothing that comes again below. */
function findHeader(
  first: SampleRow | undefined,
  body: readonly SampleRow[],
  length: number,
): { header: boolean; confidence: number; note: string } {
  if (first === undefined)
    return { header: true, confidence: 0.5, note: 'there is no row: a header is a guess' };
  const names = first.cells.map(({ text }) => text.trim());
  const above = kinds(first);
  if (body.length === 0) {
    const header = !above.some(isTyped);
    return {
      header,
      confidence: 0.6,
      note: `one row: ${header ? 'names by the look of it' : 'no names, for it holds values'}`,
    };
  }
  const types = columnTypes(body, length);
  const years = names.map(Number).filter((year) => Number.isInteger(year) && year > 1800 && year < 2200);
  const areYears =
    years.length >= 2 && years.every((year, i) => i === 0 || Math.abs(year - years[i - 1]!) === 1);
  let votes = 0;
  let typed = 0;
  types.forEach((type, column) => {
    const kind = above[column];
    if (kind === undefined) return;
    if (type !== undefined) {
      typed++;
      if (kind === 'text' || kind === 'doubtful') votes += 1;
      else if (kind === type) votes -= areYears && /^\d{4}$/.test(names[column]!) ? -0.5 : 1;
      else if (kind === 'empty') votes -= 0.2;
    } else if (isTyped(kind) && kind !== 'boolean') votes -= 0.7;
    else if (kind === 'text') {
      const values = body.map(({ cells }) => cells[column]?.text.trim() ?? '');
      const again = values.filter((value) => value === names[column]).length;
      const sizes = new Set(values.filter((value) => value !== '').map((value) => value.length));
      if (again > 0) votes -= again > 1 || body.length < 10 ? 0.6 : 0.3;
      else if (sizes.size === 1 && !sizes.has(names[column]!.length)) votes += 0.4;
      else votes += 0.15;
    } else if (kind === 'empty') votes -= 0.3;
  });
  if (names.some((name) => name.length > 100)) votes -= 0.5;
  if (new Set(names).size < names.length) votes -= 0.5;
  const header = votes > 0;
  const confidence = Math.min(1, 0.55 + (0.45 * Math.abs(votes)) / Math.max(1, typed || length * 0.3));
  return {
    header,
    confidence,
    note: header ? 'the first row holds names' : 'the first row holds values: there is no header',
  };
}

/** What is written where a value is missing. */
const missingWord = /^(?:|-+|\.+|\?+|n\/?a|nan|null|nil|none|missing|unknown|tbd|#n\/a)$/i;

/**
 * Rows of names: text over every column of numbers, dates and the like, of which there must be two. A row of data with gaps
 * looks the same: so the names above it must be merged (some empty, some repeated), or its own over those columns must
 * differ, as units do, and none mean that a value is missing.
 */
function countHeaderRows(table: readonly SampleRow[], length: number): number {
  const types = columnTypes(table.slice(MAX_HEADER_ROWS, MAX_HEADER_ROWS + LOOKED_AT), length);
  const typed = types.flatMap((type, column) => (type === undefined ? [] : [column]));
  if (typed.length < 2 || table.length < 2 * MAX_HEADER_ROWS) return 1;
  const texts = ({ cells }: SampleRow) => cells.map(({ text }) => text.trim());
  const differ = (names: string[]) => new Set(names).size === names.length;
  const first = texts(table[0]!);
  const isMerged = first.includes('') || !differ(first);
  let rows = 1;
  while (rows < MAX_HEADER_ROWS) {
    const row = table[rows]!;
    const above = kinds(row);
    if (above.length !== length || !typed.every((column) => above[column] === 'text')) break;
    const own = texts(row);
    const units = typed.map((column) => own[column]!);
    if (own.some((text) => missingWord.test(text)) || !(isMerged || (units.length > 2 && differ(units))))
      break;
    rows++;
  }
  return rows;
}

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

/** Rows of the body whose kinds are looked at. */
const LOOKED_AT = 300;
const MAX_PREAMBLE = 200;
const MAX_FOOTER = 50;
const MAX_HEADER_ROWS = 3;

const filled = ({ cells }: SampleRow) => cells.filter(({ text }) => text.trim() !== '').length;
const kinds = ({ cells }: SampleRow) => cells.map(({ text, quoted }) => kindOf(text, quoted));

/**
 * Tells the preamble, the header and the footer from the table by their lengths and kinds. `last`: rows from the end of the file, if
 * the others are but its start; `complete`: they are all of it.
 */
export function findTable(
  rows: readonly SampleRow[],
  last: readonly SampleRow[],
  complete: boolean,
  header: boolean | undefined,
): TableShape {
  const { length } = commonLength(rows.map(({ cells }) => cells.length));
  const start = findStart(rows, length);
  const all = [...rows, ...last];
  const footer = complete || last.length > 0 ? all.length - findEnd(all, start, length) : 0;
  const table = rows.slice(start, last.length > 0 ? rows.length : rows.length - footer);
  const body = table.slice(1, 1 + LOOKED_AT);
  const found = findHeader(table[0], body, length);
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

/** The row after the table: those from there on are one cell each, and not as the first column has them. */
function findEnd(rows: readonly SampleRow[], start: number, length: number): number {
  if (length < 2) return rows.length;
  const column = rows
    .slice(start + 1, start + 1 + LOOKED_AT)
    .flatMap(({ cells }) => (cells.length === length ? [cells[0]!] : []));
  const typed = typeOf(column.map(({ text, quoted }) => kindOf(text, quoted)));
  const longest = Math.max(0, ...column.map(({ text }) => text.length));
  let end = rows.length;
  while (end > start + 2 && rows.length - end < MAX_FOOTER) {
    const row = rows[end - 1]!;
    const cell = row.cells[0]!;
    const alone = row.cells.length === 1 || (length > 2 && filled(row) === 1 && cell.text.trim() !== '');
    const alien = typed ? kindOf(cell.text, cell.quoted) !== typed : cell.text.length > longest;
    if (!alone || !(alien || row.blank > 0 || end < rows.length)) break;
    end--;
  }
  return end;
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
    const values = body.map(({ cells }) => cells[column]?.text.trim() ?? '');
    if (type !== undefined) {
      typed++;
      if (kind === 'text' || kind === 'doubtful') votes += 1;
      else if (kind === type) votes -= areYears && /^\d{4}$/.test(names[column]!) ? -0.5 : 1;
      else if (kind === 'empty') votes -= 0.2;
    } else if (isTyped(kind) && kind !== 'boolean') votes -= 0.7;
    else if (kind === 'text') {
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
 * looks the same: so the names above it must be merged (some empty, some repeated), or its own must all differ, as units do,
 * and none mean that a value is missing.
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
    if (own.some((text) => missingWord.test(text)) || !(isMerged || (typed.length > 2 && differ(own)))) break;
    rows++;
  }
  return rows;
}

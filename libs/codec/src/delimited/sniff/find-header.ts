import { isTyped } from './cell-kind.ts';
import { columnTypes, kindsOf, LOOKED_AT } from './column-types.ts';
import type { SampleRow } from './cut-rows.ts';

const MAX_HEADER_ROWS = 3;

/** Whether the first row holds names: text over columns that hold something else, and nothing that comes again below. */
export function findHeader(
  first: SampleRow | undefined,
  body: readonly SampleRow[],
  length: number,
): { header: boolean; confidence: number; note: string } {
  if (first === undefined)
    return { header: true, confidence: 0.5, note: 'there is no row: a header is a guess' };
  const names = first.cells.map(({ text }) => text.trim());
  const above = kindsOf(first);
  if (body.length === 0) {
    const header = !above.some(isTyped);
    return {
      header,
      confidence: 0.6,
      note: `one row: ${header ? 'names by the look of it' : 'no names, for it holds values'}`,
    };
  }
  const types = columnTypes(body, length);
  // Where files were put one after another the header comes again, as a whole; right below it is a row that is there twice.
  const others = body.filter((row, at) => at === 0 || length === 1 || !isSame(row, first));
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
      const values = others.map(({ cells }) => cells[column]?.text.trim() ?? '');
      const present = values.filter((value) => value !== '');
      const again = values.filter((value) => value === names[column]).length;
      const sizes = new Set(present.map((value) => value.length));
      if (again > 0) votes -= again > 1 || body.length < 10 ? 0.6 : 0.3;
      else if (isCodeAmong(names[column]!, present)) votes -= 1;
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

function isSame(row: SampleRow, { cells }: SampleRow): boolean {
  return row.cells.length === cells.length && row.cells.every(({ text }, i) => text === cells[i]!.text);
}

/** Digits that a name seldom has, and characters that codes without an outline have. */
const CODE_DIGITS = 3;
const CODE_LENGTH = 8;
/** Characters of an outline that are compared: where a message follows a date, the date. */
const OUTLINE = 12;

/**
 * Whether a text is a code, a number of a kind or the like, as nearly all others are: `MG-8769` above `RI-3895`, or as many characters
 * with digits among them.
 */
function isCodeAmong(text: string, others: readonly string[]): boolean {
  const digits = (one: string) => one.replace(/\D/g, '').length;
  if (others.length === 0 || digits(text) < CODE_DIGITS) return false;
  const own = outline(text);
  const alike = others.filter((other) => outline(other) === own);
  const asLong = others.filter((other) => other.length === text.length && digits(other) > 0);
  const most = 0.8 * others.length;
  return alike.length >= most || (text.length >= CODE_LENGTH && asLong.length >= most);
}

/** @example `outline('INV-2024/7a') // 'A-9/9a'` */
function outline(text: string): string {
  return text
    .replace(/\d+/g, '9')
    .replace(/\p{Lu}+/gu, 'A')
    .replace(/\p{Ll}+/gu, 'a')
    .slice(0, OUTLINE);
}

/** What is written where a value is missing. */
const missingWord = /^(?:|-+|\.+|\?+|n\/?a|nan|null|nil|none|missing|unknown|tbd|#n\/a)$/i;

/**
 * Rows of names: text over every column of numbers, dates and the like, of which there must be two. A row of data with gaps
 * looks the same: so the names above it must be merged (some empty, some repeated), or its own over those columns must
 * differ, as units do, and none mean that a value is missing.
 */
export function countHeaderRows(table: readonly SampleRow[], length: number): number {
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
    const above = kindsOf(row);
    if (above.length !== length || !typed.every((column) => above[column] === 'text')) break;
    const own = texts(row);
    const units = typed.map((column) => own[column]!);
    if (own.some((text) => missingWord.test(text)) || !(isMerged || (units.length > 2 && differ(units))))
      break;
    rows++;
  }
  return rows;
}

import { kindOf } from './cell-kind.ts';
import { columnTypes, kindsOf, LOOKED_AT } from './column-types.ts';
import type { SampleRow } from './cut-rows.ts';

const MAX_FOOTER = 50;
/** How lines start that say something of the table above. */
const remark =
  /^[^\p{L}\p{N}(©]{0,3}(?:(?:data )?sources?|(?:foot)?notes?|(?:grand |sub)?totals?|sum|copyright|remarks?|quellen?|anmerkung(?:en)?|hinweise?|summe|gesamt|fuentes?|fonte|rows?|\(?\d+ rows?)(?![\p{L}\p{N}])|^ *(?:\(c\)|©)/iu;

/** What a row has that is no name or key cut short. */
const sentence = /[:©]|\(c\)/i;

/**
 * The row after the table. A footer needs a proof, for a row cut short may be what is left of a file that was cut off: it starts with a
 * word that footers start with and has fewer cells, or stands after a blank line and is one cell unlike those of the first column.
 * Spreadsheets pad it with empty cells, and write a blank line as a row of them.
 */
export function findEnd(rows: readonly SampleRow[], start: number, length: number, ended: boolean): number {
  if (length < 2) return rows.length;
  const follows = (at: number) => rows[at]!.blank > 0 || (at > start + 1 && reach(rows[at - 1]!) === 0);
  const apart = new Set(rows.filter((_, at) => at > start && follows(at)));
  const isApart = (row: SampleRow) => apart.has(row) && apart.size * 4 <= rows.length;
  const padded = findPaddedRemarks(rows, start, length);
  const body = rows
    .slice(start + 1, Math.min(padded, start + 1 + LOOKED_AT))
    .filter((row) => row.cells.length === length && !(isApart(row) && isRemark(row)));
  const column = body.map(({ cells }) => cells[0]!);
  const types = columnTypes(body, length);
  const longest = Math.max(0, ...column.map(({ text }) => text.length));
  const remarks = isRemark(rows[start]!) || body.some(isRemark);
  const proves = (row: SampleRow) => {
    const [cell] = row.cells;
    const unlike = types[0] ? kindOf(cell!) !== types[0] : cell!.text.length > longest;
    if (isRemark(row) && !remarks) {
      // A line without an end may be a row that was cut off after its first word.
      const whole = ended || row !== rows.at(-1) || isApart(row) || sentence.test(cell!.text);
      if (reach(row) < length)
        return row.cells.length < length ? whole : unlike && isPaddedRemark(row, length);
      // A sentence with commas.
      const other = kindsOf(row).some((kind, i) => types[i] && kind !== types[i]);
      const headed = cell!.text.includes(':') && cell!.text.length > longest;
      return isApart(row) && row.cells.length <= length && (other || headed);
    }
    return isApart(row) && reach(row) === 1 && unlike && /\S\s+\S/.test(cell!.text);
  };
  let end = rows.length;
  for (let at = rows.length - 1; at > start + 1 && rows.length - at <= MAX_FOOTER; at--) {
    if (proves(rows[at]!)) end = at;
    else if (reach(rows[at]!) > 1) break;
  }
  if (end < rows.length) while (end > start + 2 && reach(rows[end - 1]!) === 0) end--;
  return end;
}

/** The first of the remarks that are padded to the width of the table and stand at its end, with rows of empty cells or without. */
function findPaddedRemarks(rows: readonly SampleRow[], start: number, length: number): number {
  let at = rows.length;
  while (at > start + 1 && (isPaddedRemark(rows[at - 1]!, length) || reach(rows[at - 1]!) === 0)) at--;
  return at;
}

function isPaddedRemark(row: SampleRow, length: number): boolean {
  const isOne = row.cells.length === length && reach(row) === 1;
  return isOne && isRemark(row) && sentence.test(row.cells[0]!.text);
}

const isRemark = ({ cells }: SampleRow) => remark.test(cells[0]!.text);

/** Cells up to the last that is filled. */
function reach({ cells }: SampleRow): number {
  return 1 + cells.findLastIndex(({ text }) => text.trim() !== '');
}

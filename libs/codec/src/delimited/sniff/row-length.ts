import type { SampleRow } from './cut-rows.ts';

/** How many cells rows have, and the share of rows that have as many. */
interface RowLength {
  length: number;
  share: number;
  /** Whether rows leave out the empty cells at their ends, so that few are as long as the names are many. */
  ragged: boolean;
}

/** Names that stand over rows of different lengths, and how much of such rows is as good as even. */
const FEWEST_NAMES = 3;
const RAGGED_SHARE = 0.8;
/** A name of a column, not a sentence. */
export const label = /^[\p{L}_][\p{L}\p{N}_.-]{0,39}$/u;

/** The most common length of rows, unless names tell it; of lengths equally common the greatest. */
export function rowLength(rows: readonly SampleRow[]): RowLength {
  const counts = new Map<number, number>();
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let best = 1;
  for (const [length, count] of counts) {
    const most = counts.get(best) ?? 0;
    if (count > most || (count === most && length > best)) best = length;
  }
  const share = rows.length === 0 ? 0 : (counts.get(best) ?? 0) / rows.length;
  const names = rows[0]?.cells.length ?? 0;
  return share < RAGGED_SHARE && names >= best && areNamesOfRagged(rows)
    ? { length: names, share: RAGGED_SHARE, ragged: names > best }
    : { length: best, share, ragged: false };
}

/** Whether the first row is of names, none of those below is longer, and most have several cells. */
function areNamesOfRagged(rows: readonly SampleRow[]): boolean {
  const [first, ...others] = rows;
  const names = first!.cells.map(({ text }) => text.trim());
  return (
    names.length >= FEWEST_NAMES &&
    new Set(names).size === names.length &&
    names.every((name) => label.test(name)) &&
    others.every(({ cells }) => cells.length <= names.length) &&
    others.filter(({ cells }) => cells.length > 1).length * 2 > others.length
  );
}

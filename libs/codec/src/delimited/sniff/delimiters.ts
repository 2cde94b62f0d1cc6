import { MULTI_SPACE } from '../dialect.ts';

const common = [',', ';', '\t', '|', ':', ' ', MULTI_SPACE];
/** Those that are looked at only where they stand in every other line, or more often; pairs where they make three columns. */
const rare = ['~', '^', '§', '\x01', '\x1f', '||', '::', '\t\t'];
/** Those of them that stand inside of values too: of all, and of those that make two columns. */
const doubtful = ['~', '^', '§'];
const doubtfulPairs = [...doubtful, '||', '::'];

/** How likely a character is a delimiter before anything is seen. These stand inside of values, and between words. */
const likely: Record<string, number> = { ':': 0.6, ' ': 0.7, [MULTI_SPACE]: 0.75 };
/** How likely such a one is where it makes more than two columns. */
const RARE = 0.8;

/** Delimiters that a text gives a reason for. */
export function listDelimiters(text: string): string[] {
  const hasRuns = /(?: {2}|\t ?\t| \t|\t )/.test(text);
  const lines = text.split(/\r\n|\r|\n/).length;
  // Once in a line, a pair may as well be two marks around a column that is empty so far.
  const fewest = (mark: string) => (mark.length > 1 ? 1.5 : 0.5) * lines;
  const found = rare.filter((mark) => text.split(mark).length > fewest(mark));
  const kept = common.filter((mark) => {
    if (mark === MULTI_SPACE) return hasRuns;
    // Where it never stands alone the column between two of them is none.
    return (found.includes(mark + mark) ? text.replaceAll(mark + mark, '') : text).includes(mark);
  });
  return [...kept, ...found];
}

/** How far cells are to be trusted that a delimiter makes: a row has `length` of them, `typed` is the share of values other than text. */
export function trustIn(delimiter: string, length: number, typed: number): number {
  if (length > 2 && rare.includes(delimiter)) return doubtful.includes(delimiter) ? RARE : 1;
  const before = doubtfulPairs.includes(delimiter) ? likely[':'] : likely[delimiter];
  // Words alone are no columns; with numbers and dates between them they may be.
  return before === undefined ? 1 : before * (0.5 + 0.5 * typed);
}

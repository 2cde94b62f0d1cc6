import { type Column, findWords, overlaps, type Span } from './columns.ts';

/** Lines at the start that may be a title, a header or a rule. */
const mostHeaderLines = 6;

export interface Header {
  /** Lines to pass over. */
  skip: number;
  /** The line that holds the names, if there is one. */
  line?: string;
  /** Where a rule of dashes says the columns are. */
  rule?: Span[];
}

/** How many lines to keep out of the first look at the columns. */
export function headRoom(records: number): number {
  return Math.min(mostHeaderLines, records >> 1);
}

/** Finds the header among the first lines: a rule under it, or words where the records have numbers. */
export function findHeader(records: string[], columns: Column[]): Header {
  const head = records.slice(0, headRoom(records.length));
  const body = records.slice(head.length);
  const ruleAt = head.findIndex((line) => /^[-=+| ]*[-=]{2,}[-=+| ]*$/.test(line));
  if (ruleAt >= 0) {
    const rule = [...head[ruleAt]!.matchAll(/[-=]+/g)].map((run) => ({
      start: run.index,
      end: run.index + run[0].length,
    }));
    const line = head[ruleAt - 1];
    return {
      skip: ruleAt + 1,
      ...(line === undefined ? {} : { line }),
      ...(rule.length > 1 ? { rule } : {}),
    };
  }
  for (let at = head.length - 1; at >= 0; at--)
    if (isHeader(head[at]!, columns, body)) return { skip: at + 1, line: head[at]! };
  return { skip: 0 };
}

function isHeader(line: string, columns: Column[], body: string[]): boolean {
  const words = findWords(line, true);
  if (words.length === 0 || words.some((word) => !/\p{L}/u.test(line.slice(word.start, word.end))))
    return false;
  const numeric = columns.filter((column) => column.numeric >= 0.95);
  if (numeric.length > 0)
    return (
      numeric.some((column) => words.some((word) => overlaps(word, column))) &&
      words.length >= Math.min(2, columns.length)
    );
  // All text: a header's words come nowhere else, and are written in another way.
  const others = new Set(
    body.flatMap((record) => findWords(record).map(({ start, end }) => record.slice(start, end))),
  );
  const texts = words.map(({ start, end }) => line.slice(start, end));
  const style = (text: string) =>
    text === text.toLowerCase() ? 'lower' : text === text.toUpperCase() ? 'upper' : 'mixed';
  const styles = new Set([...others].map(style));
  return (
    words.length > 1 &&
    texts.every((text) => !others.has(text)) &&
    texts.every((text) => !styles.has(style(text)))
  );
}

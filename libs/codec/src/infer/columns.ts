/** A run of positions, half-open. */
export interface Span {
  start: number;
  end: number;
}

/** A column as it shows in the records: where anything but blanks is, and to which side it leans. */
export interface Column extends Span {
  aligned: 'left' | 'right';
  /** Share of the filled cells that are numbers, dates or times. */
  numeric: number;
}

const isBlank = (code: number) => code === 0x20 || code === 0x00;

/** How many records have something at each position. */
function countOccupied(records: string[]): Uint32Array {
  const occupied = new Uint32Array(Math.max(0, ...records.map(({ length }) => length)));
  for (const record of records)
    for (let at = 0; at < record.length; at++) if (!isBlank(record.charCodeAt(at))) occupied[at]!++;
  return occupied;
}

/** Records that must reach past a blank column for it to mean something, where there are so many. */
const enoughRecords = 3;

/**
 * Runs of positions that are filled in more than `tolerated` records. What only a few long records show is part of the
 * run before it: their blanks are likely those of a text.
 */
export function findSpans(records: string[], tolerated: number): Span[] {
  const occupied = countOccupied(records);
  const lengths = records.map(({ length }) => length).sort((a, b) => b - a);
  const few = lengths[Math.min(enoughRecords, lengths.length) - 1] ?? 0;
  const spans: Span[] = [];
  let start = -1;
  for (let at = 0; at <= occupied.length; at++) {
    const filled = at < occupied.length && occupied[at]! > tolerated;
    if (filled && start < 0) {
      if (at >= few && spans.length > 0) start = spans.pop()!.start;
      else start = at;
    }
    if (!filled && start >= 0) {
      spans.push({ start, end: at });
      start = -1;
    }
  }
  return spans;
}

/** Runs of a line's text: words, which single blanks hold together unless `everyBlank` is set. */
export function findWords(line: string, everyBlank = false): Span[] {
  const words = everyBlank ? /\S+/g : /\S+(?: \S+)*/g;
  return [...line.matchAll(words)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

const numberLike = /^[-+(]?[\d.,:/'TZ%-]*\d[\d.,:/'TZ% )-]*$/;

/** Looks at the cells of a span. */
export function describeColumn(span: Span, records: string[]): Column {
  let filled = 0;
  let numeric = 0;
  let left = 0;
  let right = 0;
  for (const record of records) {
    const cell = record.slice(span.start, span.end);
    const text = cell.trim();
    if (text === '') continue;
    filled++;
    if (numberLike.test(text)) numeric++;
    if (cell.startsWith(text)) left++;
    if (span.start + cell.trimEnd().length === span.end) right++;
  }
  return { ...span, aligned: right > left ? 'right' : 'left', numeric: filled === 0 ? 0 : numeric / filled };
}

import { type Column, describeColumn, findWords, overlaps, type Span } from './columns.ts';
import type { Header } from './header.ts';

/** A column on its way to a field. */
export interface NamedColumn extends Column {
  name?: string;
  /** Start of its header word, which may lie before anything in the records does. */
  wordStart?: number;
}

export interface NamedColumns {
  columns: NamedColumn[];
  notes: string[];
}

/**
 * Puts header words and columns together. A word over several runs makes them one column, so that blanks inside a cell
 * do not cut it; two words over one run cut it; a word over nothing is a column that the sample leaves empty.
 */
export function nameColumns(spans: Span[], header: Header, records: string[]): NamedColumns {
  const { line, rule } = header;
  if (rule) return nameByRule(rule, line ?? '', records);
  if (line === undefined) return nameless(spans, records);
  const words = findHeaderWords(line, spans);
  const notes: string[] = [];
  const columns: (Span & { name?: string; wordStart?: number })[] = words.map((word) => ({
    start: word.start,
    end: word.end,
    name: line.slice(word.start, word.end),
    wordStart: word.start,
  }));
  const unnamed: Span[] = [];
  const reach = new Map<Span, Span[]>(columns.map((column) => [column, []]));
  for (const span of spans) {
    const over = columns.filter((_, i) => overlaps(words[i]!, span));
    if (over.length > 1) {
      // Two words over one run of text: the fields touch, the second starts with its word.
      for (const [i, column] of over.entries())
        reach.get(column)!.push({
          start: i === 0 ? span.start : column.wordStart!,
          end: over[i + 1]?.wordStart ?? span.end,
        });
    } else if (over[0]) reach.get(over[0])!.push(span);
    else {
      const before = columns.findLast((_, i) => words[i]!.start < span.start);
      const gap = span.start - Math.max(0, ...(before ? reach.get(before)!.map(({ end }) => end) : []));
      if (before && gap === 1) reach.get(before)!.push(span);
      else {
        // A word beside its column, over nothing itself: `qty` over ` 3`.
        const beside = columns.find(
          (column, i) =>
            reach.get(column)!.length === 0 &&
            !spans.some((other) => overlaps(words[i]!, other)) &&
            !spans.some((other) => overlaps(other, between(words[i]!, span))),
        );
        if (beside) reach.get(beside)!.push(span);
        else unnamed.push(span);
      }
    }
  }
  for (const column of columns) {
    const spans = reach.get(column)!;
    if (spans.length === 0) notes.push(`${column.name} is blank in every record of the sample`);
    if (spans.length > 1)
      notes.push(`${column.name} has a blank at one place in every record: taken as part of it`);
    if (spans.length > 0) {
      column.start = Math.min(...spans.map(({ start }) => start));
      column.end = Math.max(...spans.map(({ end }) => end));
    }
  }
  for (const span of unnamed) notes.push(`no header word stands over positions ${span.start} to ${span.end}`);
  return {
    columns: [...columns, ...unnamed]
      .sort((a, b) => a.start - b.start)
      .map((column) => ({ ...column, ...describeColumn(column, records) })),
    notes,
  };
}

function between(a: Span, b: Span): Span {
  return a.start < b.start ? { start: a.end, end: b.start } : { start: b.end, end: a.start };
}

/** Words that single blanks join are one name, unless the records have columns of their own under each. */
function findHeaderWords(line: string, spans: Span[]): Span[] {
  return findWords(line).flatMap((phrase) => {
    const single = findWords(line.slice(phrase.start, phrase.end), true).map(({ start, end }) => ({
      start: start + phrase.start,
      end: end + phrase.start,
    }));
    const under = single.map((word) => spans.filter((span) => overlaps(word, span)));
    const apart = under.every(
      (own, i) =>
        own.length > 0 && under.every((other, j) => i === j || !other.some((span) => own.includes(span))),
    );
    return apart ? single : [phrase];
  });
}

function nameByRule(rule: Span[], line: string, records: string[]): NamedColumns {
  const columns = rule.map((span, i) => {
    const next = rule[i + 1]?.start ?? Number.POSITIVE_INFINITY;
    const name = line.slice(span.start, Math.min(span.end, next)).trim();
    return { ...describeColumn(span, records), wordStart: span.start, ...(name === '' ? {} : { name }) };
  });
  return { columns, notes: ['the line of dashes says where columns are'] };
}

function nameless(spans: Span[], records: string[]): NamedColumns {
  const notes = spans.flatMap((span, i) =>
    i > 0 && span.start - spans[i - 1]!.end === 1
      ? [`only one blank before position ${span.start}: it may be inside a column`]
      : [],
  );
  return {
    columns: spans.map((span) => describeColumn(span, records)),
    notes: ['no header found', ...notes],
  };
}

/** Where each column ends and the next starts. All positions belong to some column, so that nothing is lost. */
export function cutBetween(columns: NamedColumn[]): number[] {
  let previous = 0;
  return columns.slice(1).map((right, i) => {
    previous = Math.max(previous + 1, cut(columns[i]!, right));
    return previous;
  });
}

function cut(left: NamedColumn, right: NamedColumn): number {
  const start = Math.min(right.start, right.wordStart ?? right.start);
  if (right.aligned === 'left' || start === right.wordStart) return Math.max(start, left.end);
  if (left.aligned === 'right') return left.end;
  // Between text and a number the room may be either's: half to each.
  return left.end + Math.ceil((right.start - left.end) / 2);
}

/** Names for fields: header words without blanks, each once. */
export function fieldNames(columns: NamedColumn[], read: (text: string) => string): string[] {
  const taken = new Map<string, number>();
  return columns.map(({ name }, i) => {
    const base =
      (name === undefined ? '' : read(name).trim().replace(/\s+/g, '_').slice(0, 200)) || `column_${i + 1}`;
    const times = (taken.get(base) ?? 0) + 1;
    taken.set(base, times);
    return times === 1 ? base : `${base}_${times}`;
  });
}

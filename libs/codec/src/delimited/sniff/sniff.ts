import { type DialectOptions, findConflicts } from '../dialect.ts';
import { type CutSample, type Cutting, cutRows, type SampleRow } from './cut-rows.ts';
import { listDelimiters } from './delimiters.ts';
import { rowLength } from './row-length.ts';
import { scoreCut } from './score.ts';
import { findSepLine } from './sep-line.ts';
import { findTable, type Guessing } from './table-shape.ts';

/** What the start of a file says about how it is written. */
export interface SniffedDialect extends Cutting {
  doubleQuote: boolean;
  nullSequence?: string;
  commentChar?: string;
  header: boolean;
  headerRows: number[];
  skipLines: number;
  footerLines: number;
  /** Whether there are rows, all of as many cells and those more than one. */
  alike: boolean;
  /** 0 to 1: from a bare guess to all signs agreeing. */
  confidence: number;
  /** What was seen, for a person. */
  notes: string[];
}

const quotes = ['"', "'", ''];
/** Characters that are cut in every way there is; a file of long records gets more. */
const SCORED = 32 * 1024;
const MOST_ROWS = 1000;
/** Characters at the end of a file in which a footer is looked for. */
const END = 4096;
const FEWEST_LINES = 20;
const COMMENT = '#';

/**
 * Finds the dialect of a text by cutting its start in every way there is, and taking the one whose rows are most alike and whose cells
 * look most like values. What is `given` stands. `complete`: the text is the whole file.
 * @example `sniffDialect('a;b\n1,5;x\n', true, {}).delimiter // ';'`
 */
export function sniffDialect(
  text: string,
  complete: boolean,
  given: DialectOptions,
  open: Guessing = { preamble: true, footer: true },
): SniffedDialect {
  const isOpen = given.skipLines === undefined && given.headerRows === undefined;
  const sep = isOpen ? findSepLine(text) : undefined;
  if (sep === undefined) return sniffTable(text, complete, given, open);
  const stated = { ...given, delimiter: given.delimiter ?? sep.delimiter };
  const table = sniffTable(text.slice(sep.length), complete, stated, open);
  return {
    ...table,
    skipLines: table.skipLines + 1,
    notes: ['the first line says what the delimiter is', ...table.notes],
  };
}

function sniffTable(text: string, complete: boolean, given: DialectOptions, open: Guessing): SniffedDialect {
  const lineTerminator = given.lineTerminator ?? 'auto';
  const scored = takeStart(complete ? dropCtrlZ(text) : text);
  const whole = complete && scored.length >= dropCtrlZ(text).length;
  const commentChar = given.commentChar ?? findComments(scored);
  const start = commentChar === undefined ? scored : blankComments(scored, commentChar);
  const listed = listWays(start, given, lineTerminator);
  const cut = (ended: boolean) =>
    listed.map((way) => ({ way, sample: cutRows(start, way, ended, MOST_ROWS) }));
  let cuts = cut(whole);
  // One record that is longer than the start: what there is of it tells as much.
  if (!whole && cuts.every(({ sample }) => sample.rows.length === 0)) cuts = cut(true);
  const ways = rank(dropOddQuotes(cuts, given, whole));
  const best = ways[0]!;
  const { sample } = best;
  const backslashes = best.way.delimiter === '\t' && hasBackslashes(text, given);
  const way = backslashes ? { ...best.way, quoteChar: '', escapeChar: '\\' } : best.way;
  const second = ways.find(({ way: other }) => other.delimiter !== way.delimiter)?.score ?? 0;
  const single = rowLength(sample.rows).length === 1;
  const seenWhole = whole && sample.rows.length < MOST_ROWS;
  const last = complete && !seenWhole ? cutRows(takeEnd(text), way, true, MOST_ROWS).rows : [];
  const ended = lineTerminator === 'auto' ? endsLine(dropCtrlZ(text)) : text.endsWith(lineTerminator);
  const shape = findTable(sample.rows, last, seenWhole, given, open, ended);
  const nulls = sample.rows.some(({ cells }) =>
    cells.some(({ text: cell, quoted }) => !quoted && cell === '\\N'),
  );
  return {
    ...way,
    // One column has no delimiter: what is chosen must not be in its cells.
    delimiter: single && given.delimiter === undefined ? absentDelimiter(start, way) : way.delimiter,
    doubleQuote: way.escapeChar === '' || (sample.doubled && !backslashes),
    ...(nulls ? { nullSequence: '\\N' } : {}),
    ...(commentChar === undefined ? {} : { commentChar }),
    header: shape.header,
    headerRows: shape.headerRows,
    skipLines: shape.skipLines,
    footerLines: shape.footerLines,
    alike:
      !single && sample.rows.length > 1 && new Set(sample.rows.map(({ cells }) => cells.length)).size === 1,
    confidence: round(
      confide(shape.rows, best.score, second, given.delimiter !== undefined) * shape.confidence,
    ),
    notes: [
      ...describe(shape.rows, sample, single),
      ...(backslashes ? ['backslashes stand before t, n, r and backslashes: they are escapes'] : []),
      ...shape.notes,
    ],
  };
}

/** A start long enough to have some records, if there are. */
function takeStart(text: string): string {
  let at = 0;
  for (let lines = 0; at >= 0 && at < text.length && (at < SCORED || lines < FEWEST_LINES); lines++) {
    const end = text.slice(at, at + SCORED).search(/[\r\n]/);
    at = end < 0 ? at + SCORED : at + end + 1;
    if (at >= SCORED && lines >= FEWEST_LINES) break;
  }
  return text.slice(0, Math.max(SCORED, Math.min(at, text.length)));
}

/** The last lines of a text. */
function takeEnd(text: string): string {
  const kept = dropCtrlZ(text);
  const part = kept.slice(-END);
  return part.slice(part.search(/[\r\n]/) + 1);
}

/** Every way to cut that the text gives a reason for. */
function listWays(text: string, given: DialectOptions, lineTerminator: string): Cutting[] {
  const ways: Cutting[] = [];
  const quoteChars =
    given.quoteChar !== undefined
      ? [given.quoteChar]
      : quotes
          .filter((quote) => quote !== "'" || /(?:^|[,;\t|:~^§ \r\n])'/.test(text))
          .filter((quote) => quote !== '' || text.includes('"'));
  const candidates = given.delimiter !== undefined ? [given.delimiter] : listDelimiters(text);
  for (const delimiter of candidates.length > 0 ? candidates : [',']) {
    for (const quoteChar of quoteChars) {
      const escaped = text.includes(`\\${quoteChar || delimiter}`) || text.includes(`\\${delimiter}`);
      const escapes = given.escapeChar !== undefined ? [given.escapeChar] : escaped ? ['', '\\'] : [''];
      for (const escapeChar of escapes) {
        const spaced = quoteChar !== '' && delimiter !== ' ' && text.includes(`${delimiter} ${quoteChar}`);
        const always = given.delimiter === undefined && alwaysSpaced(text, delimiter);
        const spaces =
          given.skipInitialSpace !== undefined
            ? [given.skipInitialSpace]
            : always
              ? [true]
              : spaced
                ? [false, true]
                : [false];
        for (const skipInitialSpace of spaces)
          ways.push({ delimiter, quoteChar, escapeChar, skipInitialSpace, lineTerminator });
      }
    }
  }
  // One column, whatever its cells hold.
  if (given.delimiter === undefined && candidates.length > 0)
    for (const quoteChar of quoteChars)
      ways.push({ delimiter: '\0', quoteChar, escapeChar: '', skipInitialSpace: false, lineTerminator });
  const fitting = ways.filter((way) => findConflicts({ ...way, ...dropAbsent(given) }).length === 0);
  return fitting.length > 0 ? fitting : [bareWay(given, lineTerminator)];
}

interface Cut {
  way: Cutting;
  sample: CutSample;
}

/** The best way to cut first. One that has no rival needs no score. */
function rank(cuts: readonly Cut[]): (Cut & { score: number })[] {
  const isAlone = cuts.length === 1;
  return cuts
    .map((one) => ({ ...one, score: isAlone ? 0 : scoreCut(one.sample, one.way.delimiter) }))
    .sort((a, b) => b.score - a.score);
}

/**
 * Leaves out what takes a few quotes out of place for the rule: that there are no quotes is said by many that are never well placed, or
 * in a file seen whole by one alone that would take the first line with it; and that apostrophes are quotes by many that are.
 */
function dropOddQuotes(cuts: readonly Cut[], given: DialectOptions, whole: boolean): Cut[] {
  if (given.quoteChar !== undefined) return [...cuts];
  const losesFirst = (other: CutSample, sample: CutSample) =>
    whole && other.quoted === 0 && other.rows[0]?.line !== sample.rows[0]?.line;
  const isProof = ({ way, sample }: Cut): boolean => {
    if (way.quoteChar === "'") return sample.quoted > 4 * sample.misquoted;
    if (way.quoteChar !== '') return true;
    return cuts
      .filter((other) => other.way.delimiter === way.delimiter && other.way.quoteChar === '"')
      .every(
        ({ sample: other }) =>
          (other.misquoted >= 3 && other.misquoted > 4 * other.quoted) || losesFirst(other, sample),
      );
  };
  const proven = cuts.filter(isProof);
  return proven.length > 0 ? proven : [...cuts];
}

/** What is given and nothing that could be at odds with it. */
function bareWay(given: DialectOptions, lineTerminator: string): Cutting {
  const { delimiter = '\x1f', quoteChar = '', escapeChar = '', skipInitialSpace = false } = given;
  return { delimiter, quoteChar, escapeChar, skipInitialSpace, lineTerminator };
}

function dropAbsent(given: DialectOptions): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Whether each delimiter has a space after it, as in `a, b, c`. */
function alwaysSpaced(text: string, delimiter: string): boolean {
  if (delimiter.length > 1 || delimiter === ' ' || delimiter === '\t' || delimiter === ':') return false;
  const parts = text.split(delimiter);
  return parts.length > 3 && parts.slice(1).every((part) => part.startsWith(' '));
}

/** Lines that start with `#` beside others that do not, if they have nothing of a row. */
function findComments(text: string): string | undefined {
  const lines = text.split(/\r\n|\r|\n/);
  const comments = lines.filter((line) => line.startsWith(COMMENT));
  const others = lines.length - comments.length;
  // The first of them alone may be a header: `#id,name`.
  return comments.length >= 2 &&
    comments.length < others &&
    lines.slice(1).some((line) => line.startsWith(COMMENT))
    ? COMMENT
    : undefined;
}

/** The text with its comment lines blank, so that lines keep their numbers. */
function blankComments(text: string, prefix: string): string {
  return text
    .split(/(\r\n|\r|\n)/)
    .map((line) => (line.startsWith(prefix) ? '' : line))
    .join('');
}

/**
 * Whether TSV is written with backslashes for what would break a cell, as `fixed-width-to-tsv`, PostgreSQL and MySQL do: no quotes, no
 * backslash before anything else, and either one that is doubled inside a cell or two kinds of them: `dir\name` alone is a path.
 */
function hasBackslashes(text: string, given: DialectOptions): boolean {
  if (given.quoteChar || given.escapeChar !== undefined || text.includes('"')) return false;
  const pairs = text.match(/\\\p{Any}/gu) ?? [];
  if (pairs.some((pair) => !/\\[tnr\\N]/.test(pair)) || /(?:^|[^\p{L}])[a-z]:\\[^\\]/imu.test(text))
    return false;
  const kinds = new Set(pairs.filter((pair) => pair !== '\\\\' && pair !== '\\N'));
  // Two at the start of a word may be a share: `\\server`.
  return kinds.size > 1 || /[^\s\\]\\\\/.test(text);
}

/** A delimiter that cuts nothing. */
function absentDelimiter(text: string, way: Cutting): string {
  const fits = (delimiter: string) => findConflicts({ ...way, delimiter }).length === 0;
  return [',', '\t', ';', '|', '\x1f'].find((mark) => !text.includes(mark) && fits(mark)) ?? '\x1e';
}

function endsLine(text: string): boolean {
  return text.endsWith('\n') || text.endsWith('\r');
}

/** The end of a file as DOS has it is no row. */
function dropCtrlZ(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0x1a) end--;
  return text.slice(0, end);
}

function describe(rows: readonly SampleRow[], sample: CutSample, single: boolean): string[] {
  const { length, share, ragged } = rowLength(rows);
  const notes = [rows.length === 1 ? '1 row looked at' : `${rows.length} rows looked at`];
  if (single) notes.push('one column: no character cuts the rows alike');
  else if (ragged) notes.push(`rows have up to ${length} cells, as many as there are names`);
  else
    notes.push(
      share === 1 ? `each has ${length} cells` : `${Math.round(share * 100)} % have ${length} cells`,
    );
  if (sample.misquoted > 0) notes.push(`${sample.misquoted} cells have quotes out of place`);
  return notes;
}

function confide(rows: readonly SampleRow[], best: number, second: number, given: boolean): number {
  const { share } = rowLength(rows);
  const enough = Math.min(1, 0.6 + rows.length / 25);
  const clear = given || best === 0 ? 1 : 1 - 0.6 * Math.min(1, second / best) ** 2;
  return enough * clear * (0.3 + 0.7 * share);
}

function round(share: number): number {
  return Math.round(share * 100) / 100;
}

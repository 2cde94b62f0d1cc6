import {
  MULTI_SPACE,
  type OddityPolicies,
  type ReadDialect,
  type ReadingOptions,
  resolvePolicies,
} from '../../src/delimited/dialect.ts';
import { decodeUtf8 } from '../fixed-width/utf8.twin.ts';

// The naive twin of the delimited reader: the whole text as a string with one character a byte, and a plain state machine
// over it. It is written to be read; what it says is what the reader must do, however the input is cut.

/** What is refused before a record is read, or hangs on the start of the file as a whole: nothing that the twin knows of. */
export const refusedEarly: ReadonlySet<string> = new Set([
  'empty-input',
  'header-missing',
  'bad-header',
  'binary-input',
  'unknown-encoding',
  'columns-unknown',
]);

export interface NaiveReject {
  line: number;
  byte: number;
  column?: string;
  code: string;
  record: string;
}

export interface NaiveTable {
  rows: (string | null)[][];
  /** Of each row. */
  places: { line: number; byte: number; raw: string }[];
  rejects: NaiveReject[];
  notices: Record<string, number>;
  error?: string;
}

type Reading = Pick<ReadingOptions, 'maxFieldBytes' | 'maxRecordBytes'> & { policies: OddityPolicies };

interface Row {
  kind: 'row';
  cells: { value: string | null; bad?: string }[];
  notices: string[];
  end: number;
  next: number;
  /** The first oddity that its policy rejects. */
  fault?: { code: string; cell?: number };
}
interface Passed {
  kind: 'passed';
  notice: string;
  end: number;
  next: number;
}
interface Refused {
  kind: 'refused';
  code: string;
  cell?: number;
  end: number;
  next: number;
}

class TooLong extends Error {
  readonly code: string;
  readonly cell: number | undefined;
  constructor(code: string, cell: number | undefined) {
    super(code);
    this.code = code;
    this.cell = cell;
  }
}
class Unterminated extends Error {
  readonly cell: number;
  readonly opens: number;
  constructor(cell: number, opens: number) {
    super('unterminated');
    this.cell = cell;
    this.opens = opens;
  }
}
class NeverClosed extends Error {}

/** Bytes as characters. */
export const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

/** The grammar of a dialect over one text. */
class Grammar {
  readonly text: string;
  readonly multi: boolean;
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  readonly doubled: boolean;
  readonly terminator: string;
  readonly comment: string | undefined;
  readonly nullSequence: string | undefined;
  readonly skipSpace: boolean;

  constructor(text: string, dialect: ReadDialect) {
    this.text = text;
    this.multi = dialect.delimiter === MULTI_SPACE;
    this.delimiter = latin1(dialect.delimiter);
    this.quote = latin1(dialect.quoteChar);
    const same = dialect.escapeChar === dialect.quoteChar;
    this.escape = same ? '' : latin1(dialect.escapeChar);
    this.doubled = dialect.doubleQuote || (same && dialect.escapeChar !== '');
    this.terminator = dialect.lineTerminator === 'auto' ? '' : latin1(dialect.lineTerminator);
    this.comment = dialect.commentChar === undefined ? undefined : latin1(dialect.commentChar);
    this.nullSequence = dialect.nullSequence === undefined ? undefined : latin1(dialect.nullSequence);
    this.skipSpace = dialect.skipInitialSpace;
  }

  isSpace(at: number): boolean {
    return this.text[at] === ' ' || this.text[at] === '\t';
  }

  delimiterAt(at: number): number {
    if (this.multi) return this.isSpace(at) ? 1 : 0;
    return this.text.startsWith(this.delimiter, at) ? this.delimiter.length : 0;
  }

  terminatorAt(at: number): number {
    if (this.terminator) return this.text.startsWith(this.terminator, at) ? this.terminator.length : 0;
    if (this.text.startsWith('\r\n', at)) return 2;
    return this.text[at] === '\n' || this.text[at] === '\r' ? 1 : 0;
  }

  quoteAt(at: number): boolean {
    return this.quote !== '' && this.text.startsWith(this.quote, at);
  }

  escapeAt(at: number): boolean {
    return this.escape !== '' && this.text.startsWith(this.escape, at);
  }

  /** Length of what an escape before `at` makes data. */
  escapedAt(at: number): number {
    if (this.quoteAt(at)) return this.quote.length;
    if (this.escapeAt(at)) return this.escape.length;
    return this.delimiterAt(at) || this.terminatorAt(at);
  }

  lineEnd(from: number): number {
    let at = from;
    while (at < this.text.length && !this.terminatorAt(at)) at++;
    return at;
  }

  /** Line ends before `to`, the start of a record. */
  countLines(to: number): number {
    let lines = 0;
    for (let at = 0; at < to; ) {
      const length = this.terminatorAt(at);
      if (length) lines++;
      at += length || 1;
    }
    return lines;
  }
}

/** Lines without cells. */
function readEmpty(
  g: Grammar,
  start: number,
  columns: number,
  reading: Reading,
): Passed | Refused | undefined {
  if (g.comment !== undefined && g.text.startsWith(g.comment, start)) {
    const end = g.lineEnd(start);
    if (end - start > reading.maxRecordBytes) throw new TooLong('record-too-long', undefined);
    return { kind: 'passed', notice: 'comment-lines', end, next: end + g.terminatorAt(end) };
  }
  let end = start;
  const ctrlZ = g.text[start] === '\x1a';
  if (ctrlZ) while (g.text[end] === '\x1a') end++;
  else {
    while (g.isSpace(end) && (g.multi || !g.delimiterAt(end))) end++;
    if (end > start && !g.multi && columns === 1) return undefined;
  }
  if (end - start > reading.maxRecordBytes) throw new TooLong('record-too-long', undefined);
  if (end < g.text.length && !g.terminatorAt(end)) return undefined;
  const next = end + g.terminatorAt(end);
  if (ctrlZ) return { kind: 'passed', notice: 'ctrl-z', end, next };
  if (reading.policies.blankLines === 'skip') return { kind: 'passed', notice: 'blank-lines', end, next };
  if (reading.policies.blankLines === 'reject') return { kind: 'refused', code: 'blank-line', end, next };
  return undefined;
}

/** The cells of a record. Without `reading` there are no limits, and every quote is taken for what it seems. */
function readCells(g: Grammar, start: number, reading?: Reading): Row {
  const row: Row = { kind: 'row', cells: [], notices: [], end: start, next: start };
  const check = (cell: number, at: number, index: number) => {
    if (!reading) return;
    const field = cell + reading.maxFieldBytes;
    const record = start + reading.maxRecordBytes;
    if (at > field && field <= record) throw new TooLong('field-too-long', index);
    if (at > record) throw new TooLong('record-too-long', undefined);
  };
  const odd = (notice: string, code: string, rejected: boolean, cell: number) => {
    row.notices.push(notice);
    if (rejected) row.fault ??= { code, cell };
  };
  const { text } = g;
  let at = start;
  if (g.multi) while (g.isSpace(at)) at++;
  for (let index = 0; ; index++) {
    if (g.skipSpace) while (text[at] === ' ' && !g.delimiterAt(at)) at++;
    const cell = at;
    let value = '';
    let quoted = false;
    let bare = false;
    let open = true;
    if (g.quoteAt(at)) {
      quoted = true;
      at += g.quote.length;
      for (;;) {
        if (at >= text.length) {
          check(cell, at, index);
          if (reading) throw new Unterminated(index, cell);
          throw new NeverClosed();
        }
        if (g.escapeAt(at)) {
          at += g.escape.length;
          const escaped = g.escapedAt(at);
          value += escaped ? text.slice(at, at + escaped) : g.escape;
          at += escaped;
        } else if (g.quoteAt(at) && g.doubled && g.quoteAt(at + g.quote.length)) {
          value += g.quote;
          at += 2 * g.quote.length;
        } else if (g.quoteAt(at)) {
          break;
        } else {
          value += text[at++];
        }
      }
      const closing = at;
      at += g.quote.length;
      const after = at;
      if (!g.multi) while (g.isSpace(at) && !g.delimiterAt(at)) at++;
      const separated = at >= text.length || g.delimiterAt(at) > 0 || g.terminatorAt(at) > 0;
      if (!separated && reading) {
        const lineEnd = new RegExp(g.terminator ? g.terminator.replace(/\W/g, '\\$&') : '[\r\n]');
        if (lineEnd.test(text.slice(cell, closing))) {
          check(cell, at, index);
          throw new Unterminated(index, cell);
        }
      }
      if (!separated) at = after;
      if (!separated || at > after)
        odd('text-after-quote', 'text-after-quote', reading?.policies.textAfterQuote === 'reject', index);
      open = !separated;
    }
    while (open && at < text.length && !g.delimiterAt(at) && !g.terminatorAt(at)) {
      if (g.escapeAt(at)) {
        at += g.escape.length;
        const escaped = g.escapedAt(at);
        const letter = g.quote === '' && !escaped && { n: '\n', r: '\r', t: '\t' }[text[at] ?? ''];
        value += escaped ? text.slice(at, at + escaped) : letter || g.escape;
        at += escaped || (letter ? 1 : 0);
      } else {
        if (!quoted && g.quoteAt(at)) bare = true;
        value += text[at++];
      }
    }
    if (bare) odd('bare-quotes', 'bare-quote', reading?.policies.bareQuotes === 'reject', index);
    check(cell, at, index);
    const missing = !quoted && g.nullSequence !== undefined && text.slice(cell, at) === g.nullSequence;
    row.cells.push({ value: missing ? null : value });

    const step = g.delimiterAt(at);
    if (g.multi) {
      while (g.isSpace(at)) at++;
      if (at >= text.length || g.terminatorAt(at)) break;
    }
    if (!step) break;
    if (!g.multi) at += step;
  }
  if (reading && at - start > reading.maxRecordBytes) throw new TooLong('record-too-long', undefined);
  row.end = at;
  row.next = at + g.terminatorAt(at);
  return row;
}

/** Makes a row of a table of `columns` from the cells of a record: pads, cuts, checks. */
function fit(row: Row, columns: number, { policies }: Reading, nullSequence: string | undefined): void {
  const excess = row.cells.slice(columns);
  if (row.cells.length < columns) {
    if (policies.shortRows === 'reject') row.fault ??= { code: 'short-row', cell: row.cells.length };
    row.notices.push('short-rows');
  } else if (excess.length > 0) {
    const filled = excess.some(({ value }) => value !== '' && (value !== null || nullSequence !== ''));
    const policy = filled ? policies.longRows : policies.trailingDelimiters;
    if (policy === 'reject') row.fault ??= { code: 'long-row' };
    row.notices.push(filled ? 'long-rows' : 'trailing-delimiters');
  }
  row.cells.length = Math.min(row.cells.length, columns);
  let valueFault: Row['fault'];
  row.cells.forEach((cell, index) => {
    if (cell.value === null) return;
    if (cell.value.includes('\0')) {
      row.notices.push('nul-cells');
      if (policies.nul === 'reject') valueFault ??= { code: 'nul-byte', cell: index };
    }
    const decoded = decodeUtf8(Buffer.from(cell.value, 'latin1'), true)!;
    if (!decoded.replaced) return;
    if (policies.invalidUtf8 === 'reject') valueFault ??= { code: 'invalid-utf-8', cell: index };
    else {
      row.notices.push('replaced-cells');
      cell.value = latin1(decoded.text);
    }
  });
  if (valueFault) row.fault ??= valueFault;
  while (row.cells.length < columns) row.cells.push({ value: null });
}

function readRecord(g: Grammar, start: number, columns: number, reading: Reading): Row | Passed | Refused {
  try {
    const empty = readEmpty(g, start, columns, reading);
    if (empty) return empty;
    const row = readCells(g, start, reading);
    fit(row, columns, reading, g.nullSequence);
    return row;
  } catch (error) {
    if (error instanceof Unterminated) {
      const end = g.lineEnd(error.opens);
      const next = end + g.terminatorAt(end);
      return { kind: 'refused', code: 'unterminated-quote', cell: error.cell, end, next };
    }
    if (!(error instanceof TooLong)) throw error;
    const isComment = g.comment !== undefined && g.text.startsWith(g.comment, start);
    const end = isComment ? g.lineEnd(start) : readCells(g, start).end;
    return {
      kind: 'refused',
      code: error.code,
      ...(error.cell === undefined ? {} : { cell: error.cell }),
      end,
      next: end + g.terminatorAt(end),
    };
  }
}

/** The text without Ctrl-Z at its end and without its footer. */
function cutEnd(text: string, dialect: ReadDialect, note: (notice: string) => void): string {
  let length = text.length;
  while (text[length - 1] === '\x1a') length--;
  const kept = text.slice(0, length);
  if (kept.length < text.length) note('ctrl-z');
  if (dialect.footerLines === 0) return kept;
  const g = new Grammar(kept, dialect);
  const starts: number[] = [];
  for (let at = 0; at < kept.length; ) {
    const end = g.lineEnd(at);
    const line = kept.slice(at, end);
    const separates = dialect.delimiter !== MULTI_SPACE && line.includes(dialect.delimiter);
    if (separates || !/^[ \t]*$/.test(line)) starts.push(at);
    at = end + g.terminatorAt(end);
  }
  const footer = starts.slice(-dialect.footerLines);
  for (const _ of footer) note('footer-lines');
  return footer.length < dialect.footerLines ? '' : kept.slice(0, footer[0]);
}

/**
 * Reads the text after its header. `columns`: their names. `headerEnd`: how many of the file's records the header takes.
 */
export function readNaively(
  input: string,
  dialect: ReadDialect,
  options: ReadingOptions,
  columns: readonly string[],
): NaiveTable {
  const reading: Reading = { ...options, policies: resolvePolicies(options) };
  const table: NaiveTable = { rows: [], places: [], rejects: [], notices: {} };
  const note = (name: string) => {
    table.notices[name] = (table.notices[name] ?? 0) + 1;
  };
  const whole = new Grammar(input, dialect);
  let at = 0;
  for (let i = 0; i < dialect.skipLines && at < input.length; i++) {
    const end = whole.lineEnd(at);
    at = end + whole.terminatorAt(end);
    note('preamble-lines');
  }
  const g = new Grammar(input.slice(0, at) + cutEnd(input.slice(at), dialect, note), dialect);
  let headerRows = dialect.header ? dialect.headerRows.at(-1)! : 0;
  try {
    while (at < g.text.length) {
      const record = readRecord(g, at, headerRows > 0 ? 0 : columns.length, reading);
      const raw = g.text.slice(at, record.end);
      const place = { line: g.countLines(at) + 1, byte: at };
      const fault = record.kind === 'refused' ? record : record.kind === 'row' ? record.fault : undefined;
      if (record.kind === 'passed') note(record.notice);
      else if (headerRows > 0) headerRows--;
      else if (fault) {
        const column = columns[fault.cell ?? -1];
        const long = fault.code.endsWith('-too-long');
        table.rejects.push({
          ...place,
          ...(column === undefined ? {} : { column }),
          code: fault.code,
          record: long ? raw.slice(0, 64 * 1024) : raw,
        });
      } else if (record.kind === 'row') {
        record.notices.forEach(note);
        table.rows.push(record.cells.map(({ value }) => value));
        table.places.push({ ...place, raw });
      }
      at = record.next;
    }
  } catch (error) {
    if (!(error instanceof NeverClosed)) throw error;
    table.error = 'unterminated-quote';
  }
  return table;
}

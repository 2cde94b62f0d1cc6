import { MULTI_SPACE } from '../dialect.ts';
import type { CellKind } from './cell-kind.ts';
import { MarkSearch } from './mark-search.ts';

/** One way to cut a text. */
export interface Cutting {
  delimiter: string;
  quoteChar: string;
  escapeChar: string;
  skipInitialSpace: boolean;
  lineTerminator: string;
}

export interface SampleCell {
  text: string;
  quoted: boolean;
  /** Once it was asked for: see `kindOf`. */
  kind: CellKind | undefined;
}

export interface SampleRow {
  cells: SampleCell[];
  /** Of its first byte, from 1. */
  line: number;
  /** Blank lines before it. */
  blank: number;
}

export interface CutSample {
  rows: SampleRow[];
  /** Cells well in quotes; cells whose quotes are out of place; whether quotes are doubled inside cells. */
  quoted: number;
  misquoted: number;
  doubled: boolean;
}

/**
 * Cuts the start of a text as the reader would, for a look at it: rows of strings, at most `most` of them. A quote that is never
 * closed ends it. `complete`: the text is all there is; else what stands after the last line end is left out.
 */
export function cutRows(text: string, cutting: Cutting, complete: boolean, most: number): CutSample {
  const { quoteChar, escapeChar, skipInitialSpace, lineTerminator } = cutting;
  const multi = cutting.delimiter === MULTI_SPACE;
  const delimiter = cutting.delimiter;
  const quote = quoteChar === '' ? -1 : quoteChar.codePointAt(0)!;
  const escapeCode = escapeChar === '' || escapeChar === quoteChar ? -1 : escapeChar.codePointAt(0)!;
  const first = delimiter.charCodeAt(0);
  const given = lineTerminator === 'auto' ? '' : lineTerminator;
  const inside = [quoteChar, escapeChar, '\r', '\n', given];
  const inQuotes = new MarkSearch(text, inside);
  const bare = new MarkSearch(text, [...inside, ...(multi ? [' ', '\t'] : [delimiter])]);
  const isDelimiter = (at: number) => {
    const code = text.charCodeAt(at);
    if (multi) return code === 32 || code === 9;
    return code === first && (delimiter.length === 1 || text.startsWith(delimiter, at));
  };
  const endAt = (at: number) => {
    if (given) return text.startsWith(given, at) ? given.length : 0;
    const code = text.charCodeAt(at);
    if (code === 10) return 1;
    return code !== 13 ? 0 : text.charCodeAt(at + 1) === 10 ? 2 : 1;
  };
  const isEnd = (at: number) => {
    let next = at;
    if (!multi)
      while ((text.charCodeAt(next) === 32 || text.charCodeAt(next) === 9) && !isDelimiter(next)) next++;
    return next >= text.length || isDelimiter(next) || endAt(next) > 0;
  };
  const sample: CutSample = { rows: [], quoted: 0, misquoted: 0, doubled: false };
  let at = 0;
  let line = 1;
  let blank = 0;
  while (at < text.length && sample.rows.length < most) {
    const row: SampleRow = { cells: [], line, blank };
    const start = at;
    let ended = false;
    let neverClosed = false;
    if (multi) while (at < text.length && isDelimiter(at)) at++;
    for (;;) {
      if (skipInitialSpace) while (text.charCodeAt(at) === 32 && !isDelimiter(at)) at++;
      const cellStart = at;
      let value = '';
      let quoted = false;
      let misquoted = false;
      if (text.codePointAt(at) === quote) {
        quoted = true;
        let run = ++at;
        for (;;) {
          at = inQuotes.from(at);
          const code = text.charCodeAt(at);
          if (at >= text.length) break;
          if (code === escapeCode) at += 2;
          else if (code !== quote) {
            const end = endAt(at);
            if (end) line++;
            at += end || 1;
          } else if (text.charCodeAt(at + 1) === quote && escapeCode < 0) {
            value += text.slice(run, at + 1);
            at += 2;
            run = at;
            sample.doubled = true;
          } else break;
        }
        value += text.slice(run, at);
        at++;
        neverClosed = at > text.length || (/[\r\n]/.test(value) && !isEnd(at));
        if (neverClosed) break;
      }
      const after = at;
      for (at = bare.from(at); at < text.length && !isDelimiter(at); at = bare.from(at + 1)) {
        const code = text.charCodeAt(at);
        if ((code === 10 || code === 13 || given !== '') && endAt(at)) break;
        if (code === escapeCode) at++;
        else if (code === quote && (quoted || quote !== 0x27)) misquoted = true;
      }
      at = Math.min(at, text.length);
      if (quoted && text.slice(after, at).trim() !== '') misquoted = true;
      value = quoted ? value + text.slice(after, at) : text.slice(cellStart, at);
      if (misquoted) sample.misquoted++;
      else if (quoted) sample.quoted++;
      row.cells.push({ text: value, quoted, kind: undefined });
      if (at >= text.length) {
        ended = true;
        break;
      }
      if (multi) {
        while (at < text.length && isDelimiter(at)) at++;
        if (at >= text.length || endAt(at)) break;
      } else if (isDelimiter(at)) at += delimiter.length;
      else break;
    }
    if (neverClosed) {
      // Closed where the sample does not reach, or never: then, as for the reader, the line is lost and the next one starts anew.
      if (!complete && at > text.length && start > text.length / 2) break;
      sample.misquoted++;
      line = row.line + 1;
      for (at = start; at < text.length && !endAt(at); ) at++;
      at += endAt(at);
      continue;
    }
    if (ended && !complete) break;
    const isBlank = row.cells.length === 1 && !row.cells[0]!.quoted && text.slice(start, at).trim() === '';
    if (isBlank) blank++;
    else {
      sample.rows.push(row);
      blank = 0;
    }
    at += endAt(at);
    line++;
  }
  return sample;
}

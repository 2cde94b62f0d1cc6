import { MULTI_SPACE, type ReadDialect } from './dialect.ts';

const CTRL_Z = 0x1a;
/** A longer run of Ctrl-Z is not held back while it may yet turn out to be the end of the file. */
const LONGEST_RUN = 64 * 1024;

/**
 * Where the text that holds records ends: before Ctrl-Z at the very end, and before the lines of the footer, blank ones not
 * counted. While there is more to come it is before what may turn out to be either.
 */
export function findTextEnd(
  bytes: Uint8Array,
  text: { pos: number; end: number; ended: boolean },
  dialect: Pick<ReadDialect, 'delimiter' | 'footerLines' | 'lineTerminator'>,
): { end: number; ctrlZ: boolean; footerLines: number } {
  let { end } = text;
  while (end > text.pos && bytes[end - 1] === CTRL_Z) end--;
  if (!text.ended && text.end - end > LONGEST_RUN) end = text.end;
  const ctrlZ = end < text.end;
  if (dialect.footerLines > 0 && !text.ended && dialect.lineTerminator !== 'auto')
    end -= startedMark(bytes.subarray(text.pos, end), Buffer.from(dialect.lineTerminator));
  let footerLines = 0;
  while (footerLines < dialect.footerLines && end > text.pos) {
    const start = lineStart(bytes, text.pos, end, dialect.lineTerminator);
    if (!isBlank(bytes, start.at, end, dialect.delimiter)) footerLines++;
    end = start.before;
    if (footerLines === dialect.footerLines) end = start.at;
  }
  return { end: footerLines < dialect.footerLines ? text.pos : end, ctrlZ, footerLines };
}

/** Bytes at the end of a text that are the start of a mark of which the rest is still to come. */
function startedMark(text: Uint8Array, mark: Uint8Array): number {
  for (let length = mark.length; length > 0; length--) {
    const start = mark.subarray(0, length);
    if (Buffer.compare(text.subarray(-length), start) === 0) return length % mark.length;
  }
  return 0;
}

/** Where the line that ends at `end` starts, and where the line before it ends. */
function lineStart(
  bytes: Uint8Array,
  from: number,
  end: number,
  terminator: string,
): { at: number; before: number } {
  if (terminator === 'auto') {
    let at = end;
    while (at > from && bytes[at - 1] !== 10 && bytes[at - 1] !== 13) at--;
    return { at, before: Math.max(from, at - 1) };
  }
  const mark = Buffer.from(terminator);
  const before = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).lastIndexOf(mark);
  return before < 0 ? { at: from, before: from } : { at: from + before + mark.length, before: from + before };
}

/** Nothing but spaces and tabs, and no delimiter among them: what is passed over as blank within the table too. */
function isBlank(bytes: Uint8Array, from: number, to: number, delimiter: string): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 32 && bytes[at] !== 9) return false;
  const line = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
  return delimiter === MULTI_SPACE || !line.includes(delimiter);
}

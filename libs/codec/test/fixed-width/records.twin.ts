import type { RejectedRow } from '../../src/converter.ts';
import { placeFields } from '../../src/fixed-width/field-placement.ts';
import type { Layout } from '../../src/fixed-width/layout.ts';
import { type EscapeStyle, escapeCell, needsEscape } from '../../src/fixed-width/tsv.ts';
import { decodeUtf8, splitUtf8 } from './utf8.twin.ts';

export interface Outcome {
  text: string;
  rows: number;
  rejects: Omit<RejectedRow, 'message'>[];
  notices: Record<string, number>;
  /** Code of the `BadInput` that stopped it, if one did. */
  error?: string;
}

interface Found {
  bytes: Uint8Array;
  byte: number;
  line: number;
  /** The last of records of one length, and shorter. */
  cut: boolean;
}

class Stop extends Error {}

/** Twin of the kernel's `convertRecords` and `skipRecords` and of the engine around them: byte by byte, all in memory. */
export function convertNaively(
  input: Uint8Array,
  layout: Layout,
  output: { header: boolean; escape: EscapeStyle },
): Outcome {
  const fields = placeFields(layout.fields);
  const outcome: Outcome = { text: '', rows: 0, rejects: [], notices: {} };
  const notice = (name: string, count = 1) => {
    outcome.notices[name] = (outcome.notices[name] ?? 0) + count;
  };
  const writeRow = (cells: string[]) => {
    const row = cells.join('\t');
    outcome.text += `${row === '' && output.escape === 'quote' ? '""' : row}\n`;
  };
  if (output.header) writeRow(fields.map(({ name }) => escapeCell(name, output.escape)));
  try {
    for (const record of findRecords(input, layout, notice)) {
      const kind = classify(record.bytes, layout);
      if (kind === 'blank-line' && layout.blankLines === 'reject') {
        outcome.rejects.push({ line: record.line, byte: record.byte, code: kind, record: record.bytes });
      } else if (kind !== undefined && !(kind === 'blank-line' && layout.blankLines === 'empty')) {
        notice(kind === 'blank-line' ? 'blank-lines' : kind === 'comment' ? 'comment-lines' : kind);
      } else {
        const seen: string[] = [];
        const row = convertRecord(
          record.bytes,
          record.cut ? { ...layout, shortRecords: 'reject' } : layout,
          output.escape,
          (name) => seen.push(name),
        );
        if (Array.isArray(row)) {
          outcome.rows++;
          writeRow(row);
          for (const name of seen) notice(name);
        } else {
          outcome.rejects.push({ line: record.line, byte: record.byte, ...row, record: record.bytes });
        }
      }
    }
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    outcome.error = error.message;
  }
  return outcome;
}

function* findRecords(
  input: Uint8Array,
  layout: Layout,
  notice: (name: string, n?: number) => void,
): Generator<Found> {
  let at = 0;
  let line = 1;
  if (layout.bom === 'strip') {
    const start = Buffer.from(input.subarray(0, 3)).toString('hex');
    if (start === 'efbbbf') {
      at = 3;
      notice('byte-order-mark');
    } else if (start.startsWith('fffe') || start.startsWith('feff')) throw new Stop('utf-16-input');
    const sample = Buffer.from(input.subarray(0, 32)).toString('latin1');
    if (/^(?:[\t-~]\0){16}$|^(?:\0[\t-~]){16}$/.test(sample)) throw new Stop('utf-16-input');
  }
  const newline = layout.newline === 'cr' ? 13 : 10;
  const most = layout.maxRecordBytes;
  while (at < input.length) {
    let end: number;
    let next: number;
    let whole = true;
    if (layout.recordLength !== undefined) {
      next = at + layout.recordLength;
      whole = next <= input.length;
      if (!whole) next = input.length;
      end = next;
    } else {
      end = input.indexOf(newline, at);
      whole = end >= 0;
      if (!whole) end = input.length;
      next = whole ? end + 1 : end;
    }
    const fixed = layout.recordLength !== undefined;
    if (!whole) {
      if (!fixed && end - at > most + 1) throw new Stop('record-too-long');
      if (layout.ctrlZ === 'strip' && input[end - 1] === 0x1a) {
        while (end > at && input[end - 1] === 0x1a) end--;
        notice('ctrl-z');
      }
      if (fixed && end > at && input.subarray(at, end).every((byte) => byte === 10 || byte === 13)) {
        notice('trailing-line-end');
        return;
      }
      if (end === at) return;
      if (!fixed && layout.finalNewline === 'required') throw new Stop('no-final-newline');
      notice(fixed ? 'partial-record' : 'no-final-newline');
    }
    if (line <= layout.skip) {
      if (!fixed && end - at > most + 1) throw new Stop('record-too-long');
      notice('header-lines');
    } else {
      if (!fixed && layout.newline === 'auto' && end > at && input[end - 1] === 13) end--;
      if (end - at > most) throw new Stop('record-too-long');
      yield { bytes: input.subarray(at, end), byte: at, line, cut: fixed && !whole };
    }
    line++;
    at = next;
  }
}

function isBlankByte(byte: number, layout: Layout): boolean {
  return byte === 0x20 || (byte === 0 && layout.nul === 'space');
}

function classify(record: Uint8Array, layout: Layout): 'comment' | 'blank-line' | 'ctrl-z' | undefined {
  if (layout.comment !== undefined) {
    const prefix = Buffer.from(layout.comment, layout.encoding === 'utf-8' ? 'utf8' : 'latin1');
    if (prefix.equals(record.subarray(0, prefix.length))) return 'comment';
  }
  if (record.every((byte) => isBlankByte(byte, layout))) return 'blank-line';
  if (layout.ctrlZ === 'strip' && record.every((byte) => byte === 0x1a)) return 'ctrl-z';
  return undefined;
}

function convertRecord(
  record: Uint8Array,
  layout: Layout,
  style: EscapeStyle,
  notice: (name: string) => void,
): string[] | { code: string; column?: string } {
  const fields = placeFields(layout.fields);
  const byCharacter = layout.unit === 'characters' && layout.encoding === 'utf-8';
  const units = byCharacter ? splitUtf8(record) : Array.from(record, (byte) => Uint8Array.of(byte));
  const extent = Math.max(...fields.map(({ start, end }) => end ?? start));
  if (units.length < extent) {
    if (layout.shortRecords === 'reject') {
      const column = fields.find(({ start, end }) => (end ?? start) > units.length)!.name;
      return { code: 'short-record', column };
    }
    notice('short-records');
  } else if (fields.every(({ end }) => end !== null)) {
    const excess = units.slice(extent).flatMap((unit) => Array.from(unit));
    if (excess.some((byte) => !isBlankByte(byte, layout))) {
      if (layout.longRecords === 'reject') return { code: 'long-record' };
      notice('long-records');
    }
  }
  const cells: string[] = [];
  for (const field of fields) {
    const bytes = units.slice(field.start, field.end ?? units.length).flatMap((unit) => Array.from(unit));
    const cell = trimCell(bytes, field.trim ?? layout.trim, field.pad ?? layout.pad, layout);
    const refused = (code: string) => ({ code, column: field.name });
    if (cell.includes(0) && layout.nul !== 'keep') {
      if (layout.nul === 'reject') return refused('nul-byte');
      notice('nul-cells');
    }
    const special = needsEscape(Buffer.from(cell).toString('latin1'), style);
    if (special) {
      if (style === 'reject') return refused('unescapable-cell');
      notice('escaped-cells');
    }
    const mended = Uint8Array.from(cell, (byte) => (byte === 0 && layout.nul === 'space' ? 0x20 : byte));
    if (layout.encoding === 'utf-8') {
      const decoded = decodeUtf8(mended, layout.invalidUtf8 === 'replace');
      if (!decoded) return refused('invalid-utf-8');
      if (decoded.replaced) notice('replaced-cells');
      cells.push(escapeCell(decoded.text, style));
    } else {
      const text =
        layout.encoding === 'iso-8859-1'
          ? Buffer.from(mended).toString('latin1')
          : new TextDecoder('windows-1252').decode(mended);
      cells.push(escapeCell(text, style));
    }
  }
  return cells;
}

function trimCell(bytes: number[], trim: Layout['trim'], pad: string, layout: Layout): number[] {
  const isPad = (byte: number) => byte === pad.charCodeAt(0) || (byte === 0 && layout.nul === 'space');
  let start = 0;
  let end = bytes.length;
  if (trim === 'left' || trim === 'both') while (start < end && isPad(bytes[start]!)) start++;
  if (trim === 'right' || trim === 'both') while (end > start && isPad(bytes[end - 1]!)) end--;
  if (start === end && pad === '0' && bytes.includes(0x30)) return [0x30];
  return bytes.slice(start, end);
}

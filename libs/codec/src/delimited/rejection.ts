import * as map from '../../kernel/delimited/memory-map.ts';
import type { RejectedRow } from '../converter.ts';
import type { ReadingOptions } from './dialect.ts';

/** Codes of rows rejected for their structure. Stable: users route on them. */
export type RejectCode =
  | 'blank-line'
  | 'short-row'
  | 'long-row'
  | 'bare-quote'
  | 'text-after-quote'
  | 'unterminated-quote'
  | 'nul-byte'
  | 'invalid-utf-8'
  | 'field-too-long'
  | 'record-too-long';

const faults: Record<number, [RejectCode, string]> = {
  [map.REJECT_BLANK]: ['blank-line', 'Line is blank'],
  [map.REJECT_SHORT]: ['short-row', 'Row has too few cells'],
  [map.REJECT_LONG]: ['long-row', 'Row has too many cells'],
  [map.REJECT_BARE_QUOTE]: ['bare-quote', 'Cell without quotes around it holds a quote'],
  [map.REJECT_TEXT_AFTER]: ['text-after-quote', 'Text follows the closing quote of a cell'],
  [map.REJECT_UNTERMINATED]: ['unterminated-quote', 'Quote is never closed'],
  [map.REJECT_NUL]: ['nul-byte', 'Cell holds a NUL byte'],
  [map.REJECT_INVALID]: ['invalid-utf-8', 'Cell is not in the encoding of the file'],
  [map.REJECT_FIELD_TOO_LONG]: ['field-too-long', 'Cell exceeds the limit (reading.maxFieldBytes)'],
  [map.REJECT_RECORD_TOO_LONG]: ['record-too-long', 'Record exceeds the limit (reading.maxRecordBytes)'],
};

/** A record that the kernel stopped at. */
export interface Rejection {
  /** REJECT_* of the memory map. */
  code: number;
  line: number;
  byte: number;
  /** Index of the cell at fault; -1 if none is. */
  cell: number;
  /** Cells of the record, where they were counted. */
  cells: number;
  /** The record, or the start of a long one; borrowed. */
  record: Uint8Array;
  /** Bytes of the whole record. */
  bytes: number;
}

/** The code and the sentence of a rejection. */
export function nameRejection(
  { code, cells, record, bytes }: Rejection,
  columns: number,
  limits: ReadingOptions,
) {
  const [name, what] = faults[code]!;
  const kept = record.length < bytes ? ` (${record.length} of the record's ${bytes} bytes are kept)` : '';
  const counts = `; expected ${columns}; got ${cells}`;
  const details: Partial<Record<RejectCode, string>> = {
    'short-row': counts,
    'long-row': counts,
    'field-too-long': `; expected <= ${limits.maxFieldBytes} bytes${kept}`,
    'record-too-long': `; expected <= ${limits.maxRecordBytes} bytes; got ${bytes} bytes${kept}`,
  };
  return { code: name, message: `${what}${details[name] ?? ''}` };
}

/** The quarantine row. */
export function describeRejection(
  rejection: Rejection,
  names: readonly string[],
  limits: ReadingOptions,
): RejectedRow {
  const { line, byte, cell, record } = rejection;
  const column = names[cell];
  return {
    line,
    byte,
    ...(column === undefined ? {} : { column }),
    ...nameRejection(rejection, names.length, limits),
    record,
  };
}

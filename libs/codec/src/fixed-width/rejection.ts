import * as map from '../../kernel/fixed-width/memory-map.ts';
import type { RejectedRow } from '../converter.ts';

/** Codes of rejected rows. Stable: users route on them. */
export type RejectCode =
  | 'blank-line'
  | 'short-record'
  | 'long-record'
  | 'nul-byte'
  | 'unescapable-cell'
  | 'invalid-utf-8';

const faults: Record<number, [RejectCode, string]> = {
  [map.REJECT_BLANK]: ['blank-line', 'Record is blank'],
  [map.REJECT_SHORT]: ['short-record', 'Record ends before the field does'],
  [map.REJECT_LONG]: ['long-record', 'Record goes on after its last field'],
  [map.REJECT_NUL]: ['nul-byte', 'Cell holds a NUL byte'],
  [map.REJECT_UNESCAPABLE]: ['unescapable-cell', 'Cell holds a tab, line end, quote or backslash'],
  [map.REJECT_INVALID]: ['invalid-utf-8', 'Cell is not UTF-8'],
};

/** The quarantine row for a record that the kernel stopped at. */
export function describeRejection(
  code: number,
  place: { line: number; byte: number; column: string | undefined },
  record: Uint8Array,
  extent: string,
): RejectedRow {
  const [name, what] = faults[code]!;
  const sized = name === 'short-record' || name === 'long-record';
  return {
    line: place.line,
    byte: place.byte,
    ...(place.column === undefined ? {} : { column: place.column }),
    code: name,
    message: sized ? `${what}; expected ${extent}; got ${record.length} bytes` : what,
    record,
  };
}

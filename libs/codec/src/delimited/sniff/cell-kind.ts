import type { SampleCell } from './cut-rows.ts';

/** What a cell looks like, as far as it tells how a file is cut. */
export type CellKind = 'empty' | 'number' | 'date' | 'time' | 'boolean' | 'address' | 'text' | 'doubtful';

const number =
  /^[-+(]?[$€£¥]? ?(?:\d+|\d{1,3}(?:[,. '\u00a0]\d{3})+)?(?:[.,]\d+)?(?:[eE][-+]?\d+)?\)? ?[%$€£¥]?$/;
const date =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4})/;
const clock =
  /^(?:[T ]{0,2})?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?Z| ?[-+]\d{2}:?\d{2}| UTC)?$/;
const absent = /^(?:na|n\/a|nan|null|none|nil|\\n|-+|\?|\.)$/i;
const truth = /^(?:true|false|yes|no)$/i;
const address =
  /^(?:[a-z][a-z0-9+.-]*:\/\/\S+|[^\s@,;|]+@[^\s@,;|]+\.[a-z]{2,}|www\.\S+|\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
/** An address of IPv6 that leaves out zeros. */
const machine = /^(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?$/i;
/** What would stand between cells, had they been cut elsewhere. */
const uncut = /[;,|"\p{Cc}]|::.*::/u;

/** Characters of the longest text that means no value, dashes aside, and of the longest truth. */
const ABSENT = 4;
const TRUTH = 5;

/**
 * The cells of the way that is chosen are asked for more than once, so what is found stays with them.
 * @example `kindOf({ text: '1.234,50', quoted: false, kind: undefined }) // 'number'`, of `1;2` 'doubtful'
 */
export function kindOf(cell: SampleCell): CellKind {
  cell.kind ??= classify(cell.text.trim(), cell.quoted);
  return cell.kind;
}

function classify(text: string, quoted: boolean): CellKind {
  if (text === '') return 'empty';
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  if ((text.length <= ABSENT || first === 0x2d) && absent.test(text)) return 'empty';
  if (text.length <= 40 && (first < 0x3a || first > 0x7f)) {
    if (/\d/.test(text) && number.test(text)) return 'number';
    if (first < 0x3a) {
      const day = date.exec(text);
      if (day) {
        const rest = text.slice(day[0].length);
        if (rest === '' || clock.test(rest)) return 'date';
      }
      if (clock.test(text)) return 'time';
    }
  }
  if (text.length <= TRUTH && truth.test(text)) return 'boolean';
  if (
    (text.includes(':') || text.includes('@') || text.includes('.') || text.length === 36) &&
    (address.test(text) || machine.test(text))
  )
    return 'address';
  if (quoted) return 'text';
  if (uncut.test(text) || first === 0x27 || last === 0x27) return 'doubtful';
  return 'text';
}

/** Kinds that a number of cells do not have by chance. */
export function isTyped(kind: CellKind): boolean {
  return kind !== 'empty' && kind !== 'text' && kind !== 'doubtful';
}

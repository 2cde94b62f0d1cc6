import { BadInput } from '../errors.ts';
import { utf16Input } from '../fixed-width/faults.ts';
import { looksLikeUtf16 } from '../text/utf-16.ts';

/** A sample cut into records, each a string in which an index is a position of the layout. */
export interface SampledRecords {
  records: string[];
  /** Texts of records as they read, for header words; `records` may hold bytes as they are. */
  read: (record: string) => string;
  encoding: 'utf-8' | 'iso-8859-1' | 'windows-1252';
  unit: 'bytes' | 'characters';
  newline: 'lf' | 'crlf' | 'cr' | 'none';
  recordLength?: number;
  notes: string[];
}

/**
 * Cuts a sample into records: encoding, unit, line ends, or the record length if there are none.
 * With `complete` false the last record is taken to be cut off and left out.
 * @throws {BadInput} `utf-16-input`, `empty-sample`
 */
export function cutRecords(sample: Uint8Array, complete: boolean): SampledRecords {
  const notes: string[] = [];
  let bytes = sample;
  if (looksLikeUtf16(bytes)) throw utf16Input('utf-8 or an 8-bit encoding');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    bytes = bytes.subarray(3);
    notes.push('starts with a byte order mark');
  }
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0x1a) end--;
  bytes = bytes.subarray(0, end);
  if (bytes.length === 0)
    throw new BadInput({
      code: 'empty-sample',
      what: 'There is nothing to infer a layout from',
      expected: 'some records',
      got: 'an empty file',
    });

  const newline = findNewline(bytes);
  const { encoding, text } = decode(bytes, complete);
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (newline === 'none') {
    const recordLength = findRecordLength(bytes, complete);
    return {
      records: chop(latin1, recordLength),
      read: reader(encoding),
      encoding,
      unit: 'bytes',
      newline,
      recordLength,
      notes: [...notes, `no line ends; a period of ${recordLength} bytes fits best`],
    };
  }
  const inBytes = splitLines(latin1, newline, complete);
  const inCharacters = encoding === 'utf-8' ? splitLines(text, newline, complete) : inBytes;
  const characters =
    encoding === 'utf-8' && text.length < latin1.length && spread(inCharacters) < spread(inBytes);
  if (characters) notes.push('positions count characters: lines are more alike in those than in bytes');
  return {
    records: characters ? inCharacters : inBytes,
    read: characters ? (record) => record : reader(encoding),
    encoding,
    unit: characters ? 'characters' : 'bytes',
    newline,
    notes,
  };
}

function findNewline(bytes: Uint8Array): SampledRecords['newline'] {
  const first = bytes.indexOf(0x0a);
  if (first >= 0) return first > 0 && bytes[first - 1] === 0x0d ? 'crlf' : 'lf';
  return bytes.includes(0x0d) ? 'cr' : 'none';
}

function splitLines(text: string, newline: SampledRecords['newline'], complete: boolean): string[] {
  const lines = text.split(newline === 'cr' ? '\r' : '\n');
  const last = lines.pop()!;
  if (complete && last !== '') lines.push(last);
  else if (lines.length === 0) lines.push(last); // a single line longer than the sample
  return newline === 'crlf' ? lines.map((line) => line.replace(/\r$/, '')) : lines;
}

function decode(
  bytes: Uint8Array,
  complete: boolean,
): { encoding: SampledRecords['encoding']; text: string } {
  try {
    // In `stream` mode a character cut off at the end is no fault.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !complete });
    // One position each, also beyond the Basic Multilingual Plane.
    return { encoding: 'utf-8', text: text.replace(/[\u{10000}-\u{10ffff}]/gu, '\u{fffd}') };
  } catch {
    const c1 = bytes.some((byte) => byte >= 0x80 && byte < 0xa0);
    return { encoding: c1 ? 'windows-1252' : 'iso-8859-1', text: '' };
  }
}

function reader(encoding: SampledRecords['encoding']): (record: string) => string {
  if (encoding === 'iso-8859-1') return (record) => record;
  const decoder = new TextDecoder(encoding);
  return (record) => decoder.decode(Buffer.from(record, 'latin1'));
}

/** How many different lengths the lines have, by how often. */
function spread(lines: string[]): number {
  return new Set(lines.map(({ length }) => length)).size;
}

const longestPeriod = 4096;
const periodSample = 32 * 1024;

/** The smallest distance at which bytes are of the same kind far more often than they are at most. */
function findRecordLength(bytes: Uint8Array, complete: boolean): number {
  const kinds = Uint8Array.from(bytes.subarray(0, periodSample), kindOf);
  const most = Math.min(longestPeriod, kinds.length >> 1);
  const scores: number[] = [];
  for (let lag = 2; lag <= most; lag++) {
    let same = 0;
    for (let at = lag; at < kinds.length; at++) if (kinds[at] === kinds[at - lag]) same++;
    scores[lag] = same / (kinds.length - lag);
  }
  const sorted = scores.slice(2).sort((a, b) => a - b);
  const usual = sorted[sorted.length >> 1] ?? 0;
  const fits = (lag: number) => scores[lag]! >= usual + 0.7 * (sorted.at(-1)! - usual);
  for (let lag = 2; lag <= most; lag++) if (fits(lag) && (!complete || bytes.length % lag === 0)) return lag;
  for (let lag = 2; lag <= most; lag++) if (fits(lag)) return lag;
  return bytes.length;
}

function kindOf(byte: number): number {
  if (byte === 0x20) return 0;
  if (byte >= 0x30 && byte <= 0x39) return 1;
  if ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) return 2;
  return byte < 0x80 ? byte : 3;
}

function chop(text: string, length: number): string[] {
  const records: string[] = [];
  for (let at = 0; at + length <= text.length; at += length) records.push(text.slice(at, at + length));
  return records;
}

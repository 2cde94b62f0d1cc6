import type { InputHints } from '../converter.ts';
import { looksLikeUtf16 } from '../text/utf-16.ts';
import type { DialectOptions, TextEncoding } from './dialect.ts';
import { binaryInput, unknownEncoding } from './faults.ts';

/** Signatures of formats that a person may take for text. */
const signatures: [name: string, start: number[]][] = [
  ['a ZIP archive or an Excel workbook', [0x50, 0x4b, 0x03, 0x04]],
  ['an old Excel workbook', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31]],
  ['a PDF file', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['an Avro file', [0x4f, 0x62, 0x6a, 0x01]],
  ['an ORC file', [0x4f, 0x52, 0x43, 0x0a]],
  ['an Arrow file', [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31]],
  ['a SQLite database', [...Buffer.from('SQLite format 3\0')]],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['a bzip2 archive', [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59]],
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['a gzip archive', [0x1f, 0x8b, 0x08]],
  ['a zstd archive', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a PNG picture', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG picture', [0xff, 0xd8, 0xff]],
  ['an executable', [0x7f, 0x45, 0x4c, 0x46]],
];

/** Bytes of a start that are looked at. */
const LOOKED_AT = 64 * 1024;
/** Shares of control characters and of NUL that no text has. */
const BINARY = 0.02;
const BINARY_NUL = 0.2;
/** Share of NULs at places of one parity in UTF-16. */
const ONE_SIDE = 0.95;

/** How a file is encoded, how many bytes its byte order mark takes, and how sure that is. */
interface FoundEncoding {
  encoding: TextEncoding;
  mark: number;
  confidence: number;
  /** What was seen, for a person. */
  note?: string;
}

/**
 * Tells the encoding of a file: by its byte order mark, else as given, else by its bytes.
 * @throws {BadInput} `binary-input`, `unknown-encoding`
 */
export function recogniseEncoding(
  start: Uint8Array,
  { encoding: given, delimiter = '', lineTerminator = '' }: DialectOptions,
  hints: InputHints | undefined,
): FoundEncoding {
  const starts = (...bytes: number[]) => bytes.every((byte, i) => start[i] === byte);
  const sure = (encoding: TextEncoding, mark: number) => ({ encoding, mark, confidence: 1 });
  if (starts(0xff, 0xfe, 0, 0) || starts(0, 0, 0xfe, 0xff)) throw unknownEncoding('utf-32');
  if (starts(0xef, 0xbb, 0xbf)) return sure('utf-8', 3);
  if (starts(0xff, 0xfe)) return sure('utf-16le', 2);
  if (starts(0xfe, 0xff)) return sure('utf-16be', 2);
  if (given?.startsWith('utf-16')) return sure(given, 0);
  const signature = signatures.find(([, bytes]) => starts(...bytes));
  if (signature) throw binaryInput(signature[0], 0);
  if (given === undefined && looksLikeUtf16(start)) {
    const encoding = start[0] === 0 ? 'utf-16be' : 'utf-16le';
    return { encoding, mark: 0, confidence: 0.9, note: `${encoding} without a byte order mark` };
  }
  refuseBinary(start.subarray(0, LOOKED_AT), delimiter + lineTerminator);
  if (given) return sure(given, 0);
  if (hints?.dialect) return sure('utf-8', 0);
  return guessEightBit(start);
}

function refuseBinary(start: Uint8Array, marks: string): void {
  // Found by the engine: a loop over so many bytes would take longer than all else here.
  const text = Buffer.from(start.buffer, start.byteOffset, start.length).toString('latin1');
  const odd = Array.from(text.matchAll(controlsBut(marks)), ({ index }) => index);
  const nuls = odd.filter((at) => start[at] === 0).length;
  if (odd.length - nuls <= BINARY * start.length && nuls <= BINARY_NUL * start.length) return;
  const utf16 = guessUtf16(start, odd);
  const hint = utf16 === undefined ? '' : `; looks like UTF-16: if so, set dialect.encoding to ${utf16}`;
  throw binaryInput(`${Math.round((100 * odd.length) / start.length)} % control characters${hint}`, odd[0]!);
}

/** Finds control characters, but for `marks` and those that text has. */
function controlsBut(marks: string): RegExp {
  const inText = new Set([9, 10, 11, 12, 13, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 1, ...Buffer.from(marks)]);
  const odd = Array.from({ length: 0x20 }, (_, code) => code).filter((code) => !inText.has(code));
  return new RegExp(`[${odd.map((code) => `\\x${code.toString(16).padStart(2, '0')}`).join('')}]`, 'g');
}

/** UTF-16 without a byte order mark: the NULs of its ASCII stand on one side, and it decodes. */
function guessUtf16(start: Uint8Array, odd: readonly number[]): TextEncoding | undefined {
  const nuls = odd.filter((at) => start[at] === 0);
  if (nuls.length <= BINARY * start.length) return undefined;
  const right = nuls.filter((at) => at % 2 === 1).length / nuls.length;
  const encoding = right > ONE_SIDE ? 'utf-16le' : right < 1 - ONE_SIDE ? 'utf-16be' : undefined;
  if (encoding === undefined) return undefined;
  try {
    new TextDecoder(encoding, { fatal: true }).decode(start, { stream: true });
    return encoding;
  } catch {
    return undefined;
  }
}

/** UTF-8, unless more of what is not ASCII is malformed than is well formed. */
function guessEightBit(start: Uint8Array): FoundEncoding {
  const looked = start.subarray(0, LOOKED_AT);
  // As the start of a stream: its last character may be cut.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(looked, { stream: true });
  const malformed = text.split('\ufffd').length - 1;
  if (malformed === 0) return { encoding: 'utf-8', mark: 0, confidence: 1 };
  const leads = looked.reduce((count, byte) => count + Number(byte >= 0xc0), 0);
  const encoding = malformed * 2 <= leads ? 'utf-8' : 'windows-1252';
  return { encoding, mark: 0, confidence: 0.7, note: `not all is UTF-8: ${encoding} is a guess` };
}

/** A format of text that is no table, by how it starts. */
export function nameOtherFormat(start: Uint8Array): 'html' | 'xml' | 'json' | undefined {
  const text = Buffer.from(start.subarray(0, 1024)).toString('latin1').trimStart();
  if (/^<(?:!doctype html|html|head|body|table)\b/i.test(text)) return 'html';
  if (/^<(?:\?xml|!--|!doctype|[a-z][\w:.-]*[\s/>])/i.test(text)) return 'xml';
  return /^(?:\{\s*["}]|\[\s*(?:[{["\]]|-?\d))/.test(text) ? 'json' : undefined;
}

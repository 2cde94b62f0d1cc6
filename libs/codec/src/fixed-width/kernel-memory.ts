import * as map from '../../kernel/fixed-width/memory-map.ts';
import { type WasmMemory, wasm } from '../kernel/webassembly.ts';
import { encodeText, upperHalf } from '../text/encoding.ts';
import { type PlacedField, placeFields } from './field-placement.ts';
import type { Layout } from './layout.ts';
import type { EscapeStyle } from './tsv.ts';

const PAGE = 65_536;
/** Room for the output row of one record is capped at this; a longer row is `row-too-long`. */
const MAX_ROW_ROOM = 64 * 1024 * 1024;

/** How much the engine holds at once. */
export interface SlotSizes {
  /** Input and output slots, 2 at least for work and transfer to overlap. */
  slots: number;
  /** Bytes read at once. */
  block: number;
  /** Bytes of output gathered before they are handed on. */
  flush: number;
}

/** An output slot: rows are written from `start` on until they pass `soft`, and never past `limit`. */
export interface OutputSlot {
  start: number;
  soft: number;
  limit: number;
}

/** The kernel's memory: configuration, fields and slots at fixed places. It never grows, so views of it stay good. */
export interface KernelMemory {
  memory: WasmMemory;
  bytes: Uint8Array;
  words: Int32Array;
  fields: PlacedField[];
  /** Address where each input block starts; before it lies room for what the block before left over. */
  inputs: number[];
  outputs: OutputSlot[];
}

/** Lays out memory for a layout and writes the configuration. */
export function layOutMemory(
  layout: Layout,
  style: EscapeStyle,
  headerBytes: number,
  sizes: SlotSizes,
): KernelMemory {
  const fields = placeFields(layout.fields);
  const byCharacter = layout.unit === 'characters' && layout.encoding === 'utf-8';
  const marks = byCharacter ? listBoundaries(fields) : [];
  const boundaries = map.HEAP + fields.length * map.FIELD_SIZE;
  const heap = align(boundaries + marks.length * map.BOUNDARY_SIZE);
  // What is carried over is a record of the greatest length and a CR, at most.
  const carry = align(layout.maxRecordBytes + map.SLACK);
  const inputSize = carry + align(sizes.block + map.SLACK);
  const rowRoom = Math.min(MAX_ROW_ROOM, boundRow(fields, layout.maxRecordBytes, byCharacter ? 4 : 1));
  const outputSize = align(headerBytes + sizes.flush + rowRoom + map.SLACK);
  const inputs = Array.from({ length: sizes.slots }, (_, i) => heap + i * inputSize + carry);
  const outputsAt = heap + sizes.slots * inputSize;
  const outputs = Array.from({ length: sizes.slots }, (_, i) => {
    const start = outputsAt + i * outputSize;
    return { start, soft: start + sizes.flush, limit: start + outputSize - map.SLACK };
  });
  const pages = Math.ceil((outputsAt + sizes.slots * outputSize + map.SLACK) / PAGE);
  const memory = new wasm.Memory({ initial: pages, maximum: pages });
  const bytes = new Uint8Array(memory.buffer);
  const words = new Int32Array(memory.buffer, 0, heap >> 2);
  writeConfiguration(bytes, words, layout, style, fields);
  writeFields(bytes, words, layout, fields, marks);
  marks.forEach((mark, i) => {
    words[(boundaries + i * map.BOUNDARY_SIZE) >> 2] = mark;
  });
  if (marks.length > 0) words[map.BOUNDARIES >> 2] = boundaries;
  words[map.BOUNDARY_COUNT >> 2] = marks.length;
  return { memory, bytes, words, fields, inputs, outputs };
}

function align(size: number): number {
  return Math.ceil(size / 64) * 64;
}

/** Bytes that the longest row can take: each input byte makes three at most, and each cell has two quotes and a tab. */
function boundRow(fields: PlacedField[], maxRecord: number, unitBytes: number): number {
  const cells = fields.reduce((sum, { start, end }) => {
    const width = end === null ? maxRecord : (end - start) * unitBytes;
    return sum + Math.min(width, maxRecord) + 1;
  }, 0);
  return 3 * (cells + map.SLACK);
}

function listBoundaries(fields: PlacedField[]): number[] {
  const all = fields.flatMap(({ start, end }) => (end === null ? [start] : [start, end]));
  return [...new Set(all)].sort((a, b) => a - b);
}

function writeConfiguration(
  bytes: Uint8Array,
  words: Int32Array,
  layout: Layout,
  style: EscapeStyle,
  fields: PlacedField[],
): void {
  const set = (address: number, value: number) => {
    words[address >> 2] = value;
  };
  set(map.FIELDS, map.HEAP);
  set(map.FIELD_COUNT, fields.length);
  set(map.RECORD_LENGTH, layout.recordLength ?? 0);
  set(map.NEWLINE, layout.newline === 'cr' ? 13 : 10);
  set(map.STRIP_CR, Number(layout.newline === 'auto'));
  set(map.MAX_RECORD, layout.maxRecordBytes);
  set(map.EXTENT, Math.max(...fields.map(({ start, end }) => end ?? start)));
  set(map.OPEN_ENDED, Number(fields.some(({ end }) => end === null)));
  set(
    map.ON_BLANK,
    { skip: map.POLICY_MEND, empty: map.POLICY_ACCEPT, reject: map.POLICY_REJECT }[layout.blankLines],
  );
  set(map.ON_SHORT, layout.shortRecords === 'reject' ? map.POLICY_REJECT : map.POLICY_ACCEPT);
  set(map.ON_LONG, layout.longRecords === 'reject' ? map.POLICY_REJECT : map.POLICY_ACCEPT);
  set(map.ON_NUL, { keep: map.POLICY_ACCEPT, reject: map.POLICY_REJECT, space: map.POLICY_MEND }[layout.nul]);
  set(map.ON_INVALID, layout.invalidUtf8 === 'reject' ? map.POLICY_REJECT : map.POLICY_MEND);
  set(map.STRIP_CTRL_Z, Number(layout.ctrlZ === 'strip'));
  set(
    map.ESCAPE,
    { quote: map.ESCAPE_QUOTE, backslash: map.ESCAPE_BACKSLASH, reject: map.ESCAPE_REJECT }[style],
  );
  set(map.QUOTE_EMPTY, Number(style === 'quote' && fields.length === 1));
  bytes.fill((style === 'backslash' ? '\\' : '"').charCodeAt(0), map.SPECIAL_A, map.SPECIAL_A + 16);
  bytes.fill((style === 'quote' ? '"' : '\\').charCodeAt(0), map.SPECIAL_B, map.SPECIAL_B + 16);
  set(map.RESOLVED, -1);

  const comment = layout.comment === undefined ? undefined : encodeText(layout.comment, layout.encoding);
  set(map.COMMENT_FIRST, comment?.[0] ?? -1);
  set(map.COMMENT_LENGTH, comment?.length ?? 0);
  if (comment) bytes.set(comment, map.COMMENT);

  set(map.EIGHT_BIT, Number(layout.encoding !== 'utf-8'));
  if (layout.encoding === 'utf-8') return;
  upperHalf(layout.encoding).forEach((code, i) => {
    const utf8 = new TextEncoder().encode(String.fromCodePoint(code));
    bytes.set(utf8, map.ENCODING + 4 * i);
    bytes[map.ENCODING + 4 * i + 3] = utf8.length;
  });
}

function writeFields(
  bytes: Uint8Array,
  words: Int32Array,
  layout: Layout,
  fields: PlacedField[],
  boundaries: number[],
): void {
  const index = new Map(boundaries.map((boundary, i) => [boundary, i]));
  fields.forEach((field, i) => {
    const at = map.HEAP + i * map.FIELD_SIZE;
    const set = (offset: number, value: number) => {
      words[(at + offset) >> 2] = value;
    };
    const trim = field.trim ?? layout.trim;
    const pad = (field.pad ?? layout.pad).charCodeAt(0);
    bytes.fill(pad, at + map.F_PAD, at + map.F_PAD + 16);
    set(map.F_RAW_START, field.start);
    set(map.F_RAW_END, field.end ?? map.OPEN);
    set(
      map.F_TRIM,
      (trim === 'left' || trim === 'both' ? map.TRIM_LEFT : 0) |
        (trim === 'right' || trim === 'both' ? map.TRIM_RIGHT : 0) |
        (pad === 0x30 ? map.TRIM_ZERO : 0),
    );
    set(map.F_FROM, index.get(field.start) ?? -1);
    set(map.F_TO, field.end === null ? -1 : (index.get(field.end) ?? -1));
  });
}

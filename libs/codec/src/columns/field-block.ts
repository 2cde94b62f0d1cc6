import * as map from '../../kernel/columns/memory-map.ts';
import { CELL_SIZE } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';

/** What the kernel needs to know to read the cells of a column. */
export interface CellForm {
  /** Texts that mean no value; the empty one may be among them. */
  missing: readonly string[];
  true?: readonly string[];
  false?: readonly string[];
  /** One ASCII character. */
  point?: string;
  precision?: number;
  scale?: number;
  least?: bigint;
  greatest?: bigint;
  /** Whether date and time may stand with a space between them. */
  space?: boolean;
  zone?: 'none' | 'utc' | 'either';
}

const zones = { none: map.ZONE_NONE, utc: map.ZONE_UTC, either: map.ZONE_EITHER };

/** Writes the form of column `index` into the heap; gives its address, for `release`. */
export function writeFieldBlock(heap: KernelHeap, index: number, form: CellForm): number {
  const { view } = heap;
  const sets = [form.missing.filter((text) => text !== ''), form.true ?? [], form.false ?? []].map(encodeAll);
  const at = heap.allocate(map.FIELD_SIZE + sets.reduce((sum, set) => sum + sizeOf(set), 0));
  const put = (offset: number, value: number) => view.setUint32(at + offset, value, true);
  let end = at + map.FIELD_SIZE;
  [map.FIELD_MISSING, map.FIELD_TRUE, map.FIELD_FALSE].forEach((offset, i) => {
    const set = sets[i]!;
    put(offset, set.length > 0 ? end : 0);
    if (set.length > 0) writeByteSet(heap, end, set);
    end += sizeOf(set);
  });
  put(map.FIELD_OFFSET, index * CELL_SIZE);
  put(map.FIELD_EMPTY_MISSING, Number(form.missing.includes('')));
  heap.bytes.fill((form.point ?? '.').charCodeAt(0), at + map.FIELD_POINT, at + map.FIELD_POINT + 16);
  put(map.FIELD_SCALE, form.scale ?? 0);
  put(map.FIELD_PRECISION, form.precision ?? 0);
  view.setBigInt64(at + map.FIELD_LEAST, form.least ?? -(2n ** 63n), true);
  view.setBigInt64(at + map.FIELD_GREATEST, form.greatest ?? 2n ** 63n - 1n, true);
  [form.true ?? [], form.false ?? []].forEach((texts, i) => {
    writeWords(heap, at + map.FIELD_WORDS + 32 * i, texts);
  });
  put(map.FIELD_SPACE, Number(form.space ?? false));
  put(map.FIELD_ZONE, zones[form.zone ?? 'none']);
  return at;
}

function encodeAll(texts: readonly string[]): Uint8Array[] {
  return texts.map((text) => new TextEncoder().encode(text));
}

/** The first four short texts; the others are found in their byte set. */
function writeWords({ view, bytes }: KernelHeap, at: number, texts: readonly string[]): void {
  const words = encodeAll(texts).filter(({ length }) => length <= map.FIELD_WORD_MAX);
  for (let i = 0; i < 4; i++) {
    const word = words[i];
    // No text has this length.
    view.setBigUint64(at + 8 * i, word ? BigInt(word.length) << 56n : 2n ** 64n - 1n, true);
    if (word) bytes.set(word, at + 8 * i);
  }
}

/** Of a byte set, a multiple of 8. */
function sizeOf(strings: Uint8Array[]): number {
  if (strings.length === 0) return 0;
  const text = strings.reduce((sum, { length }) => sum + length, 0);
  return map.SET_ENTRIES + strings.length * map.ENTRY_SIZE + Math.ceil(text / 8) * 8;
}

function writeByteSet({ view, bytes }: KernelHeap, set: number, strings: Uint8Array[]): void {
  let lengths = 0n;
  let entry = set + map.SET_ENTRIES;
  let text = entry + strings.length * map.ENTRY_SIZE;
  for (const string of strings) {
    lengths |= 1n << BigInt(Math.min(string.length, 63));
    const start = new Uint8Array(8);
    start.set(string.subarray(0, 8));
    bytes.set(start, entry);
    view.setUint32(entry + map.ENTRY_LENGTH, string.length, true);
    view.setUint32(entry + map.ENTRY_ADDRESS, text, true);
    bytes.set(string, text);
    entry += map.ENTRY_SIZE;
    text += string.length;
  }
  view.setUint32(set + map.SET_COUNT, strings.length, true);
  view.setBigUint64(set + map.SET_LENGTHS, lengths, true);
}

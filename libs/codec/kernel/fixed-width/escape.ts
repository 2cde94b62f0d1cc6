import {
  EIGHT_BIT, ENCODING, ESCAPE, ESCAPED_CELLS, ESCAPE_BACKSLASH, ESCAPE_QUOTE, ESCAPE_REJECT, F_PAD, F_START, F_TRIM,
  F_WIDTH, NUL_CELLS, ON_INVALID, ON_NUL, POLICY_MEND, POLICY_REJECT, REJECT_INVALID, REJECT_NUL, REJECT_UNESCAPABLE,
  REPLACED_CELLS, SPECIAL_A, SPECIAL_B, TRIM_LEFT, TRIM_RIGHT, TRIM_ZERO,
} from './memory-map';
import { cutPadding, skipPadding } from './padding';
import { findByte, marks } from './scan';
import { utf8Step } from '../text/utf8';

const TAB: u8 = 9;
const LF: u8 = 10;
const CR: u8 = 13;
const QUOTE: u8 = 34;
const ZERO: u8 = 0x30;
const BACKSLASH: u8 = 92;

const HAS_NUL: i32 = 1;
const HAS_SPECIAL: i32 = 2;

/** REJECT_* code of the last `writeMarkedCell` that returned 0. */
export let refusal: i32 = 0;

// @ts-ignore: decorator
@inline
export function count(counter: usize): void {
  store<i32>(counter, load<i32>(counter) + 1);
}

/** Which kinds of marked bytes the cell holds. */
function contents(pos: usize, end: usize): i32 {
  const a = v128.load(SPECIAL_A);
  const b = v128.load(SPECIAL_B);
  let special = 0;
  let nul = 0;
  for (; pos < end; pos += 16) {
    const bytes = v128.load(pos);
    const rest = <i32>(end - pos);
    const inside = rest < 16 ? (1 << rest) - 1 : 0xffff;
    const lines = v128.or(i8x16.eq(bytes, i8x16.splat(LF)), i8x16.eq(bytes, i8x16.splat(CR)));
    const marked = v128.or(i8x16.eq(bytes, i8x16.splat(TAB)), v128.or(i8x16.eq(bytes, a), i8x16.eq(bytes, b)));
    special |= i8x16.bitmask(v128.or(lines, marked)) & inside;
    nul |= i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) & inside;
  }
  return (nul ? HAS_NUL : 0) | (special ? HAS_SPECIAL : 0);
}

/** Writes a cell that holds marked bytes. Returns the new end of output, or 0 with `refusal` set. Takes up to 3 * width + 2 bytes. */
export function writeMarkedCell(field: usize, record: usize, out: usize): usize {
  const trim = load<i32>(field, F_TRIM);
  const onNul = load<i32>(ON_NUL);
  const pad = v128.load(field, F_PAD);
  const other = onNul == POLICY_MEND ? i8x16.splat(0) : pad;
  const start = record + load<i32>(field, F_START);
  let pos = start;
  let end = start + load<i32>(field, F_WIDTH);
  if (trim & TRIM_RIGHT) end = cutPadding(pos, end, pad, other);
  if (trim & TRIM_LEFT) pos = skipPadding(pos, end, pad, other);
  if (pos == end) {
    const width = load<i32>(field, F_WIDTH);
    if (!(trim & TRIM_ZERO) || findByte(start, start + width, ZERO) == start + width) return out;
    store<u8>(out, ZERO);
    return out + 1;
  }
  const holds = contents(pos, end);
  const escape = load<i32>(ESCAPE);
  if (holds & HAS_NUL && onNul != 0) {
    if (onNul == POLICY_REJECT) {
      refusal = REJECT_NUL;
      return 0;
    }
    count(NUL_CELLS);
  }
  if (holds & HAS_SPECIAL) {
    if (escape == ESCAPE_REJECT) {
      refusal = REJECT_UNESCAPABLE;
      return 0;
    }
    count(ESCAPED_CELLS);
  }
  const quoted = escape == ESCAPE_QUOTE && (holds & HAS_SPECIAL) != 0;
  if (quoted) store<u8>(out++, QUOTE);
  out = writeBytes(pos, end, out, escape, onNul == POLICY_MEND);
  if (out && quoted) store<u8>(out++, QUOTE);
  return out;
}

function writeBytes(pos: usize, end: usize, out: usize, escape: i32, mendNul: bool): usize {
  const a = v128.load(SPECIAL_A);
  const b = v128.load(SPECIAL_B);
  const eightBit = load<i32>(EIGHT_BIT) != 0;
  let replaced = false;
  while (pos < end) {
    // Plain bytes up to the next marked one, sixteen at a time.
    const bytes = v128.load(pos);
    const plain = <usize>ctz(i8x16.bitmask(marks(bytes, a, b)) | 0x10000);
    v128.store(out, bytes);
    const rest = end - pos;
    if (plain >= rest) {
      out += rest;
      break;
    }
    out += plain;
    pos += plain;
    if (plain == 16) continue;
    const byte = load<u8>(pos);
    if (byte < 0x80) {
      pos++;
      out = writeAscii(byte, out, escape, mendNul);
    } else if (eightBit) {
      pos++;
      const entry = load<u32>(ENCODING + ((<usize>byte - 0x80) << 2));
      store<u32>(out, entry);
      out += entry >> 24;
    } else {
      const length = utf8Step(pos, end);
      if (length > 0) {
        store<u32>(out, load<u32>(pos));
        pos += length;
        out += length;
      } else {
        if (load<i32>(ON_INVALID) == POLICY_REJECT) {
          refusal = REJECT_INVALID;
          return 0;
        }
        store<u32>(out, 0xbdbfef);
        out += 3;
        pos -= length;
        replaced = true;
      }
    }
  }
  if (replaced) count(REPLACED_CELLS);
  return out;
}

function writeAscii(byte: u8, out: usize, escape: i32, mendNul: bool): usize {
  if (escape == ESCAPE_BACKSLASH) {
    let letter: u8 = 0;
    if (byte == TAB) letter = 0x74;
    else if (byte == LF) letter = 0x6e;
    else if (byte == CR) letter = 0x72;
    else if (byte == BACKSLASH) letter = BACKSLASH;
    if (letter) {
      store<u8>(out, BACKSLASH);
      store<u8>(out + 1, letter);
      return out + 2;
    }
  } else if (byte == QUOTE) {
    // Only the quoting dialect gets here: the rejecting one has refused the cell.
    store<u8>(out++, QUOTE);
  }
  store<u8>(out, byte == 0 && mendNul ? 0x20 : byte);
  return out + 1;
}

import { F_BLOCKS, F_KEEP, F_KEEP_ALL, F_MASK, F_PAD, F_START, F_TRIM, F_WIDTH, TRIM_LEFT, TRIM_RIGHT, TRIM_ZERO } from './memory-map';
import { cutPadding, skipPadding } from './padding';

/** Fixes the cell of a field to bytes [start, end) of the record. */
export function resolveField(field: usize, start: i32, end: i32): void {
  const width = end - start;
  const trim = load<i32>(field, F_TRIM);
  store<i32>(field, start, F_START);
  store<i32>(field, width, F_WIDTH);
  store<i32>(field, min((width + 15) >> 4, 5), F_BLOCKS);
  if (width > 64) return;
  const first: u64 = width ? 1 : 0;
  const last: u64 = width ? (<u64>1) << (width - 1) : 0;
  store<u64>(field, width == 64 ? u64.MAX_VALUE : ((<u64>1) << width) - 1, F_MASK);
  store<u64>(field, (trim & TRIM_LEFT ? 0 : first) | (trim & TRIM_RIGHT ? 0 : last), F_KEEP);
  store<u64>(field, trim & (TRIM_LEFT | TRIM_RIGHT) ? (trim & TRIM_ZERO ? last : 0) : first | last, F_KEEP_ALL);
}

// @ts-ignore: decorator
@inline
function filledIn(pos: usize, pad: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.ne(v128.load(pos), pad)));
}

// @ts-ignore: decorator
@inline
function copyBlock(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
}

/** Writes the trimmed cell of a clean stretch of the record; up to 64 bytes past the returned end are scribbled on. */
// @ts-ignore: decorator
@inline
export function writeCell(field: usize, record: usize, out: usize): usize {
  const blocks = load<i32>(field, F_BLOCKS);
  if (blocks > 4) return writeWideCell(field, record, out);
  const at = record + load<i32>(field, F_START);
  const pad = v128.load(field, F_PAD);
  let filled = filledIn(at, pad);
  if (blocks > 1) {
    filled |= filledIn(at + 16, pad) << 16;
    if (blocks > 2) filled |= (filledIn(at + 32, pad) << 32) | (filledIn(at + 48, pad) << 48);
  }
  filled &= load<u64>(field, F_MASK);
  filled = filled ? filled | load<u64>(field, F_KEEP) : load<u64>(field, F_KEEP_ALL);
  const from = at + <usize>ctz(filled);
  // Always whole blocks for the field's width: a branch on the cell's length would be mispredicted.
  copyBlock(from, out);
  if (blocks > 1) {
    copyBlock(from + 16, out + 16);
    if (blocks > 2) {
      copyBlock(from + 32, out + 32);
      copyBlock(from + 48, out + 48);
    }
  }
  return out + (filled ? <usize>(64 - clz(filled) - ctz(filled)) : 0);
}

/** As `writeCell`, for more than 64 bytes. */
function writeWideCell(field: usize, record: usize, out: usize): usize {
  const trim = load<i32>(field, F_TRIM);
  const pad = v128.load(field, F_PAD);
  const start = record + load<i32>(field, F_START);
  let from = start;
  let to = start + load<i32>(field, F_WIDTH);
  if (trim & TRIM_RIGHT) to = cutPadding(from, to, pad, pad);
  if (trim & TRIM_LEFT) from = skipPadding(from, to, pad, pad);
  if (to == from) {
    if (!(trim & TRIM_ZERO)) return out;
    store<u8>(out, 0x30);
    return out + 1;
  }
  const end = out + (to - from);
  for (; out < end; out += 16, from += 16) copyBlock(from, out);
  return end;
}

import { DELIMITER, DELIMITER_LENGTH, MULTI_SPACE, TERMINATOR, TERMINATOR_LENGTH } from './memory-map';

const TAB: i32 = 9;
const LF: i32 = 10;
const CR: i32 = 13;
const SPACE: i32 = 32;

/** The state block of this instance. */
export let state: usize = 0;

/** Says where the state block is; once, before all else. */
export function attach(block: usize): void {
  state = block;
}

// @ts-ignore: decorator
@inline
export function isSpace(byte: i32): bool {
  return byte == SPACE || byte == TAB;
}

/** Whether the `length` bytes of a mark stand at `pos`. */
// @ts-ignore: decorator
@inline
export function stands(mark: usize, length: i32, pos: usize, end: usize): bool {
  if (pos + length > end || load<u8>(pos) != load<u8>(mark)) return false;
  for (let i = 1; i < length; i++) if (load<u8>(pos + i) != load<u8>(mark + i)) return false;
  return true;
}

/** Bytes of the delimiter at `pos`, 0 if there is none; in a run of spaces one by one. */
// @ts-ignore: decorator
@inline
export function delimiterAt(pos: usize, end: usize): i32 {
  if (load<i32>(state, MULTI_SPACE)) return pos < end && isSpace(load<u8>(pos)) ? 1 : 0;
  const length = load<i32>(state, DELIMITER_LENGTH);
  return stands(state + DELIMITER, length, pos, end) ? length : 0;
}

/** Bytes of the line end at `pos`, 0 if there is none. */
// @ts-ignore: decorator
@inline
export function terminatorAt(pos: usize, end: usize): i32 {
  const length = load<i32>(state, TERMINATOR_LENGTH);
  if (length) return stands(state + TERMINATOR, length, pos, end) ? length : 0;
  if (pos >= end) return 0;
  const byte = <i32>load<u8>(pos);
  if (byte == LF) return 1;
  if (byte != CR) return 0;
  return pos + 1 < end && load<u8>(pos + 1) == LF ? 2 : 1;
}

/** Address of the first line end in [pos, end), or `end`. */
export function findTerminator(pos: usize, end: usize): usize {
  const length = load<i32>(state, TERMINATOR_LENGTH);
  const a = i8x16.splat(length ? load<i8>(state, TERMINATOR) : <i8>LF);
  const b = i8x16.splat(length ? load<i8>(state, TERMINATOR) : <i8>CR);
  while (pos < end) {
    const bytes = v128.load(pos);
    const found = i8x16.bitmask(v128.or(i8x16.eq(bytes, a), i8x16.eq(bytes, b)));
    if (!found) {
      pos += 16;
      continue;
    }
    pos += ctz(found);
    if (pos >= end) break;
    if (length < 2 || stands(state + TERMINATOR, length, pos, end)) return pos;
    pos++;
  }
  return end;
}

/** Line ends in [pos, end). One that the end cuts in two counts. */
export function countLines(pos: usize, end: usize): i32 {
  let lines = 0;
  while ((pos = findTerminator(pos, end)) < end) {
    lines++;
    pos += terminatorAt(pos, end);
  }
  return lines;
}

/** Bytes of the line end at `pos`, for the host. */
export function terminatorLength(pos: usize, end: usize): i32 {
  return terminatorAt(pos, end);
}

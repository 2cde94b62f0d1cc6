import { JOB_CELLS, JOB_ROWS, JOB_STRIDE } from '../columns/memory-map';
import { entryOf, hasEnds, hasMiddle, seenOf, shortMask, slotOf, slotOfKnown } from './known-texts';
import { KNOWN_MASK, KNOWN_SHORT, PRESENT_NONE, PRESENT_VALUE } from './memory-map';
import { countCharacters } from './text-length';

// Each lists the rows (u32, from `list` on) whose value it cannot prove to be good, and returns how many those are.

/** Values that are not from `least` to `greatest`. */
export function listOutside(slots: usize, present: usize, rows: i32, least: i64, greatest: i64, list: usize): i32 {
  let to = list;
  for (let row = 0; row < rows; row++) {
    const value = load<i64>(slots + (<usize>row << 3));
    store<u32>(to, row);
    // Without a branch: what is listed is overwritten unless it counts.
    to += <usize>(i32(value < least || value > greatest) & i32(load<u8>(present + row) == PRESENT_VALUE)) << 2;
  }
  return <i32>((to - list) >> 2);
}

/** Doubles that are not between the bounds; one that is equal to a bound may be on either side of what the bound was rounded from. */
export function listDoublesOutside(slots: usize, present: usize, rows: i32, least: f64, greatest: f64, list: usize): i32 {
  let to = list;
  for (let row = 0; row < rows; row++) {
    const value = load<f64>(slots + (<usize>row << 3));
    store<u32>(to, row);
    to += <usize>(i32(!(value > least && value < greatest)) & i32(load<u8>(present + row) == PRESENT_VALUE)) << 2;
  }
  return <i32>((to - list) >> 2);
}

/** Texts that do not have from `least` to `greatest` characters. */
export function listLengthsOutside(job: usize, offset: i32, present: usize, least: i32, greatest: i32, list: usize): i32 {
  const rows = load<i32>(job, JOB_ROWS);
  const stride = <usize>load<u32>(job, JOB_STRIDE);
  let cell = <usize>load<u32>(job, JOB_CELLS) + offset;
  let to = list;
  for (let row = 0; row < rows; row++, cell += stride) {
    if (load<u8>(present + row) != PRESENT_VALUE) continue;
    const bytes = load<i32>(cell, 4);
    // A character takes up to 4 bytes.
    if (bytes <= greatest && (bytes + 3) >> 2 >= least) continue;
    const characters = countCharacters(load<u32>(cell), bytes);
    if (characters >= least && characters <= greatest) continue;
    store<u32>(to, row);
    to += 4;
  }
  return <i32>((to - list) >> 2);
}

/** Texts that are not among those known; that the others have been seen is noted. */
export function listUnknown(job: usize, offset: i32, present: usize, known: usize, list: usize): i32 {
  const rows = load<i32>(job, JOB_ROWS);
  const stride = <usize>load<u32>(job, JOB_STRIDE);
  const seen = seenOf(known);
  const mask = load<u32>(known, KNOWN_MASK);
  let cell = <usize>load<u32>(job, JOB_CELLS) + offset;
  let to = list;
  for (let row = 0; ; ) {
    // No call in here: across one, variables would have no registers.
    for (; row < rows; row++, cell += stride) {
      if (load<u8>(present + row) != PRESENT_VALUE) continue;
      const at = <usize>load<u32>(cell);
      const length = load<i32>(cell, 4);
      if (<u32>(length - 1) >= <u32>KNOWN_SHORT) break;
      const own = shortMask(known, length);
      const first = load<u64>(at) & own;
      const last = load<u64>(at + <usize>max(length, 8) - 8) & own;
      const slot = slotOf(mask, first, last, length);
      const entry = entryOf(known, slot);
      if (!hasEnds(entry, first, last, length)) break;
      if (length > 16 && !hasMiddle(entry, at, length)) break;
      store<u8>(seen + slot, 1);
    }
    if (row >= rows) break;
    const slot = slotOfKnown(known, load<u32>(cell), load<i32>(cell, 4));
    if (slot >= 0) store<u8>(seen + slot, 1);
    else {
      store<u32>(to, row);
      to += 4;
    }
    row++;
    cell += stride;
  }
  return <i32>((to - list) >> 2);
}

/** Missing values. */
export function listAbsent(present: usize, rows: i32, list: usize): i32 {
  let to = list;
  for (let row = 0; row < rows; row++) {
    store<u32>(to, row);
    to += <usize>i32(load<u8>(present + row) == PRESENT_NONE) << 2;
  }
  return <i32>((to - list) >> 2);
}

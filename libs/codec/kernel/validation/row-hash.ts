import { JOB_CELLS, JOB_ROWS, JOB_STRIDE } from '../columns/memory-map';
import { finish, hashText, step, wordOf } from './hash';
import {
  HASH_BYTES, HASH_DOUBLE, HASH_INTEGER, HASH_WIDE, PRESENT_BAD, PRESENT_NONE, STATE_BAD, STATE_KEY, STATE_MISSING,
} from './memory-map';

/** Begins the keys of so many rows. */
export function startHashes(hashes: usize, states: usize, rows: i32, seed: u64): void {
  for (let row = 0; row < rows; row++) store<u64>(hashes + (<usize>row << 3), seed);
  memory.fill(states, <u8>STATE_KEY, rows);
}

/** Takes the values of a column into the rows' keys. A missing value makes the key missing, else a bad one makes it bad. */
export function hashSlots(kind: i32, slots: usize, present: usize, rows: i32, hashes: usize, states: usize): void {
  if (kind == HASH_INTEGER) hashKind(HASH_INTEGER, slots, present, rows, hashes, states);
  else if (kind == HASH_DOUBLE) hashKind(HASH_DOUBLE, slots, present, rows, hashes, states);
  else if (kind == HASH_WIDE) hashKind(HASH_WIDE, slots, present, rows, hashes, states);
  else hashKind(HASH_BYTES, slots, present, rows, hashes, states);
}

// @ts-ignore: decorator
@inline
function hashKind(kind: i32, slots: usize, present: usize, rows: i32, hashes: usize, states: usize): void {
  for (let row = 0; row < rows; row++) {
    const is = load<u8>(present + row);
    if (is == PRESENT_NONE) store<u8>(states + row, STATE_MISSING);
    else if (is == PRESENT_BAD) {
      if (load<u8>(states + row) == STATE_KEY) store<u8>(states + row, STATE_BAD);
    } else {
      const to = hashes + (<usize>row << 3);
      let hash = load<u64>(to);
      if (kind == HASH_INTEGER) hash = step(hash, load<u64>(slots));
      else if (kind == HASH_DOUBLE) hash = step(hash, wordOf(load<f64>(slots)));
      else if (kind == HASH_WIDE) hash = step(step(hash, load<u64>(slots)), load<u64>(slots, 8));
      else hash = step(hash, hashText(load<u32>(slots), load<i32>(slots, 4)));
      store<u64>(to, hash);
    }
    slots += kind == HASH_WIDE ? 16 : 8;
  }
}

/** Takes all cells of the rows, as texts, into their keys; a cell that is not there differs from every text. */
export function hashCells(job: usize, columns: i32, hashes: usize): void {
  const rows = load<i32>(job, JOB_ROWS);
  const stride = <usize>load<u32>(job, JOB_STRIDE);
  let start = <usize>load<u32>(job, JOB_CELLS);
  for (let row = 0; row < rows; row++, start += stride) {
    let hash = load<u64>(hashes + (<usize>row << 3));
    for (let cell = start, end = start + (<usize>columns << 3); cell < end; cell += 8) {
      const at = <usize>load<u32>(cell);
      hash = step(hash, at ? hashText(at, load<i32>(cell, 4)) : 0);
    }
    store<u64>(hashes + (<usize>row << 3), finish(hash));
  }
}

import { finish } from './hash';
import { LOG_END, LOG_NEXT, LOG_PART_SIZE, PART_COUNT, PART_MASK, PART_MOST, PART_SIZE, PART_SLOTS, STATE_KEY } from './memory-map';

/** The lowest bit of a slot tells that its hash has come up again. */
const AGAIN: u64 = 1;

// @ts-ignore: decorator
@inline
function storedHash(hash: u64): u64 {
  const stored = finish(hash) & ~AGAIN;
  return stored ? stored : 2;
}

// @ts-ignore: decorator
@inline
function partOf(table: usize, stored: u64): usize {
  return table + <usize>(stored >> 56) * PART_SIZE;
}

/** Address of the slot that has the hash, or of the free one where it goes. */
// @ts-ignore: decorator
@inline
function slotOf(part: usize, stored: u64): usize {
  const slots = <usize>load<u32>(part, PART_SLOTS);
  const mask = load<u32>(part, PART_MASK);
  let slot = <u32>(stored >> 8) & mask;
  while (true) {
    const at = slots + (<usize>slot << 3);
    const found = load<u64>(at);
    if (found == 0 || (found & ~AGAIN) == stored) return at;
    slot = (slot + 1) & mask;
  }
}

/**
 * Takes the keys of rows from `from` on. A hash that comes up for the second time is written to `again`, whose count is at `counted`.
 * Returns the row whose part has no room, to be given more; `rows` if all are in.
 */
export function insertHashes(table: usize, hashes: usize, states: usize, from: i32, rows: i32, again: usize, counted: usize): i32 {
  let count = load<u32>(counted);
  for (let row = from; row < rows; row++) {
    if (load<u8>(states + row) != STATE_KEY) continue;
    const hash = load<u64>(hashes + (<usize>row << 3));
    const stored = storedHash(hash);
    const part = partOf(table, stored);
    const at = slotOf(part, stored);
    const found = load<u64>(at);
    if (found == 0) {
      const held = load<u32>(part, PART_COUNT);
      if (held >= load<u32>(part, PART_MOST)) {
        store<u32>(counted, count);
        return row;
      }
      store<u32>(part, held + 1, PART_COUNT);
      store<u64>(at, stored);
    } else if (!(found & AGAIN)) {
      store<u64>(at, found | AGAIN);
      store<u64>(again + (<usize>count << 3), hash);
      count++;
    }
  }
  store<u32>(counted, count);
  return rows;
}

/** Lists the rows with a key that is (`wanted` 1) or is not (0) in the table; returns how many they are. */
export function findHashes(table: usize, hashes: usize, states: usize, rows: i32, wanted: i32, list: usize): i32 {
  let to = list;
  for (let row = 0; row < rows; row++) {
    if (load<u8>(states + row) != STATE_KEY) continue;
    const stored = storedHash(load<u64>(hashes + (<usize>row << 3)));
    const part = partOf(table, stored);
    if (i32(load<u64>(slotOf(part, stored)) != 0) != wanted) continue;
    store<u32>(to, row);
    to += 4;
  }
  return <i32>((to - list) >> 2);
}

/** Makes so many slots free. */
export function clearSlots(slots: usize, count: i32): void {
  memory.fill(slots, 0, <usize>count << 3);
}

/** Moves the hashes of so many old slots into the part's new ones, which are free. */
export function moveHashes(part: usize, old: usize, count: i32): void {
  for (const end = old + (<usize>count << 3); old < end; old += 8) {
    const stored = load<u64>(old);
    if (stored) store<u64>(slotOf(part, stored & ~AGAIN), stored);
  }
}

/**
 * Puts the keys of rows from `from` on into a log, each to those of its part of a table. Returns the row whose part has no room, to
 * be given more; `rows` if all are in.
 */
export function logHashes(log: usize, hashes: usize, states: usize, from: i32, rows: i32): i32 {
  for (let row = from; row < rows; row++) {
    if (load<u8>(states + row) != STATE_KEY) continue;
    const hash = load<u64>(hashes + (<usize>row << 3));
    const part = log + <usize>(storedHash(hash) >> 56) * LOG_PART_SIZE;
    const next = load<u32>(part, LOG_NEXT);
    if (next == load<u32>(part, LOG_END)) return row;
    store<u64>(<usize>next, hash);
    store<u32>(part, next + 8, LOG_NEXT);
  }
  return rows;
}

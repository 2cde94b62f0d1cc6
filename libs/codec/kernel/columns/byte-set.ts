import { ENTRY_ADDRESS, ENTRY_LENGTH, ENTRY_SIZE, SET_COUNT, SET_ENTRIES, SET_LENGTHS } from './memory-map';

/** Of the strings in a set: bit i is set if one has i bytes (63: that or more). */
// @ts-ignore: decorator
@inline
export function lengthsOf(set: usize): u64 {
  return set ? load<u64>(set, SET_LENGTHS) : 0;
}

/** Whether [at, at + length) is in the set; the bytes after it, up to 8 in all, may be read. */
// @ts-ignore: decorator
@inline
export function holds(set: usize, at: usize, length: i32): bool {
  return set != 0 && ((load<u64>(set, SET_LENGTHS) >> min(length, 63)) & 1) != 0 && search(set, at, length);
}

function search(set: usize, at: usize, length: i32): bool {
  const start = firstBytes(at, length);
  let entry = set + SET_ENTRIES;
  const end = entry + <usize>load<u32>(set, SET_COUNT) * ENTRY_SIZE;
  for (; entry < end; entry += ENTRY_SIZE) {
    if (load<u64>(entry) != start || load<i32>(entry, ENTRY_LENGTH) != length) continue;
    if (length <= 8 || memory.compare(at, load<u32>(entry, ENTRY_ADDRESS), length) == 0) return true;
  }
  return false;
}

/** Up to 8 bytes as a number, zeros after them. */
// @ts-ignore: decorator
@inline
function firstBytes(at: usize, length: i32): u64 {
  if (length == 0) return 0;
  const bytes = load<u64>(at);
  return length >= 8 ? bytes : bytes & (u64.MAX_VALUE >> (<u64>(8 - length) << 3));
}

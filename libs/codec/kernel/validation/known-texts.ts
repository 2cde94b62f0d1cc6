import { hashText } from './hash';
import { KNOWN_COUNT, KNOWN_MASK, KNOWN_ROOM, KNOWN_SLOTS, KNOWN_TEXTS, KNOWN_USED } from './memory-map';

/** Whether a text is among those known. Equal hashes are compared byte by byte. */
// @ts-ignore: decorator
@inline
export function isKnown(known: usize, at: usize, length: i32): bool {
  const hash = hashText(at, length) | 1;
  const mask = load<u32>(known, KNOWN_MASK);
  let slot = <u32>(hash >> 32) & mask;
  while (true) {
    const found = load<u64>(known + KNOWN_SLOTS + (<usize>slot << 3));
    if (found == 0) return false;
    if (found == hash && isSame(known, slot, at, length)) return true;
    slot = (slot + 1) & mask;
  }
}

// @ts-ignore: decorator
@inline
function placeOf(known: usize, slot: u32): usize {
  return known + KNOWN_SLOTS + ((<usize>load<u32>(known, KNOWN_MASK) + 1 + <usize>slot) << 3);
}

function isSame(known: usize, slot: u32, at: usize, length: i32): bool {
  const place = placeOf(known, slot);
  return load<i32>(place, 4) == length && memory.compare(<usize>load<u32>(place), at, length) == 0;
}

/** Takes a text among those known; false if there is no room for it. */
export function addKnown(known: usize, at: usize, length: i32): bool {
  const mask = load<u32>(known, KNOWN_MASK);
  const count = load<u32>(known, KNOWN_COUNT);
  const used = load<u32>(known, KNOWN_USED);
  if (count * 2 > mask || used + <u32>length > load<u32>(known, KNOWN_ROOM)) return false;
  const hash = hashText(at, length) | 1;
  let slot = <u32>(hash >> 32) & mask;
  while (load<u64>(known + KNOWN_SLOTS + (<usize>slot << 3)) != 0) slot = (slot + 1) & mask;
  store<u64>(known + KNOWN_SLOTS + (<usize>slot << 3), hash);
  const text = load<u32>(known, KNOWN_TEXTS) + used;
  memory.copy(<usize>text, at, length);
  const place = placeOf(known, slot);
  store<u32>(place, text);
  store<i32>(place, length, 4);
  store<u32>(known, count + 1, KNOWN_COUNT);
  store<u32>(known, used + <u32>length, KNOWN_USED);
  return true;
}

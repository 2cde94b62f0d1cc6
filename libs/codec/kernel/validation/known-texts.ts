import { hashText, isEqual } from './hash';
import { KNOWN_COUNT, KNOWN_MASK, KNOWN_ROOM, KNOWN_SLOTS, KNOWN_TEXTS, KNOWN_USED } from './memory-map';

/** Longest text that is its own key: its bytes, and its length plus one in the last byte. */
const WORD: i32 = 7;
/** What the last byte of other texts' keys has, which are hashes. */
const LONG: u64 = 0xff00000000000000;

// @ts-ignore: decorator
@inline
function keyOf(at: usize, length: i32): u64 {
  return length <= WORD
    ? (load<u64>(at) & ((<u64>1 << (<u64>length << 3)) - 1)) | (<u64>(length + 1) << 56)
    : hashText(at, length) | LONG;
}

// @ts-ignore: decorator
@inline
function slotOf(key: u64): u32 {
  return <u32>((key * 0x9e3779b185ebca87) >> 32);
}

/** The slot of a text among those known, less than 0 if it is not. Long ones whose hashes are equal are compared byte by byte. */
// @ts-ignore: decorator
@inline
export function slotOfKnown(known: usize, at: usize, length: i32): i32 {
  const key = keyOf(at, length);
  const mask = load<u32>(known, KNOWN_MASK);
  let slot = slotOf(key) & mask;
  while (true) {
    const found = load<u64>(known + KNOWN_SLOTS + (<usize>slot << 3));
    if (found == 0) return -1;
    if (found == key && (key < LONG || isSame(known, slot, at, length))) return <i32>slot;
    slot = (slot + 1) & mask;
  }
}

/** Address of a byte for each slot: 1 if its text has been seen since that was asked for. */
// @ts-ignore: decorator
@inline
export function seenOf(known: usize): usize {
  return known + KNOWN_SLOTS + ((<usize>load<u32>(known, KNOWN_MASK) + 1) << 4);
}

/** Address of the place of a slot's text: its address and length. */
// @ts-ignore: decorator
@inline
export function placeOf(known: usize, slot: u32): usize {
  return known + KNOWN_SLOTS + ((<usize>load<u32>(known, KNOWN_MASK) + 1 + <usize>slot) << 3);
}

function isSame(known: usize, slot: u32, at: usize, length: i32): bool {
  const place = placeOf(known, slot);
  return load<i32>(place, 4) == length && isEqual(<usize>load<u32>(place), at, length);
}

/** Takes a text among those known; false if there is no room for it. */
export function addKnown(known: usize, at: usize, length: i32): bool {
  const mask = load<u32>(known, KNOWN_MASK);
  const count = load<u32>(known, KNOWN_COUNT);
  const used = load<u32>(known, KNOWN_USED);
  if (count * 2 > mask || used + <u32>length > load<u32>(known, KNOWN_ROOM)) return false;
  const key = keyOf(at, length);
  let slot = slotOf(key) & mask;
  while (load<u64>(known + KNOWN_SLOTS + (<usize>slot << 3)) != 0) slot = (slot + 1) & mask;
  store<u64>(known + KNOWN_SLOTS + (<usize>slot << 3), key);
  const text = load<u32>(known, KNOWN_TEXTS) + used;
  memory.copy(<usize>text, at, length);
  const place = placeOf(known, slot);
  store<u32>(place, text);
  store<i32>(place, length, 4);
  store<u32>(known, count + 1, KNOWN_COUNT);
  store<u32>(known, used + <u32>length, KNOWN_USED);
  return true;
}

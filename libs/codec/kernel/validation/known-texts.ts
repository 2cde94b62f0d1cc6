import { isEqual } from './hash';
import {
  KNOWN_ADDRESS, KNOWN_COUNT, KNOWN_LAST, KNOWN_LENGTH, KNOWN_MASK, KNOWN_MASKS, KNOWN_ROOM, KNOWN_SLOT, KNOWN_SLOTS, KNOWN_TEXTS, KNOWN_USED,
} from './memory-map';

/** The first 8 bytes of a text, zeros after its end; that many may be read. */
// @ts-ignore: decorator
@inline
function firstOf(at: usize, length: i32): u64 {
  return load<u64>(at) & (length ? u64.MAX_VALUE >> (<u64>(8 - min(length, 8)) << 3) : 0);
}

/** The last 8 bytes; of a shorter text, as `firstOf`. */
// @ts-ignore: decorator
@inline
function lastOf(at: usize, length: i32, first: u64): u64 {
  return length > 8 ? load<u64>(at + <usize>length - 8) : first;
}

/** Likewise both ends, of a text of 1 to KNOWN_SHORT bytes, in fewer instructions. */
// @ts-ignore: decorator
@inline
export function shortMask(known: usize, length: i32): u64 {
  return load<u64>(known + (<usize>length << 3), KNOWN_MASKS);
}

/** The slot where a search begins. */
// @ts-ignore: decorator
@inline
export function slotOf(mask: u32, first: u64, last: u64, length: i32): u32 {
  return <u32>((((first * 0x9e3779b185ebca87) ^ last) + <u64>length) * 0xc2b2ae3d27d4eb4f >> 32) & mask;
}

// @ts-ignore: decorator
@inline
export function entryOf(known: usize, slot: u32): usize {
  return known + KNOWN_SLOTS + <usize>slot * KNOWN_SLOT;
}

/** Whether the text of a slot is the one of these ends and this length, the bytes between them aside: up to 16 bytes that is all. */
// @ts-ignore: decorator
@inline
export function hasEnds(entry: usize, first: u64, last: u64, length: i32): bool {
  return (load<u64>(entry) ^ first | load<u64>(entry, KNOWN_LAST) ^ last | <u64>(load<i32>(entry, KNOWN_LENGTH) ^ length)) == 0;
}

/** Whether the text of a slot, of 17 bytes to KNOWN_SHORT, has what is between the ends of another. */
// @ts-ignore: decorator
@inline
export function hasMiddle(entry: usize, at: usize, length: i32): bool {
  const text = <usize>load<u32>(entry, KNOWN_ADDRESS);
  const late = <usize>length - 16;
  return (load<u64>(text, 8) ^ load<u64>(at, 8) | load<u64>(text + late) ^ load<u64>(at + late)) == 0;
}

/** The slot of a text among those known, less than 0 if it is not. */
export function slotOfKnown(known: usize, at: usize, length: i32): i32 {
  const first = firstOf(at, length);
  const last = lastOf(at, length, first);
  const mask = load<u32>(known, KNOWN_MASK);
  let slot = slotOf(mask, first, last, length);
  while (true) {
    const entry = entryOf(known, slot);
    const text = <usize>load<u32>(entry, KNOWN_ADDRESS);
    if (!text) return -1;
    if (hasEnds(entry, first, last, length) && (length <= 16 || isEqual(text, at, length))) return <i32>slot;
    slot = (slot + 1) & mask;
  }
}

/** Address of a byte for each slot: 1 if its text has been seen since that was asked for. */
// @ts-ignore: decorator
@inline
export function seenOf(known: usize): usize {
  return entryOf(known, load<u32>(known, KNOWN_MASK) + 1);
}

/** Takes a text among those known; false if there is no room for it. */
export function addKnown(known: usize, at: usize, length: i32): bool {
  const mask = load<u32>(known, KNOWN_MASK);
  const count = load<u32>(known, KNOWN_COUNT);
  const used = load<u32>(known, KNOWN_USED);
  if (count * 2 > mask || used + <u32>length > load<u32>(known, KNOWN_ROOM)) return false;
  const first = firstOf(at, length);
  const last = lastOf(at, length, first);
  let slot = slotOf(mask, first, last, length);
  while (load<u32>(entryOf(known, slot), KNOWN_ADDRESS) != 0) slot = (slot + 1) & mask;
  const text = load<u32>(known, KNOWN_TEXTS) + used;
  memory.copy(<usize>text, at, length);
  const entry = entryOf(known, slot);
  store<u64>(entry, first);
  store<u64>(entry, last, KNOWN_LAST);
  store<i32>(entry, length, KNOWN_LENGTH);
  store<u32>(entry, text, KNOWN_ADDRESS);
  store<u32>(known, count + 1, KNOWN_COUNT);
  store<u32>(known, used + <u32>length, KNOWN_USED);
  return true;
}

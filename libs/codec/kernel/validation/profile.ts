import { JOB_CELLS, JOB_ROWS, JOB_STRIDE } from '../columns/memory-map';
import { finish, hashText, hashWord, isEqual, step, wordOf } from './hash';
import {
  COUNTERS, KNOWN_ADDRESS, KNOWN_LENGTH, KNOWN_MASK, PRESENT_VALUE, PROFILE_CHARACTERS, PROFILE_COMPARES, PROFILE_COUNTERS, PROFILE_COUNTS, PROFILE_GREATEST, PROFILE_GREATEST_TEXT, PROFILE_HASHES,
  PROFILE_INDEX, PROFILE_LEAST, PROFILE_LEAST_TEXT, PROFILE_LENGTHS, PROFILE_ORDERED, PROFILE_PLACES, PROFILE_REGISTERS, PROFILE_SHORTFALL,
  PROFILE_TEXTS, PROFILE_TEXT_SIZE, PROFILE_VALUES,
} from './memory-map';
import { entryOf, seenOf } from './known-texts';
import { countCharacters } from './text-length';

/** Takes a hash among the distinct ones: HyperLogLog. */
// @ts-ignore: decorator
@inline
export function register(profile: usize, hash: u64): void {
  const at = profile + PROFILE_REGISTERS + <usize>(hash >> 52);
  const rank = <u8>(clz<u64>((hash << 12) | 0x800) + 1);
  if (rank > load<u8>(at)) store<u8>(at, rank);
}

/** Takes the texts of a column: distinct ones, the least and the greatest. */
export function addTexts(job: usize, offset: i32, present: usize, profile: usize): void {
  const rows = load<i32>(job, JOB_ROWS);
  const stride = <usize>load<u32>(job, JOB_STRIDE);
  const compares = load<i32>(profile, PROFILE_COMPARES) != 0;
  let cell = <usize>load<u32>(job, JOB_CELLS) + offset;
  for (let row = 0; ; ) {
    const isOrdered = load<i32>(profile, PROFILE_ORDERED) != 0;
    const least = load<u64>(profile, PROFILE_LEAST + 8);
    const greatest = load<u64>(profile, PROFILE_GREATEST + 8);
    const leastTwo = <i32>(least >> 48);
    const greatestTwo = <i32>(greatest >> 48);
    const leastLength = load<i32>(profile, PROFILE_LEAST);
    const greatestLength = load<i32>(profile, PROFILE_GREATEST);
    // No call in here: across one, variables would have no registers.
    for (; row < rows; row++, cell += stride) {
      if (load<u8>(present + row) != PRESENT_VALUE) continue;
      const at = <usize>load<u32>(cell);
      const length = load<i32>(cell, 4);
      register(profile, hashText(at, length));
      if (!compares) continue;
      // Mostly two bytes tell.
      const two = <i32>load<u8>(at) << 8 | <i32>load<u8>(at, 1);
      if (length > 1 && two > leastTwo && two < greatestTwo) continue;
      const prefix = prefixOf(at, length);
      if (prefix > least && prefix < greatest) continue;
      if (!isOrdered || length > 8) break;
      if (!(prefix == least && length == leastLength) && !(prefix == greatest && length == greatestLength)) break;
    }
    if (row >= rows) break;
    const at = <usize>load<u32>(cell);
    const length = load<i32>(cell, 4);
    if (mayWiden(profile, at, length)) widenTexts(profile, at, length);
    row++;
    cell += stride;
  }
}

// @ts-ignore: decorator
@inline
function takeText(profile: usize, at: usize, length: i32, compares: bool): void {
  register(profile, hashText(at, length));
  if (compares && mayWiden(profile, at, length)) widenTexts(profile, at, length);
}

/** Takes the texts of a column whose known ones were told apart: each of those once, and of the others the rows listed. */
export function addKnownTexts(known: usize, job: usize, offset: i32, present: usize, list: usize, count: i32, profile: usize): void {
  const compares = load<i32>(profile, PROFILE_COMPARES) != 0;
  const seen = seenOf(known);
  const slots = load<u32>(known, KNOWN_MASK) + 1;
  for (let slot: u32 = 0; slot < slots; slot += 16) {
    if (!v128.any_true(v128.load(seen + slot))) continue;
    for (let i = slot; i < slot + 16; i++) {
      if (!load<u8>(seen + i)) continue;
      const entry = entryOf(known, i);
      takeText(profile, load<u32>(entry, KNOWN_ADDRESS), load<i32>(entry, KNOWN_LENGTH), compares);
    }
    v128.store(seen + slot, i64x2.splat(0));
  }
  const cells = <usize>load<u32>(job, JOB_CELLS) + offset;
  const stride = <usize>load<u32>(job, JOB_STRIDE);
  for (const end = list + (<usize>count << 2); list < end; list += 4) {
    const row = <usize>load<u32>(list);
    if (load<u8>(present + row) != PRESENT_VALUE) continue;
    const cell = cells + row * stride;
    takeText(profile, load<u32>(cell), load<i32>(cell, 4), compares);
  }
}

/** Counts the texts of a column, their characters and the most frequent ones. */
export function sampleTexts(job: usize, offset: i32, present: usize, profile: usize): void {
  const rows = load<i32>(job, JOB_ROWS);
  const stride = <usize>load<u32>(job, JOB_STRIDE);
  let cell = <usize>load<u32>(job, JOB_CELLS) + offset;
  let values: u64 = 0;
  let characters: u64 = 0;
  for (let row = 0; row < rows; row++, cell += stride) {
    if (load<u8>(present + row) != PRESENT_VALUE) continue;
    const at = <usize>load<u32>(cell);
    const length = load<i32>(cell, 4);
    values++;
    characters += countCharacters(at, length);
    countText(profile, hashText(at, length), at, length);
  }
  store<u64>(profile, load<u64>(profile, PROFILE_VALUES) + values, PROFILE_VALUES);
  store<u64>(profile, load<u64>(profile, PROFILE_CHARACTERS) + characters, PROFILE_CHARACTERS);
  keepTexts(profile);
}

/** Copies the texts of counters that the batch has opened: it is gone afterwards. */
function keepTexts(profile: usize): void {
  for (let counter = 0, counters = load<i32>(profile, PROFILE_COUNTERS); counter < counters; counter++) {
    const place = <usize>load<u32>(profile + (<usize>counter << 2), PROFILE_PLACES);
    if (!place) continue;
    const length = load<i32>(profile + (<usize>counter << 2), PROFILE_LENGTHS);
    memory.copy(profile + PROFILE_TEXTS + <usize>counter * PROFILE_TEXT_SIZE, place, length);
    store<u32>(profile + (<usize>counter << 2), 0, PROFILE_PLACES);
  }
}

/** Counts a text as Misra and Gries do. */
// @ts-ignore: decorator
@inline
function countText(profile: usize, hash: u64, at: usize, length: i32): void {
  let place = <i32>hash & 255;
  while (true) {
    const counter = <i32>load<u8>(profile + place, PROFILE_INDEX);
    if (!counter) break;
    if (load<u64>(profile + (<usize>(counter - 1) << 3), PROFILE_HASHES) == hash) {
      const count = profile + (<usize>(counter - 1) << 2);
      store<u32>(count, load<u32>(count, PROFILE_COUNTS) + 1, PROFILE_COUNTS);
      return;
    }
    place = (place + 1) & 255;
  }
  openCounter(profile, hash, at, length, place);
}

function openCounter(profile: usize, hash: u64, at: usize, length: i32, place: i32): void {
  const counters = load<i32>(profile, PROFILE_COUNTERS);
  if (counters == COUNTERS) {
    lowerCounts(profile);
    return;
  }
  store<u8>(profile + place, <u8>(counters + 1), PROFILE_INDEX);
  store<u64>(profile + (<usize>counters << 3), hash, PROFILE_HASHES);
  store<u32>(profile + (<usize>counters << 2), 1, PROFILE_COUNTS);
  store<i32>(profile + (<usize>counters << 2), min(length, PROFILE_TEXT_SIZE), PROFILE_LENGTHS);
  store<u32>(profile + (<usize>counters << 2), <u32>at, PROFILE_PLACES);
  store<i32>(profile, counters + 1, PROFILE_COUNTERS);
}

/** Takes one from every count; counters that come to nothing are free again. */
function lowerCounts(profile: usize): void {
  memory.fill(profile + PROFILE_INDEX, 0, 256);
  let kept = 0;
  for (let counter = 0; counter < COUNTERS; counter++) {
    const count = load<u32>(profile + (<usize>counter << 2), PROFILE_COUNTS) - 1;
    if (!count) continue;
    const hash = load<u64>(profile + (<usize>counter << 3), PROFILE_HASHES);
    if (kept != counter) {
      const length = load<i32>(profile + (<usize>counter << 2), PROFILE_LENGTHS);
      store<u64>(profile + (<usize>kept << 3), hash, PROFILE_HASHES);
      store<i32>(profile + (<usize>kept << 2), length, PROFILE_LENGTHS);
      const place = load<u32>(profile + (<usize>counter << 2), PROFILE_PLACES);
      store<u32>(profile + (<usize>kept << 2), place, PROFILE_PLACES);
      if (!place) {
        memory.copy(
          profile + PROFILE_TEXTS + <usize>kept * PROFILE_TEXT_SIZE,
          profile + PROFILE_TEXTS + <usize>counter * PROFILE_TEXT_SIZE,
          length,
        );
      }
    }
    store<u32>(profile + (<usize>kept << 2), count, PROFILE_COUNTS);
    let entry = <i32>hash & 255;
    while (load<u8>(profile + entry, PROFILE_INDEX)) entry = (entry + 1) & 255;
    store<u8>(profile + entry, <u8>(kept + 1), PROFILE_INDEX);
    kept++;
  }
  store<i32>(profile, kept, PROFILE_COUNTERS);
  store<i32>(profile, load<i32>(profile, PROFILE_SHORTFALL) + 1, PROFILE_SHORTFALL);
}

/** The first 8 bytes of a text as a number that is in order as texts are, zeros after its end. */
// @ts-ignore: decorator
@inline
function prefixOf(at: usize, length: i32): u64 {
  const bytes = bswap<u64>(load<u64>(at));
  return length >= 8 ? bytes : length > 0 ? bytes & ~(u64.MAX_VALUE >> (<u64>length << 3)) : 0;
}

/** Whether a text may be less than the least or greater than the greatest: by their first bytes, which mostly tell. */
// @ts-ignore: decorator
@inline
function mayWiden(profile: usize, at: usize, length: i32): bool {
  const prefix = prefixOf(at, length);
  const least = load<u64>(profile, PROFILE_LEAST + 8);
  const greatest = load<u64>(profile, PROFILE_GREATEST + 8);
  if (prefix > least && prefix < greatest) return false;
  // Mostly it is one that has been there.
  if (prefix == least && isKept(profile, PROFILE_LEAST, PROFILE_LEAST_TEXT, at, length)) return load<i32>(profile, PROFILE_ORDERED) == 0;
  if (prefix == greatest && isKept(profile, PROFILE_GREATEST, PROFILE_GREATEST_TEXT, at, length)) return false;
  return true;
}

/** Whether a text is the one kept, given that it starts like it. */
// @ts-ignore: decorator
@inline
function isKept(profile: usize, kept: usize, text: usize, at: usize, length: i32): bool {
  return length == load<i32>(profile + kept) && (length <= 8 || isEqual(profile + text, at, length));
}

/** Texts are in order of their bytes; what is kept of them is their start. */
export function widenTexts(profile: usize, at: usize, length: i32): void {
  length = min(length, PROFILE_TEXT_SIZE);
  const first = load<i32>(profile, PROFILE_ORDERED) == 0;
  store<i32>(profile, 1, PROFILE_ORDERED);
  if (first || compareTexts(at, length, profile + PROFILE_LEAST_TEXT, load<i32>(profile, PROFILE_LEAST)) < 0) {
    memory.copy(profile + PROFILE_LEAST_TEXT, at, length);
    store<i32>(profile, length, PROFILE_LEAST);
    store<u64>(profile, prefixOf(at, length), PROFILE_LEAST + 8);
  }
  if (first || compareTexts(at, length, profile + PROFILE_GREATEST_TEXT, load<i32>(profile, PROFILE_GREATEST)) > 0) {
    memory.copy(profile + PROFILE_GREATEST_TEXT, at, length);
    store<i32>(profile, length, PROFILE_GREATEST);
    store<u64>(profile, prefixOf(at, length), PROFILE_GREATEST + 8);
  }
}

// @ts-ignore: decorator
@inline
function compareTexts(a: usize, aLength: i32, b: usize, bLength: i32): i32 {
  const order = memory.compare(a, b, min(aLength, bLength));
  return order != 0 ? order : aLength - bLength;
}

/** Takes distinct values of a column of doubles, the least and the greatest; NaN is a value too, but has no place in the order. */
export function addDoubles(slots: usize, present: usize, rows: i32, profile: usize): void {
  let ordered = load<i32>(profile, PROFILE_ORDERED);
  let least = ordered ? load<f64>(profile, PROFILE_LEAST) : Infinity;
  let greatest = ordered ? load<f64>(profile, PROFILE_GREATEST) : -Infinity;
  for (let row = 0; row < rows; row++, slots += 8) {
    if (load<u8>(present + row) != PRESENT_VALUE) continue;
    // Zeros of both signs are one value: which of them came first is not to show.
    const value = load<f64>(slots) + 0.0;
    register(profile, hashWord(wordOf(value)));
    if (value != value) continue;
    ordered = 1;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  store<i32>(profile, ordered, PROFILE_ORDERED);
  store<f64>(profile, least, PROFILE_LEAST);
  store<f64>(profile, greatest, PROFILE_GREATEST);
}

/** Takes distinct values of a column, the least and the greatest: of integers of 128 bits, or of 16 bytes in order. */
export function addWide(slots: usize, present: usize, rows: i32, profile: usize, isBytes: i32): void {
  for (let row = 0; row < rows; row++, slots += 16) {
    if (load<u8>(present + row) != PRESENT_VALUE) continue;
    register(profile, finish(step(load<u64>(slots), load<u64>(slots, 8))));
    if (!load<i32>(profile, PROFILE_ORDERED)) {
      store<i32>(profile, 1, PROFILE_ORDERED);
      v128.store(profile, v128.load(slots), PROFILE_LEAST);
      v128.store(profile, v128.load(slots), PROFILE_GREATEST);
    } else if (isLess(slots, profile + PROFILE_LEAST, isBytes)) v128.store(profile, v128.load(slots), PROFILE_LEAST);
    else if (isLess(profile + PROFILE_GREATEST, slots, isBytes)) v128.store(profile, v128.load(slots), PROFILE_GREATEST);
  }
}

export function isLess(a: usize, b: usize, isBytes: i32): bool {
  if (isBytes) return memory.compare(a, b, 16) < 0;
  const x = load<i64>(a, 8);
  const y = load<i64>(b, 8);
  return x != y ? x < y : load<u64>(a) < load<u64>(b);
}

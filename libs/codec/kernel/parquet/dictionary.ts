// Dictionaries: hash tables of open addressing with linear probing, at most half full. Values get ids in order of first
// appearance. A table that is out of room stops; the host makes it larger and goes on.

import { CROWDED, ENTRIES, ENTRY_LIMIT, KEYS, MAX_PROBES, OFFSETS, ROOM, SHIFT, TABLE, USED, VALUES, ZEROS } from './dictionary-state';
import { sameBytes } from './strings';

const K0: u64 = 0x9e3779b97f4a7c15;
const K1: u64 = 0xd6e8feb86659fd93;
const K2: u64 = 0xa0761d6478bd642f;

// @ts-ignore: decorator
@inline
function hash8(value: u64): u64 {
  return (value ^ (value >> 32)) * K0;
}

// @ts-ignore: decorator
@inline
function hash16(low: u64, high: u64): u64 {
  let h = (low ^ K2) * K1;
  h = (h ^ (h >> 32) ^ high) * K0;
  return (h ^ (h >> 29)) * K1;
}

/** The first `length` (up to 16) bytes, zeros after them. Reads 16 bytes. */
// @ts-ignore: decorator
@inline
function shortString(state: usize, at: usize, length: usize): v128 {
  return v128.and(v128.load(at), v128.load(state + ZEROS - length));
}

// @ts-ignore: decorator
@inline
function hashShort(bytes: v128, length: usize): u64 {
  return (i64x2.extract_lane(bytes, 0) * K0) ^ ((i64x2.extract_lane(bytes, 1) + length) * K1);
}

/** Of more than 16 bytes. */
function hashLong(at: usize, length: usize): u64 {
  let h = <u64>length * K2;
  const last = at + length - 16;
  do {
    h = (h ^ load<u64>(at)) * K0;
    h = (h ^ (h >> 32) ^ load<u64>(at, 8)) * K1;
    h ^= h >> 29;
    at += 16;
  } while (at < last);
  h = (h ^ load<u64>(last)) * K0;
  h = (h ^ (h >> 32) ^ load<u64>(last, 8)) * K1;
  return h ^ (h >> 29);
}

/**
 * Puts the ids of `count` 8-byte values to `ids`. Returns how many were done: fewer when the next is new and there is
 * no room for it, or its place is crowded.
 */
export function intern8(state: usize, slots: usize, count: i32, ids: usize): i32 {
  const table = <usize>load<u32>(state, TABLE);
  const shift = <u64>load<u32>(state, SHIFT);
  const values = <usize>load<u32>(state, VALUES) - 8;
  const first = slots;
  for (const end = slots + (<usize>count << 3); slots < end; slots += 8, ids += 4) {
    const value = load<u64>(slots);
    const hash = hash8(value);
    let id = load<u32>(table + (<usize>(hash >> shift) << 2));
    // What is not at its first place is looked for elsewhere, so that this loop has few variables.
    if (!id || load<u64>(values + (<usize>id << 3)) != value) {
      id = find8(state, value, hash);
      if (!id) break;
    }
    store<u32>(ids, id - 1);
  }
  return <i32>((slots - first) >> 3);
}

/** The id + 1 of a value, which is entered if it is new; 0 if there is no room for it or its place is crowded. */
function find8(state: usize, value: u64, hash: u64): u32 {
  const table = <usize>load<u32>(state, TABLE);
  const shift = <u64>load<u32>(state, SHIFT);
  const values = <usize>load<u32>(state, VALUES);
  const mask = <u32>(((<u64>1 << (64 - shift)) - 1) << 2);
  let slot = <u32>(hash >> shift) << 2;
  for (let probes = 0; probes < MAX_PROBES; probes++) {
    let id = load<u32>(table + slot);
    if (!id) {
      const entries = load<u32>(state, ENTRIES);
      if (entries == load<u32>(state, ENTRY_LIMIT)) return 0;
      store<u64>(values + (<usize>entries << 3), value);
      id = entries + 1;
      store<u32>(table + slot, id);
      store<u32>(state, id, ENTRIES);
      return id;
    }
    if (load<u64>(values + (<usize>(id - 1) << 3)) == value) return id;
    slot = (slot + 4) & mask;
  }
  store<u32>(state, 1, CROWDED);
  return 0;
}

/** Enters all values into an empty table. */
export function rehash8(state: usize): void {
  const table = <usize>load<u32>(state, TABLE);
  const shift = <u64>load<u32>(state, SHIFT);
  const values = <usize>load<u32>(state, VALUES);
  const mask = <u32>(((<u64>1 << (64 - shift)) - 1) << 2);
  const entries = load<u32>(state, ENTRIES);
  for (let id: u32 = 0; id < entries; id++) {
    let slot = <u32>(hash8(load<u64>(values + (<usize>id << 3))) >> shift) << 2;
    while (load<u32>(table + slot)) slot = (slot + 4) & mask;
    store<u32>(table + slot, id + 1);
  }
}

/** As intern8, of 16-byte values. */
export function intern16(state: usize, slots: usize, count: i32, ids: usize): i32 {
  const table = <usize>load<u32>(state, TABLE);
  const shift = <u64>load<u32>(state, SHIFT);
  const values = <usize>load<u32>(state, VALUES);
  const limit = load<u32>(state, ENTRY_LIMIT);
  const mask = <u32>(((<u64>1 << (64 - shift)) - 1) << 2);
  let entries = load<u32>(state, ENTRIES);
  let i = 0;
  for (; i < count; i++) {
    const at = slots + (<usize>i << 4);
    const value = v128.load(at);
    let slot = <u32>(hash16(load<u64>(at), load<u64>(at, 8)) >> shift) << 2;
    let id = load<u32>(table + slot);
    let probes = 0;
    while (id && v128.any_true(v128.xor(v128.load(values + (<usize>(id - 1) << 4)), value)) && probes < MAX_PROBES) {
      slot = (slot + 4) & mask;
      id = load<u32>(table + slot);
      probes++;
    }
    if (!id || probes == MAX_PROBES) {
      if (probes == MAX_PROBES) store<u32>(state, 1, CROWDED);
      if (entries == limit || probes == MAX_PROBES) break;
      v128.store(values + (<usize>entries << 4), value);
      id = ++entries;
      store<u32>(table + slot, id);
    }
    store<u32>(ids + (<usize>i << 2), id - 1);
  }
  store<u32>(state, entries, ENTRIES);
  return i;
}

export function rehash16(state: usize): void {
  const table = <usize>load<u32>(state, TABLE);
  const shift = <u64>load<u32>(state, SHIFT);
  const values = <usize>load<u32>(state, VALUES);
  const mask = <u32>(((<u64>1 << (64 - shift)) - 1) << 2);
  const entries = load<u32>(state, ENTRIES);
  for (let id: u32 = 0; id < entries; id++) {
    const at = values + (<usize>id << 4);
    let slot = <u32>(hash16(load<u64>(at), load<u64>(at, 8)) >> shift) << 2;
    while (load<u32>(table + slot)) slot = (slot + 4) & mask;
    store<u32>(table + slot, id + 1);
  }
}

/** As intern8, of strings: slots of address and length. Stops too when VALUES has no room for a new one. */
export function internBytes(state: usize, slots: usize, count: i32, ids: usize): i32 {
  const table = <usize>load<u32>(state, TABLE);
  const shift = <u64>load<u32>(state, SHIFT);
  const keys = <usize>load<u32>(state, KEYS) - 16;
  const first = slots;
  for (const end = slots + (<usize>count << 3); slots < end; slots += 8, ids += 4) {
    const at = <usize>load<u32>(slots);
    const length = <usize>load<u32>(slots, 4);
    let id: u32;
    if (length <= 16) {
      const bytes = shortString(state, at, length);
      const hash = hashShort(bytes, length);
      const entry = load<u64>(table + (<usize>(hash >> shift) << 3));
      id = <u32>entry;
      if (<usize>(entry >> 32) != length + 1 || v128.any_true(v128.xor(v128.load(keys + (<usize>id << 4)), bytes))) {
        id = findString(state, at, length, hash);
      }
    } else {
      id = findString(state, at, length, hashLong(at, length));
    }
    if (!id) break;
    store<u32>(ids, id - 1);
  }
  return <i32>((slots - first) >> 3);
}

// @ts-ignore: decorator
@inline
function markOf(length: usize, hash: u64): u32 {
  return length <= 16 ? <u32>length + 1 : <u32>hash | 0x80000000;
}

/** As find8, of a string. */
function findString(state: usize, at: usize, length: usize, hash: u64): u32 {
  const table = <usize>load<u32>(state, TABLE);
  const shift = <u64>load<u32>(state, SHIFT);
  const values = <usize>load<u32>(state, VALUES);
  const offsets = <usize>load<u32>(state, OFFSETS);
  const mask = <u32>(((<u64>1 << (64 - shift)) - 1) << 3);
  const mark = markOf(length, hash);
  let slot = <u32>(hash >> shift) << 3;
  for (let probes = 0; probes < MAX_PROBES; probes++) {
    const entry = load<u64>(table + slot);
    if (!entry) {
      const id = enter(state, at, length);
      if (id) store<u64>(table + slot, (<u64>mark << 32) | id);
      return id;
    }
    if (<u32>(entry >> 32) == mark) {
      const known = values + load<u32>(offsets + (<usize>(<u32>entry - 1) << 2));
      if (load<u32>(known) == length && sameBytes(known + 4, at, length)) return <u32>entry;
    }
    slot = (slot + 8) & mask;
  }
  store<u32>(state, 1, CROWDED);
  return 0;
}

/** Puts a new string to the entries; its id + 1, or 0 if there is no room. */
function enter(state: usize, at: usize, length: usize): u32 {
  const entries = load<u32>(state, ENTRIES);
  const used = load<u32>(state, USED);
  if (entries == load<u32>(state, ENTRY_LIMIT) || <u64>used + length + 4 > load<u32>(state, ROOM)) return 0;
  const value = <usize>load<u32>(state, VALUES) + used;
  store<u32>(<usize>load<u32>(state, OFFSETS) + (<usize>entries << 2), used);
  store<u32>(value, <u32>length);
  memory.copy(value + 4, at, length);
  v128.store(<usize>load<u32>(state, KEYS) + (<usize>entries << 4), shortString(state, at, min<usize>(length, 16)));
  store<u32>(state, used + <u32>length + 4, USED);
  store<u32>(state, entries + 1, ENTRIES);
  return entries + 1;
}

export function rehashBytes(state: usize): void {
  const table = <usize>load<u32>(state, TABLE);
  const shift = <u64>load<u32>(state, SHIFT);
  const values = <usize>load<u32>(state, VALUES);
  const offsets = <usize>load<u32>(state, OFFSETS);
  const mask = <u32>(((<u64>1 << (64 - shift)) - 1) << 3);
  const entries = load<u32>(state, ENTRIES);
  for (let id: u32 = 0; id < entries; id++) {
    const at = values + load<u32>(offsets + (<usize>id << 2));
    const length = <usize>load<u32>(at);
    const hash = length <= 16 ? hashShort(shortString(state, at + 4, length), length) : hashLong(at + 4, length);
    let slot = <u32>(hash >> shift) << 3;
    while (load<u64>(table + slot)) slot = (slot + 8) & mask;
    store<u64>(table + slot, (<u64>markOf(length, hash) << 32) | (id + 1));
  }
}

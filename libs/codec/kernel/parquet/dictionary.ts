// Dictionaries: hash tables of open addressing with linear probing, at most half full. Values get ids in order of first
// appearance. A table that is out of room stops; the host makes it larger and goes on.

import { CROWDED, ENTRIES, ENTRY_LIMIT, MAX_PROBES, OFFSETS, ROOM, SHIFT, TABLE, USED, VALUES } from './dictionary-state';
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

/** Reads up to 15 bytes past the end. */
// @ts-ignore: decorator
@inline
function hashString(at: usize, length: usize): u64 {
  let h = <u64>length * K2;
  if (length > 16) {
    const last = at + length - 16;
    do {
      h = (h ^ load<u64>(at)) * K0;
      h = (h ^ (h >> 32) ^ load<u64>(at, 8)) * K1;
      h ^= h >> 29;
      at += 16;
    } while (at < last);
    at = last;
    length = 16;
  }
  if (length >= 8) {
    h = (h ^ load<u64>(at)) * K0;
    h = (h ^ (h >> 32) ^ load<u64>(at + length - 8)) * K1;
  } else {
    // Shifting by 64 is shifting by 0: an empty string takes no bits.
    const bits = load<u64>(at) & ((<u64>1 << (length << 3)) - 1);
    h = (h ^ bits) * K0;
    h = (h ^ (h >> 32)) * K1;
  }
  return h ^ (h >> 29);
}

/**
 * Puts the ids of `count` 8-byte values to `ids`. Returns how many were done: fewer when the next is new and there is
 * no room for it, or its place is crowded.
 */
export function intern8(state: usize, slots: usize, count: i32, ids: usize): i32 {
  const table = <usize>load<u32>(state, TABLE);
  const shift = <u64>load<u32>(state, SHIFT);
  const values = <usize>load<u32>(state, VALUES);
  const limit = load<u32>(state, ENTRY_LIMIT);
  const mask = <u32>(((<u64>1 << (64 - shift)) - 1) << 2);
  let entries = load<u32>(state, ENTRIES);
  let i = 0;
  for (; i < count; i++) {
    const value = load<u64>(slots + (<usize>i << 3));
    let slot = <u32>(hash8(value) >> shift) << 2;
    let id = load<u32>(table + slot);
    let probes = 0;
    while (id && load<u64>(values + (<usize>(id - 1) << 3)) != value && probes < MAX_PROBES) {
      slot = (slot + 4) & mask;
      id = load<u32>(table + slot);
      probes++;
    }
    if (!id || probes == MAX_PROBES) {
      if (probes == MAX_PROBES) store<u32>(state, 1, CROWDED);
      if (entries == limit || probes == MAX_PROBES) break;
      store<u64>(values + (<usize>entries << 3), value);
      id = ++entries;
      store<u32>(table + slot, id);
    }
    store<u32>(ids + (<usize>i << 2), id - 1);
  }
  store<u32>(state, entries, ENTRIES);
  return i;
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
  const values = <usize>load<u32>(state, VALUES);
  const offsets = <usize>load<u32>(state, OFFSETS);
  const limit = load<u32>(state, ENTRY_LIMIT);
  const room = load<u32>(state, ROOM);
  const mask = <u32>(((<u64>1 << (64 - shift)) - 1) << 3);
  let entries = load<u32>(state, ENTRIES);
  let used = load<u32>(state, USED);
  let i = 0;
  for (; i < count; i++) {
    const at = <usize>load<u32>(slots + (<usize>i << 3));
    const length = load<u32>(slots + (<usize>i << 3), 4);
    const hash = hashString(at, length);
    const mark = <u32>hash;
    let slot = <u32>(hash >> shift) << 3;
    let entry = load<u64>(table + slot);
    let probes = 0;
    while (entry) {
      if (<u32>(entry >> 32) == mark) {
        const known = values + load<u32>(offsets + (<usize>(<u32>entry - 1) << 2));
        if (load<u32>(known) == length && sameBytes(known + 4, at, length)) break;
      }
      if (++probes == MAX_PROBES) break;
      slot = (slot + 8) & mask;
      entry = load<u64>(table + slot);
    }
    if (!entry || probes == MAX_PROBES) {
      if (probes == MAX_PROBES) store<u32>(state, 1, CROWDED);
      if (entries == limit || probes == MAX_PROBES || <u64>used + length + 4 > room) break;
      store<u32>(offsets + (<usize>entries << 2), used);
      store<u32>(values + used, length);
      memory.copy(values + used + 4, at, length);
      used += length + 4;
      entry = ++entries;
      store<u64>(table + slot, (<u64>mark << 32) | entry);
    }
    store<u32>(ids + (<usize>i << 2), <u32>entry - 1);
  }
  store<u32>(state, entries, ENTRIES);
  store<u32>(state, used, USED);
  return i;
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
    const hash = hashString(at + 4, load<u32>(at));
    let slot = <u32>(hash >> shift) << 3;
    while (load<u64>(table + slot)) slot = (slot + 8) & mask;
    store<u64>(table + slot, (<u64><u32>hash << 32) | (id + 1));
  }
}

// The run-length and bit-packing hybrid (Encodings.md, RLE = 3) of dictionary ids, levels and booleans. A run is written as
// one only where that saves at least 16 bytes: short ones would make readers slower and the rest no smaller. So the output
// is never more than 16 bytes longer than all packed. Stores may touch up to 15 bytes past the end.

import { packGroups, packTail } from './bit-packing';
import { writeVarint } from './varint';

// @ts-ignore: decorator
@inline
function isUniform(ids: usize, value: u32): bool {
  const all = i32x4.splat(value);
  return !v128.any_true(v128.or(v128.xor(v128.load(ids), all), v128.xor(v128.load(ids, 16), all)));
}

function packed(ids: usize, end: usize, width: i32, out: usize): usize {
  if (ids == end) return out;
  const count = <i32>((end - ids) >> 2);
  const groups = count >> 3;
  out = writeVarint(out, ((<u64>(count + 7) >> 3) << 1) | 1);
  out = packGroups(ids, groups, width, out);
  return count & 7 ? packTail(ids + (<usize>groups << 5), count & 7, width, out) : out;
}

/** Writes `count` ids of 4 bytes, of `width` bits (1 to 32). Returns the end. */
export function packBits(ids: usize, count: i32, width: i32, out: usize): usize {
  const end = ids + (<usize>count << 2);
  let start = ids;
  while (ids + 32 <= end) {
    const value = load<u32>(ids);
    if (!isUniform(ids, value)) {
      ids += 32;
      continue;
    }
    let next = ids + 32;
    while (next + 32 <= end && isUniform(next, value)) next += 32;
    if (<i32>((next - ids) >> 5) * width >= 16) {
      while (next < end && load<u32>(next) == value) next += 4;
      out = packed(start, ids, width, out);
      out = writeVarint(out, <u64>((next - ids) >> 2) << 1);
      store<u32>(out, value);
      out += (width + 7) >> 3;
      start = next;
    }
    ids = next;
  }
  return packed(start, end, width, out);
}

const ONES: u64 = 0x0101010101010101;

/** The bits of 8 bytes of 0 or 1. */
// @ts-ignore: decorator
@inline
function bitsOf(flags: u64): u8 {
  return <u8>((flags * 0x0102040810204080) >> 56);
}

function packedBytes(bytes: usize, end: usize, out: usize): usize {
  if (bytes == end) return out;
  out = writeVarint(out, (<u64>(end - bytes + 7) >> 3 << 1) | 1);
  return packFlags(bytes, <i32>(end - bytes), out);
}

/** Packs bytes of 0 or 1 to a bit each, 0 bits to the end of the last byte. Returns the end. */
export function packFlags(bytes: usize, count: i32, out: usize): usize {
  const end = bytes + count;
  for (; bytes + 16 <= end; bytes += 16, out += 2) {
    store<u16>(out, <u16>i8x16.bitmask(i8x16.ne(v128.load(bytes), i8x16.splat(0))));
  }
  for (; bytes + 8 <= end; bytes += 8, out++) store<u8>(out, bitsOf(load<u64>(bytes)));
  if (bytes < end) store<u8>(out++, bitsOf(load<u64>(bytes) & (((<u64>1 << (<u64>(end - bytes) << 3)) - 1))));
  return out;
}

/** As packBits with a width of 1, of values that are bytes of 0 or 1. */
export function packBytes(bytes: usize, count: i32, out: usize): usize {
  const end = bytes + count;
  let start = bytes;
  while (bytes + 8 <= end) {
    const flags = load<u64>(bytes);
    if (flags != 0 && flags != ONES) {
      bytes += 8;
      continue;
    }
    let next = bytes + 8;
    while (next + 8 <= end && load<u64>(next) == flags) next += 8;
    if (next - bytes >= 128) {
      const value = load<u8>(bytes);
      while (next < end && load<u8>(next) == value) next++;
      out = packedBytes(start, bytes, out);
      out = writeVarint(out, <u64>(next - bytes) << 1);
      store<u8>(out++, value);
      start = next;
    }
    bytes = next;
  }
  return packedBytes(start, end, out);
}

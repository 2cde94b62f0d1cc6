// DELTA_BINARY_PACKED (Encodings.md): blocks of 128 values in 4 miniblocks. Differences wrap around. Stores may touch up to
// 15 bytes past the end.

import { packGroups, packWide } from './bit-packing';
import { varintSize, writeVarint, zigzag } from './varint';

const BLOCK: i32 = 128;
const MINIBLOCK: i32 = 32;
const BLOCK_BYTES_32: usize = 512;
const MINIBLOCK_BYTES_32: usize = 128;

// @ts-ignore: decorator
@inline
function headerSize(count: i32, first: i64): i32 {
  return 3 + varintSize(count) + varintSize(zigzag(first));
}

function writeHeader(count: i32, first: i64, out: usize): usize {
  out = writeVarint(out, BLOCK);
  out = writeVarint(out, BLOCK / MINIBLOCK);
  return writeVarint(writeVarint(out, count), zigzag(first));
}

/**
 * Differences of `count` (up to 128) 4-byte values to the one before each, less the smallest difference, to `out`; returns
 * that. The rest of the last miniblock is zeros.
 */
function differences32(values: usize, count: i32, out: usize): i32 {
  let least: i32 = i32.MAX_VALUE;
  if (count == BLOCK) {
    let low = i32x4.splat(i32.MAX_VALUE);
    for (let i: usize = 0; i < BLOCK_BYTES_32; i += 16) {
      const difference = i32x4.sub(v128.load(values + i), v128.load(values + i - 4));
      v128.store(out + i, difference);
      low = i32x4.min_s(low, difference);
    }
    least = min(min(i32x4.extract_lane(low, 0), i32x4.extract_lane(low, 1)), min(i32x4.extract_lane(low, 2), i32x4.extract_lane(low, 3)));
    const base = i32x4.splat(least);
    for (let i: usize = 0; i < BLOCK_BYTES_32; i += 16) v128.store(out + i, i32x4.sub(v128.load(out + i), base));
    return least;
  }
  for (let i = 0; i < count; i++) {
    const at = values + (<usize>i << 2);
    const difference = load<i32>(at) - load<i32>(at - 4);
    store<i32>(out + (<usize>i << 2), difference);
    least = min(least, difference);
  }
  for (let i = 0; i < count; i++) store<i32>(out + (<usize>i << 2), load<i32>(out + (<usize>i << 2)) - least);
  memory.fill(out + (<usize>count << 2), 0, <usize>(BLOCK - count) << 2);
  return least;
}

function width32(values: usize): i32 {
  let bits = v128.load(values);
  for (let i: usize = 16; i < MINIBLOCK_BYTES_32; i += 16) bits = v128.or(bits, v128.load(values + i));
  return 32 - <i32>clz(i32x4.extract_lane(bits, 0) | i32x4.extract_lane(bits, 1) | i32x4.extract_lane(bits, 2) | i32x4.extract_lane(bits, 3));
}

/** Bytes that encodeDelta32 would write. `scratch`: 512 bytes. */
export function deltaSize32(values: usize, count: i32, scratch: usize): u32 {
  if (count == 0) return headerSize(0, 0);
  let size: u32 = headerSize(count, load<i32>(values));
  for (let i = 1; i < count; i += BLOCK) {
    const block = min(BLOCK, count - i);
    size += 4 + varintSize(zigzag(differences32(values + (<usize>i << 2), block, scratch)));
    for (let j = 0; j < block; j += MINIBLOCK) size += width32(scratch + (<usize>j << 2)) << 2;
  }
  return size;
}

/** Encodes 4-byte values; returns the end. `scratch`: 512 bytes. */
export function encodeDelta32(values: usize, count: i32, out: usize, scratch: usize): usize {
  out = writeHeader(count, count ? load<i32>(values) : 0, out);
  for (let i = 1; i < count; i += BLOCK) {
    const block = min(BLOCK, count - i);
    out = writeVarint(out, zigzag(differences32(values + (<usize>i << 2), block, scratch)));
    let widths = out;
    store<u32>(out, 0);
    out += 4;
    for (let j = 0; j < block; j += MINIBLOCK) {
      const at = scratch + (<usize>j << 2);
      const width = width32(at);
      store<u8>(widths++, width);
      if (width) out = packGroups(at, MINIBLOCK >> 3, width, out);
    }
  }
  return out;
}

/** As differences32, of 8-byte values. */
function differences64(values: usize, count: i32, out: usize): i64 {
  let least: i64 = i64.MAX_VALUE;
  if (count == BLOCK) {
    let low = i64x2.splat(i64.MAX_VALUE);
    for (let i: usize = 0; i < 2 * BLOCK_BYTES_32; i += 16) {
      const difference = i64x2.sub(v128.load(values + i), v128.load(values + i - 8));
      v128.store(out + i, difference);
      low = v128.bitselect(difference, low, i64x2.gt_s(low, difference));
    }
    least = min(i64x2.extract_lane(low, 0), i64x2.extract_lane(low, 1));
    const base = i64x2.splat(least);
    for (let i: usize = 0; i < 2 * BLOCK_BYTES_32; i += 16) v128.store(out + i, i64x2.sub(v128.load(out + i), base));
    return least;
  }
  for (let i = 0; i < count; i++) {
    const at = values + (<usize>i << 3);
    const difference = load<i64>(at) - load<i64>(at - 8);
    store<i64>(out + (<usize>i << 3), difference);
    least = min(least, difference);
  }
  for (let i = 0; i < count; i++) store<i64>(out + (<usize>i << 3), load<i64>(out + (<usize>i << 3)) - least);
  memory.fill(out + (<usize>count << 3), 0, <usize>(BLOCK - count) << 3);
  return least;
}

function width64(values: usize): i32 {
  let bits = v128.load(values);
  for (let i: usize = 16; i < 2 * MINIBLOCK_BYTES_32; i += 16) bits = v128.or(bits, v128.load(values + i));
  return 64 - <i32>clz(i64x2.extract_lane(bits, 0) | i64x2.extract_lane(bits, 1));
}

/** Bytes that encodeDelta64 would write. `scratch`: 1024 bytes. */
export function deltaSize64(values: usize, count: i32, scratch: usize): u32 {
  if (count == 0) return headerSize(0, 0);
  let size: u32 = headerSize(count, load<i64>(values));
  for (let i = 1; i < count; i += BLOCK) {
    const block = min(BLOCK, count - i);
    size += 4 + varintSize(zigzag(differences64(values + (<usize>i << 3), block, scratch)));
    for (let j = 0; j < block; j += MINIBLOCK) size += width64(scratch + (<usize>j << 3)) << 2;
  }
  return size;
}

/** Encodes 8-byte values; returns the end. `scratch`: 1024 bytes. */
export function encodeDelta64(values: usize, count: i32, out: usize, scratch: usize): usize {
  out = writeHeader(count, count ? load<i64>(values) : 0, out);
  for (let i = 1; i < count; i += BLOCK) {
    const block = min(BLOCK, count - i);
    out = writeVarint(out, zigzag(differences64(values + (<usize>i << 3), block, scratch)));
    let widths = out;
    store<u32>(out, 0);
    out += 4;
    for (let j = 0; j < block; j += MINIBLOCK) {
      const at = scratch + (<usize>j << 3);
      const width = width64(at);
      store<u8>(widths++, width);
      if (width > 32) {
        out = packWide(at, MINIBLOCK, width, out);
      } else if (width) {
        for (let i: usize = 0; i < MINIBLOCK_BYTES_32; i += 16) {
          v128.store(at + i, v128.shuffle<i32>(v128.load(at + (i << 1)), v128.load(at + (i << 1), 16), 0, 2, 4, 6));
        }
        out = packGroups(at, MINIBLOCK >> 3, width, out);
      }
    }
  }
  return out;
}

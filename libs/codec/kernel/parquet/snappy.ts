// Snappy's block format (google/snappy, format_description.txt), compressed 64 KiB at a time so that every match is within
// reach of a two-byte offset.

import { writeVarint } from './varint';

const FRAGMENT: usize = 65536;
const TABLE_BITS: u32 = 14;
/** Matches start no later than this before a fragment's end, so that loads of 8 bytes stay inside. */
const MARGIN: usize = 15;

/** Bytes of the table that `snappy` works with. */
export const SNAPPY_TABLE: i32 = 2 << 14;

/** Compresses to `out`, which must have room for length + length / 6 + 32 bytes; returns the end. `table`: SNAPPY_TABLE bytes. */
export function snappy(input: usize, length: u32, out: usize, table: usize): usize {
  out = writeVarint(out, length);
  for (const end = input + length; input < end; input += FRAGMENT) {
    out = compressFragment(input, min(input + FRAGMENT, end), out, table);
  }
  return out;
}

// @ts-ignore: decorator
@inline
function slotOf(word: u32, table: usize): usize {
  return table + (<usize>((word * 0x1e35a7bd) >> (32 - TABLE_BITS)) << 1);
}

function compressFragment(start: usize, end: usize, out: usize, table: usize): usize {
  memory.fill(table, 0, SNAPPY_TABLE);
  let written = start;
  if (end - start > MARGIN) {
    const limit = end - MARGIN;
    let at = start + 1;
    // After 32 misses every second byte is tried, then every third: what does not compress is passed over quickly.
    let misses: u32 = 32;
    while (at < limit) {
      const word = load<u32>(at);
      const slot = slotOf(word, table);
      const candidate = start + load<u16>(slot);
      store<u16>(slot, <u16>(at - start));
      if (load<u32>(candidate) != word) {
        at += misses++ >> 5;
        continue;
      }
      misses = 32;
      const length = 4 + matching(candidate + 4, at + 4, end);
      out = literal(written, at, out);
      out = copy(<u32>(at - candidate), length, out);
      at += length;
      written = at;
      if (at < limit) store<u16>(slotOf(load<u32>(at - 1), table), <u16>(at - 1 - start));
    }
  }
  return literal(written, end, out);
}

/** How many bytes from `a` and `b` on are the same, `b` staying before `end`. */
function matching(a: usize, b: usize, end: usize): u32 {
  const from = b;
  for (; b + 8 <= end; a += 8, b += 8) {
    const difference = load<u64>(a) ^ load<u64>(b);
    if (difference) return <u32>(b - from) + <u32>(ctz(difference) >> 3);
  }
  while (b < end && load<u8>(a) == load<u8>(b)) {
    a++;
    b++;
  }
  return <u32>(b - from);
}

function literal(from: usize, to: usize, out: usize): usize {
  if (from == to) return out;
  const length = to - from;
  const count = length - 1;
  if (count < 60) {
    store<u8>(out++, <u8>(count << 2));
    if (length <= 16) {
      v128.store(out, v128.load(from));
      return out + length;
    }
  } else if (count < 256) {
    store<u8>(out, 60 << 2);
    store<u8>(out, <u8>count, 1);
    out += 2;
  } else {
    store<u8>(out, 61 << 2);
    store<u16>(out, <u16>count, 1);
    out += 3;
  }
  memory.copy(out, from, length);
  return out + length;
}

function copy(offset: u32, length: u32, out: usize): usize {
  // The last piece must not be shorter than a copy can be.
  while (length >= 68) {
    out = copyWithTwoBytes(offset, 64, out);
    length -= 64;
  }
  if (length > 64) {
    out = copyWithTwoBytes(offset, 60, out);
    length -= 60;
  }
  if (length < 12 && offset < 2048) {
    store<u8>(out, <u8>(1 | ((length - 4) << 2) | ((offset >> 8) << 5)));
    store<u8>(out, <u8>offset, 1);
    return out + 2;
  }
  return copyWithTwoBytes(offset, length, out);
}

// @ts-ignore: decorator
@inline
function copyWithTwoBytes(offset: u32, length: u32, out: usize): usize {
  store<u8>(out, <u8>(2 | ((length - 1) << 2)));
  store<u16>(out, <u16>offset, 1);
  return out + 3;
}

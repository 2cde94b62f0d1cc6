// Bit-packing as Parquet's Encodings.md has it: values from the lowest bit of each byte up. Stores may touch up to 15 bytes
// past the end.

/** Two 4-byte values as one number of 2 * width bits. */
// @ts-ignore: decorator
@inline
function pair(values: usize, width: u64): u64 {
  const both = load<u64>(values);
  return (both & 0xffffffff) | ((both >> 32) << width);
}

/** Packs `groups` times 8 values of 4 bytes, none of them over `width` bits (1 to 32). Returns the end: `groups * width` bytes on. */
export function packGroups(values: usize, groups: i32, width: i32, out: usize): usize {
  const w = <u64>width;
  const end = values + (<usize>groups << 5);
  if (width <= 8) {
    for (; values < end; values += 32, out += width) {
      const low = pair(values, w) | (pair(values + 8, w) << (2 * w));
      store<u64>(out, low | ((pair(values + 16, w) | (pair(values + 24, w) << (2 * w))) << (4 * w)));
    }
  } else if (width <= 16) {
    for (; values < end; values += 32, out += width) {
      const low = pair(values, w) | (pair(values + 8, w) << (2 * w));
      const high = pair(values + 16, w) | (pair(values + 24, w) << (2 * w));
      if (width & 1) {
        store<u64>(out, low | (high << (4 * w)));
        store<u64>(out, high >> (64 - 4 * w), 8);
      } else {
        store<u64>(out, low);
        store<u64>(out + (width >> 1), high);
      }
    }
  } else if (width == 32) {
    memory.copy(out, values, end - values);
    out += end - values;
  } else {
    for (; values < end; values += 32, out += width) {
      let rest = pair(values, w);
      let bits = 2 * w;
      let to = out;
      for (let at: usize = 8; at < 32; at += 8) {
        const next = pair(values + at, w);
        rest |= next << bits;
        bits += 2 * w;
        if (bits >= 64) {
          store<u64>(to, rest);
          to += 8;
          bits -= 64;
          // None of `next` is left over if its 2 * w bits just filled the word; a shift by all of them cannot happen, as 2 * w < 64.
          rest = next >> (2 * w - bits);
        }
      }
      store<u64>(to, rest);
    }
  }
  return out;
}

/** Packs up to 7 values and zeros to make them 8. */
export function packTail(values: usize, count: i32, width: i32, out: usize): usize {
  let bits = 0;
  let rest: u64 = 0;
  let to = out;
  for (let i = 0; i < count; i++) {
    rest |= <u64>load<u32>(values + (<usize>i << 2)) << bits;
    bits += width;
    if (bits >= 32) {
      store<u32>(to, <u32>rest);
      to += 4;
      rest >>= 32;
      bits -= 32;
    }
  }
  for (const end = out + width; to < end; to++, rest >>= 8) store<u8>(to, <u8>rest);
  return out + width;
}

/** Packs 8-byte values, a multiple of 8 of them, of up to 64 bits. */
export function packWide(values: usize, count: i32, width: i32, out: usize): usize {
  const w = <u64>width;
  let bits: u64 = 0;
  let rest: u64 = 0;
  for (const end = values + (<usize>count << 3); values < end; values += 8) {
    const value = load<u64>(values);
    rest |= value << bits;
    bits += w;
    if (bits >= 64) {
      store<u64>(out, rest);
      out += 8;
      bits -= 64;
      rest = bits ? value >> (w - bits) : 0;
    }
  }
  // 8 values fill whole bytes, not always whole words.
  store<u64>(out, rest);
  return out + <usize>(bits >> 3);
}

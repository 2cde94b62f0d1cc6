// Split-block Bloom filters (BloomFilter.md) over the 64-bit xxHash, seed 0, of a value's plain encoding; of a string's bytes
// without their length.

const P1: u64 = 0x9e3779b185ebca87;
const P2: u64 = 0xc2b2ae3d27d4eb4f;
const P3: u64 = 0x165667b19e3779f9;
const P4: u64 = 0x85ebca77c2b2ae63;
const P5: u64 = 0x27d4eb2f165667c5;

// @ts-ignore: decorator
@inline
function round(accumulator: u64, lane: u64): u64 {
  return rotl(accumulator + lane * P2, 31) * P1;
}

// @ts-ignore: decorator
@inline
function merge(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * P1 + P4;
}

export function hashBytes(at: usize, length: u32): u64 {
  const end = at + length;
  let hash: u64;
  if (length >= 32) {
    let a = P1 + P2, b = P2, c: u64 = 0, d: u64 = 0 - P1;
    for (; at + 32 <= end; at += 32) {
      a = round(a, load<u64>(at));
      b = round(b, load<u64>(at, 8));
      c = round(c, load<u64>(at, 16));
      d = round(d, load<u64>(at, 24));
    }
    hash = merge(merge(merge(merge(rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18), a), b), c), d);
  } else {
    hash = P5;
  }
  hash += length;
  for (; at + 8 <= end; at += 8) hash = rotl(hash ^ round(0, load<u64>(at)), 27) * P1 + P4;
  if (at + 4 <= end) {
    hash = rotl(hash ^ (<u64>load<u32>(at) * P1), 23) * P2 + P3;
    at += 4;
  }
  for (; at < end; at++) hash = rotl(hash ^ (<u64>load<u8>(at) * P5), 11) * P1;
  hash = (hash ^ (hash >> 33)) * P2;
  hash = (hash ^ (hash >> 29)) * P3;
  return hash ^ (hash >> 32);
}

// @ts-ignore: decorator
@inline
function add(hash: u64, filter: usize, blocks: u32): void {
  const block = filter + (<usize>(((hash >> 32) * blocks) >> 32) << 5);
  const key = <u32>hash;
  set(block, 0, key * 0x47b6137b);
  set(block, 4, key * 0x44974d91);
  set(block, 8, key * 0x8824ad5b);
  set(block, 12, key * 0xa2b7289d);
  set(block, 16, key * 0x705495c7);
  set(block, 20, key * 0x2df1424b);
  set(block, 24, key * 0x9efc4947);
  set(block, 28, key * 0x5c6bfb31);
}

// @ts-ignore: decorator
@inline
function set(block: usize, lane: usize, salted: u32): void {
  store<u32>(block + lane, load<u32>(block + lane) | (<u32>1 << (salted >> 27)));
}

/** Adds values of `size` bytes, one every `stride`, to a filter of `blocks` blocks of 32 bytes. */
export function addFixed(values: usize, count: i32, size: u32, stride: u32, filter: usize, blocks: u32): void {
  for (const end = values + <usize>count * stride; values < end; values += stride) add(hashBytes(values, size), filter, blocks);
}

/** Adds strings, slots of address and length. */
export function addBytes(slots: usize, count: i32, filter: usize, blocks: u32): void {
  for (const end = slots + (<usize>count << 3); slots < end; slots += 8) {
    add(hashBytes(<usize>load<u32>(slots), load<u32>(slots, 4)), filter, blocks);
  }
}

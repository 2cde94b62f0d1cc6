const P1: u64 = 0x9e3779b185ebca87;
const P2: u64 = 0xc2b2ae3d27d4eb4f;
const P3: u64 = 0x165667b19e3779f9;
const P4: u64 = 0x85ebca77c2b2ae63;
const P5: u64 = 0x27d4eb2f165667c5;

/** Takes one word more into a hash (a round of xxHash64). */
// @ts-ignore: decorator
@inline
export function step(hash: u64, word: u64): u64 {
  hash ^= rotl<u64>(word * P2, 31) * P1;
  return rotl<u64>(hash, 27) * P1 + P4;
}

/** Makes every bit depend on every other. */
// @ts-ignore: decorator
@inline
export function finish(hash: u64): u64 {
  hash ^= hash >> 33;
  hash *= P2;
  hash ^= hash >> 29;
  hash *= P3;
  return hash ^ (hash >> 32);
}

/**
 * Hash of a text; up to 8 bytes after it may be read. Of more than 8 bytes, 32 are taken at a time as four words, the last four up to the end, which
 * for shorter texts lie over one another: so that few branches depend on the length.
 */
// @ts-ignore: decorator
@inline
export function hashText(at: usize, length: i32): u64 {
  let hash = P5 + <u64>length;
  if (length <= 8) return finish(length > 0 ? hash + (load<u64>(at) & (u64.MAX_VALUE >> (<u64>(8 - length) << 3))) * P1 : hash);
  const end = at + <usize>length;
  const first = length > 32 ? end - 32 : at;
  for (; at < first; at += 32) hash = step(hash, joinFour(at, at + 8, at + 16, at + 24));
  return finish(hash + joinFour(first, min(first + 8, end - 8), max(first, end - 16), end - 8));
}

/** Four words in one; none waits for another. Texts that differ in one word alone never have the same; each is turned, lest the weak low bits of all lie on one another. */
// @ts-ignore: decorator
@inline
function joinFour(a: usize, b: usize, c: usize, d: usize): u64 {
  return load<u64>(a) * P1 + rotl<u64>(load<u64>(b) * P2, 17) + rotl<u64>(load<u64>(c) * P3, 31) + rotl<u64>(load<u64>(d) * P4, 47);
}

/** Hash of a number. */
// @ts-ignore: decorator
@inline
export function hashWord(word: u64): u64 {
  return finish(word * P1);
}

/** What is hashed of a double: 0 and -0 are one value, and so is every NaN. */
// @ts-ignore: decorator
@inline
export function wordOf(value: f64): u64 {
  return value != value ? 0x7ff8000000000000 : reinterpret<u64>(value + 0.0);
}

/** Whether two texts of one length, of 8 bytes at least, are the same. */
export function isEqual(a: usize, b: usize, length: i32): bool {
  const last = length - 8;
  for (let at = 0; at < last; at += 8) if (load<u64>(a + at) != load<u64>(b + at)) return false;
  return load<u64>(a + last) == load<u64>(b + last);
}

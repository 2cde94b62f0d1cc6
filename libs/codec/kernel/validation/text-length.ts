/** Code points of UTF-8: bytes that continue none. Up to 15 bytes after the text may be read. */
// @ts-ignore: decorator
@inline
export function countCharacters(at: usize, length: i32): i32 {
  let count = 0;
  let left = length;
  for (; left >= 16; left -= 16, at += 16) count += popcnt(continuing(at) ^ 0xffff);
  return left > 0 ? count + popcnt((continuing(at) ^ 0xffff) & ((1 << left) - 1)) : count;
}

/** Which of 16 bytes are 10xxxxxx. */
// @ts-ignore: decorator
@inline
function continuing(at: usize): i32 {
  return i8x16.bitmask(i8x16.lt_s(v128.load(at), i8x16.splat(-64)));
}

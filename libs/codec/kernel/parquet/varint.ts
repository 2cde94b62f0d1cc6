/** ULEB-128; returns the end. */
export function writeVarint(out: usize, value: u64): usize {
  for (; value >= 0x80; value >>= 7) store<u8>(out++, <u8>value | 0x80);
  store<u8>(out, <u8>value);
  return out + 1;
}

// @ts-ignore: decorator
@inline
export function varintSize(value: u64): i32 {
  return value ? <i32>((70 - clz(value)) / 7) : 1;
}

// @ts-ignore: decorator
@inline
export function zigzag(value: i64): u64 {
  return <u64>((value << 1) ^ (value >> 63));
}

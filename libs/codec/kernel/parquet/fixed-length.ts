/** The first halves of `a` and `b`, byte by byte in turn. */
// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/** BYTE_STREAM_SPLIT (Encodings.md) of 8-byte values: all first bytes, then all second ones, and so on. */
export function splitBytes8(values: usize, count: i32, out: usize): void {
  const stride = <usize>count;
  let i: usize = 0;
  // Each step interleaves the first half with the second, which turns the 7 bits of a byte's address by one place: after
  // four the three bits that tell the byte in its value have become the upper ones.
  for (; i + 16 <= stride; i += 16) {
    const at = values + (i << 3);
    let a0 = v128.load(at), a1 = v128.load(at, 16), a2 = v128.load(at, 32), a3 = v128.load(at, 48);
    let a4 = v128.load(at, 64), a5 = v128.load(at, 80), a6 = v128.load(at, 96), a7 = v128.load(at, 112);
    for (let step = 0; step < 4; step++) {
      const b0 = low(a0, a4), b1 = high(a0, a4), b2 = low(a1, a5), b3 = high(a1, a5);
      const b4 = low(a2, a6), b5 = high(a2, a6), b6 = low(a3, a7), b7 = high(a3, a7);
      a0 = b0, a1 = b1, a2 = b2, a3 = b3, a4 = b4, a5 = b5, a6 = b6, a7 = b7;
    }
    const to = out + i;
    v128.store(to, a0);
    v128.store(to + stride, a1);
    v128.store(to + 2 * stride, a2);
    v128.store(to + 3 * stride, a3);
    v128.store(to + 4 * stride, a4);
    v128.store(to + 5 * stride, a5);
    v128.store(to + 6 * stride, a6);
    v128.store(to + 7 * stride, a7);
  }
  for (; i < stride; i++) {
    for (let byte: usize = 0; byte < 8; byte++) store<u8>(out + byte * stride + i, load<u8>(values + (i << 3) + byte));
  }
}

/** The lowest `length` (up to 16) bytes of 16-byte little-endian numbers as big-endian. Stores up to 15 bytes past the end. */
export function writeBigEndian(slots: usize, count: i32, length: i32, out: usize): void {
  const order = i8x16.sub(i8x16.splat(<i8>(length - 1)), i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  for (const end = slots + (<usize>count << 4); slots < end; slots += 16, out += length) {
    v128.store(out, i8x16.swizzle(v128.load(slots), order));
  }
}

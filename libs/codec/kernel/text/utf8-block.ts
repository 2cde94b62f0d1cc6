// UTF-8 by 64 bytes at a time: Keiser and Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte", 2021.
// Whether two bytes may stand after one another depends on three of their halves. For each half a table has the faults, one to a
// bit, that it does not rule out; what none of the three rules out is a fault.

const SHORT: i8 = 1 << 0; // a sequence that another byte should go on with
const LONG: i8 = 1 << 1; // a byte that goes on after an ASCII character
const OVERLONG_3: i8 = 1 << 2;
const LARGE: i8 = 1 << 3; // above U+13FFFF
const SURROGATE: i8 = 1 << 4;
const OVERLONG_2: i8 = 1 << 5;
const OVERLONG_4: i8 = 1 << 6; // or from U+110000 to U+13FFFF: told apart by the second half
const LARGE_1000: i8 = 1 << 6;
const TWO: i8 = -128; // a byte that goes on after one that does: right in sequences of three and four
const ANY: i8 = SHORT | LONG | TWO;

/** Bits of the bytes from 0x80. */
// @ts-ignore: decorator
@inline
export function highBits(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    <u64>(<u32>i8x16.bitmask(a) | (<u32>i8x16.bitmask(b) << 16)) | (<u64>(<u32>i8x16.bitmask(c) | (<u32>i8x16.bitmask(d) << 16)) << 32)
  );
}

/**
 * Bits of the bytes where it is certain that the text is not UTF-8: each is in the sequence that is malformed or right after it.
 * `before`: the 16 bytes before the block. A sequence that the block's end cuts is not at fault yet.
 */
// @ts-ignore: decorator
@inline
export function malformedBits(before: v128, a: v128, b: v128, c: v128, d: v128): u64 {
  const zero = i8x16.splat(0);
  return highBits(
    i8x16.ne(faults(before, a), zero),
    i8x16.ne(faults(a, b), zero),
    i8x16.ne(faults(b, c), zero),
    i8x16.ne(faults(c, d), zero),
  );
}

/** Not zero where a byte of `bytes` cannot follow the three before it. */
// @ts-ignore: decorator
@inline
function faults(before: v128, bytes: v128): v128 {
  const last = i8x16.shuffle(before, bytes, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
  const second = i8x16.shuffle(before, bytes, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
  const third = i8x16.shuffle(before, bytes, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
  const low = i8x16.splat(15);
  // No index is above 15: all processors do the same.
  const ofLead = i8x16.relaxed_swizzle(
    i8x16(
      LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, TWO, TWO, TWO, TWO,
      SHORT | OVERLONG_2, SHORT, SHORT | OVERLONG_3 | SURROGATE, SHORT | LARGE | LARGE_1000 | OVERLONG_4,
    ),
    v128.and(i16x8.shr_u(last, 4), low),
  );
  const ofLow = i8x16.relaxed_swizzle(
    i8x16(
      ANY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4, ANY | OVERLONG_2, ANY, ANY, ANY | LARGE,
      ANY | LARGE | LARGE_1000, ANY | LARGE | LARGE_1000, ANY | LARGE | LARGE_1000, ANY | LARGE | LARGE_1000,
      ANY | LARGE | LARGE_1000, ANY | LARGE | LARGE_1000, ANY | LARGE | LARGE_1000, ANY | LARGE | LARGE_1000,
      ANY | LARGE | LARGE_1000 | SURROGATE, ANY | LARGE | LARGE_1000, ANY | LARGE | LARGE_1000,
    ),
    v128.and(last, low),
  );
  const ofNext = i8x16.relaxed_swizzle(
    i8x16(
      SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT,
      LONG | OVERLONG_2 | TWO | OVERLONG_3 | LARGE_1000 | OVERLONG_4, LONG | OVERLONG_2 | TWO | OVERLONG_3 | LARGE,
      LONG | OVERLONG_2 | TWO | SURROGATE | LARGE, LONG | OVERLONG_2 | TWO | SURROGATE | LARGE,
      SHORT, SHORT, SHORT, SHORT,
    ),
    v128.and(i16x8.shr_u(bytes, 4), low),
  );
  // The third byte of a sequence of three and the third and fourth of one of four go on after one that does, and no others.
  const goesOn = v128.or(i8x16.sub_sat_u(second, i8x16.splat(<i8>(0xe0 - 0x80))), i8x16.sub_sat_u(third, i8x16.splat(<i8>(0xf0 - 0x80))));
  return v128.xor(v128.and(goesOn, i8x16.splat(TWO)), v128.and(v128.and(ofLead, ofLow), ofNext));
}

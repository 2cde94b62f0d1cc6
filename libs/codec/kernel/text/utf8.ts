// @ts-ignore: decorator
@inline
function follows(pos: usize, end: usize): bool {
  return pos < end && (load<u8>(pos) & 0xc0) == 0x80;
}

/**
 * Length of the UTF-8 sequence at `pos` (its first byte is 0x80 or more), or minus the length of the malformed part,
 * cut where a WHATWG decoder cuts it, so that one U+FFFD stands for each.
 */
export function utf8Step(pos: usize, end: usize): i32 {
  const lead = <i32>load<u8>(pos);
  if (lead < 0xc2 || lead > 0xf4) return -1;
  if (lead < 0xe0) return follows(pos + 1, end) ? 2 : -1;
  if (!follows(pos + 1, end)) return -1;
  const second = <i32>load<u8>(pos + 1);
  if (lead < 0xf0) {
    // E0 must not be overlong, ED must not be a surrogate.
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return -1;
    return follows(pos + 2, end) ? 3 : -2;
  }
  if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return -1;
  if (!follows(pos + 2, end)) return -2;
  return follows(pos + 3, end) ? 4 : -3;
}

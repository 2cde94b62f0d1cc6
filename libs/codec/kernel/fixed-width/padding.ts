/** Address of the first byte of [pos, end) that is neither `pad` nor `other`, or `end`. */
export function skipPadding(pos: usize, end: usize, pad: v128, other: v128): usize {
  for (; pos < end; pos += 16) {
    const bytes = v128.load(pos);
    const filled = i8x16.bitmask(v128.and(i8x16.ne(bytes, pad), i8x16.ne(bytes, other)));
    if (filled) return min<usize>(pos + ctz(filled), end);
  }
  return end;
}

/** Address after the last byte of [pos, end) that is neither `pad` nor `other`, or `pos`. */
export function cutPadding(pos: usize, end: usize, pad: v128, other: v128): usize {
  for (; end > pos; end -= 16) {
    const bytes = v128.load(end - 16);
    const filled = i8x16.bitmask(v128.and(i8x16.ne(bytes, pad), i8x16.ne(bytes, other)));
    // The block may begin before `pos`.
    if (filled) return max<usize>(end - clz(filled << 16), pos);
  }
  return pos;
}

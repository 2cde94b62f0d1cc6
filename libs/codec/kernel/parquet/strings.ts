// Strings: slots of u32 address and u32 length anywhere in memory, or lengths apart from bytes that stand back to back.
// Loads may touch up to 31 bytes past a string's end, stores up to 63 past the output's.

/** Whether `length` bytes are the same. */
// @ts-ignore: decorator
@inline
export function sameBytes(a: usize, b: usize, length: usize): bool {
  let rest = <isize>length;
  for (; rest >= 16; rest -= 16, a += 16, b += 16) {
    if (v128.any_true(v128.xor(v128.load(a), v128.load(b)))) return false;
  }
  return rest == 0 || (i8x16.bitmask(i8x16.ne(v128.load(a), v128.load(b))) & ((1 << <i32>rest) - 1)) == 0;
}

// @ts-ignore: decorator
@inline
function copyBytes(out: usize, at: usize, length: usize): void {
  if (length <= 64) {
    v128.store(out, v128.load(at));
    if (length > 16) {
      v128.store(out, v128.load(at, 16), 16);
      if (length > 32) {
        v128.store(out, v128.load(at, 32), 32);
        v128.store(out, v128.load(at, 48), 48);
      }
    }
  } else {
    memory.copy(out, at, length);
  }
}

/** Sum of the lengths of slots; of those whose `present` byte is 1 if that is not 0. */
export function sumLengths(slots: usize, present: usize, rows: i32): f64 {
  let sum: u64 = 0;
  if (!present) {
    for (const end = slots + (<usize>rows << 3); slots < end; slots += 8) sum += load<u32>(slots, 4);
    return <f64>sum;
  }
  for (const end = present + rows; present < end; present++, slots += 8) {
    sum += load<u32>(slots, 4) & (0 - <u32>load<u8>(present));
  }
  return <f64>sum;
}

/** Sum of u32. */
export function sumWords(words: usize, count: i32): f64 {
  let sum: u64 = 0;
  for (const end = words + (<usize>count << 2); words < end; words += 4) sum += load<u32>(words);
  return <f64>sum;
}

/** Puts lengths and bytes of slots to two places; returns the end of the bytes. */
export function copyStrings(slots: usize, count: i32, lengths: usize, bytes: usize): usize {
  for (const end = slots + (<usize>count << 3); slots < end; slots += 8, lengths += 4) {
    const length = load<u32>(slots, 4);
    store<u32>(lengths, length);
    copyBytes(bytes, <usize>load<u32>(slots), length);
    bytes += length;
  }
  return bytes;
}

/** As copyStrings, of what ids stand for. */
export function gatherStrings(values: usize, offsets: usize, ids: usize, count: i32, lengths: usize, bytes: usize): usize {
  for (const end = ids + (<usize>count << 2); ids < end; ids += 4, lengths += 4) {
    const at = values + load<u32>(offsets + (<usize>load<u32>(ids) << 2));
    const length = load<u32>(at);
    store<u32>(lengths, length);
    copyBytes(bytes, at + 4, length);
    bytes += length;
  }
  return bytes;
}

/** The plain encoding: each length before its bytes; returns its end. */
export function interleaveStrings(lengths: usize, count: i32, bytes: usize, out: usize): usize {
  for (const end = lengths + (<usize>count << 2); lengths < end; lengths += 4) {
    const length = load<u32>(lengths);
    store<u32>(out, length);
    copyBytes(out + 4, bytes, length);
    bytes += length;
    out += length + 4;
  }
  return out;
}

/** Slots of strings that stand back to back. */
export function stringSlots(lengths: usize, count: i32, bytes: usize, out: usize): void {
  for (const end = lengths + (<usize>count << 2); lengths < end; lengths += 4, out += 8) {
    const length = load<u32>(lengths);
    store<u32>(out, <u32>bytes);
    store<u32>(out, length, 4);
    bytes += length;
  }
}

/** Slots of a dictionary's strings. */
export function entrySlots(values: usize, offsets: usize, count: i32, out: usize): void {
  for (const end = offsets + (<usize>count << 2); offsets < end; offsets += 4, out += 8) {
    const at = values + load<u32>(offsets);
    store<u32>(out, <u32>at + 4);
    store<u32>(out, load<u32>(at), 4);
  }
}

/**
 * How many of `rows` rows make a page whose strings take at most `budget` bytes, `overhead` more for each, but at least one.
 * `present` is 0 if all are there; `lengths` are those of the rows that are.
 */
export function fitRows(present: usize, rows: i32, lengths: usize, overhead: u32, budget: u32): i32 {
  let size: u64 = 0;
  for (let row = 0; row < rows; row++) {
    if (present && !load<u8>(present + row)) continue;
    size += load<u32>(lengths) + overhead;
    lengths += 4;
    if (size > budget && row > 0) return row;
  }
  return rows;
}

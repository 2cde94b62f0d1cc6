// Moving slots about: leaving out nulls, narrowing, gathering what dictionary ids stand for. Stores may touch up to 16 bytes
// after what they say they write.

const ONES: u64 = 0x0101010101010101;

/** How many bytes of [present, present + rows) are 1; all of them are 0 or 1. */
export function countPresent(present: usize, rows: i32): i32 {
  let sums = i32x4.splat(0);
  const end = present + rows;
  for (; present + 16 <= end; present += 16) {
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(v128.load(present))));
  }
  let count = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  for (; present < end; present++) count += load<u8>(present);
  return count;
}

/** Copies the slots of 8 bytes whose `present` byte is 1; returns how many. */
export function compact8(slots: usize, present: usize, rows: i32, out: usize): i32 {
  const start = out;
  const end = present + rows;
  for (; present + 8 <= end; present += 8, slots += 64) {
    const flags = load<u64>(present);
    if (flags == ONES) {
      v128.store(out, v128.load(slots));
      v128.store(out, v128.load(slots, 16), 16);
      v128.store(out, v128.load(slots, 32), 32);
      v128.store(out, v128.load(slots, 48), 48);
      out += 64;
    } else if (flags) {
      for (let i: usize = 0; i < 8; i++) {
        store<u64>(out, load<u64>(slots + (i << 3)));
        out += <usize>load<u8>(present + i) << 3;
      }
    }
  }
  for (; present < end; present++, slots += 8) {
    store<u64>(out, load<u64>(slots));
    out += <usize>load<u8>(present) << 3;
  }
  return <i32>((out - start) >> 3);
}

/** As compact8, of slots of 16 bytes. */
export function compact16(slots: usize, present: usize, rows: i32, out: usize): i32 {
  const start = out;
  for (const end = present + rows; present < end; present++, slots += 16) {
    v128.store(out, v128.load(slots));
    out += <usize>load<u8>(present) << 4;
  }
  return <i32>((out - start) >> 4);
}

/** The low halves of 8-byte slots. */
export function narrow(slots: usize, count: i32, out: usize): void {
  const end = slots + (<usize>count << 3);
  for (; slots + 32 <= end; slots += 32, out += 16) {
    v128.store(out, v128.shuffle<i32>(v128.load(slots), v128.load(slots, 16), 0, 2, 4, 6));
  }
  for (; slots < end; slots += 8, out += 4) store<u32>(out, load<u32>(slots));
}

/** A byte of 0 or 1 for each slot of 8 bytes: whether it is not 0. */
export function truthBytes(slots: usize, count: i32, out: usize): void {
  for (const end = slots + (<usize>count << 3); slots < end; slots += 8, out++) store<u8>(out, load<u64>(slots) != 0 ? 1 : 0);
}

/** 4-byte values that ids stand for, the low halves of the dictionary's. */
export function gather4(values: usize, ids: usize, count: i32, out: usize): void {
  for (const end = ids + (<usize>count << 2); ids < end; ids += 4, out += 4) {
    store<u32>(out, load<u32>(values + (<usize>load<u32>(ids) << 3)));
  }
}

/** 8-byte values that ids stand for. */
export function gather8(values: usize, ids: usize, count: i32, out: usize): void {
  for (const end = ids + (<usize>count << 2); ids < end; ids += 4, out += 8) {
    store<u64>(out, load<u64>(values + (<usize>load<u32>(ids) << 3)));
  }
}

/** 16-byte values that ids stand for. */
export function gather16(values: usize, ids: usize, count: i32, out: usize): void {
  for (const end = ids + (<usize>count << 2); ids < end; ids += 4, out += 16) {
    v128.store(out, v128.load(values + (<usize>load<u32>(ids) << 4)));
  }
}

/** Sets the byte of each id to 1. */
export function markUsed(ids: usize, count: i32, used: usize): void {
  for (const end = ids + (<usize>count << 2); ids < end; ids += 4) store<u8>(used + load<u32>(ids), 1);
}

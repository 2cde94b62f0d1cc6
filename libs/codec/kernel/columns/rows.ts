/** Slots of 8 or 16 bytes of the `count` rows listed (u32) at `rows`, in that order; in place if they ascend. */
export function gatherSlots(rows: usize, count: i32, from: usize, to: usize, size: i32): void {
  const end = rows + (<usize>count << 2);
  if (size == 8) {
    for (; rows < end; rows += 4, to += 8) store<u64>(to, load<u64>(from + (<usize>load<u32>(rows) << 3)));
  } else {
    for (; rows < end; rows += 4, to += 16) v128.store(to, v128.load(from + (<usize>load<u32>(rows) << 4)));
  }
}

/** As `gatherSlots`, of single bytes. */
export function gatherBytes(rows: usize, count: i32, from: usize, to: usize): void {
  const end = rows + (<usize>count << 2);
  for (; rows < end; rows += 4, to++) store<u8>(to, load<u8>(from + <usize>load<u32>(rows)));
}

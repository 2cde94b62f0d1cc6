import { SCRATCH } from './memory-map';
import { state } from './marks';

/**
 * Copies the cells of a block that have doubled quotes to scratch memory, with single ones. `open`: the first has one in the block before.
 * Returns whether the cell after the last has one.
 */
export function undouble(block: usize, bits: u64, doubles: u64, open: bool, quote: i32): bool {
  while (true) {
    const before = open ? 0 : bits & ((<u64>1 << ctz(doubles)) - 1);
    const rest = bits & ~before;
    if (!open && !doubles) return false;
    if (!rest) return true;
    const entry = block + (<usize>popcnt(before) << 3);
    const from = <usize>load<u32>(entry);
    const to = <usize>load<u32>(state, SCRATCH);
    const length = removeDoubled(from, from + load<u32>(entry, 4), to, quote);
    store<u32>(entry, <u32>to);
    store<u32>(entry, <u32>length, 4);
    store<u32>(state, <u32>(to + length), SCRATCH);
    doubles &= ~((<u64>1 << ctz(rest)) - 1);
    open = false;
  }
}

/** Writes [pos, end) with one quote for two; returns the length. */
function removeDoubled(pos: usize, end: usize, out: usize, quote: i32): usize {
  const before = out;
  const quoteByte = v128.splat<i8>(<i8>quote);
  while (pos < end) {
    const bytes = v128.load(pos);
    v128.store(out, bytes);
    const found = i8x16.bitmask(i8x16.eq(bytes, quoteByte));
    const plain = min<usize>(end - pos, found ? <usize>ctz(found) + 1 : 16);
    out += plain;
    pos += plain + usize(found != 0);
  }
  return out - before;
}

// Smallest and greatest of at least one value: the smallest to `out`, the greatest to `out + 16`.

/** Of 4-byte signed integers, as 8-byte ones. */
export function range32(values: usize, count: i32, out: usize): void {
  const end = values + (<usize>count << 2);
  let least: i32 = load<i32>(values);
  let most: i32 = least;
  if (count >= 4) {
    let low = v128.load(values);
    let high = low;
    for (; values + 16 <= end; values += 16) {
      const next = v128.load(values);
      low = i32x4.min_s(low, next);
      high = i32x4.max_s(high, next);
    }
    least = min(min(i32x4.extract_lane(low, 0), i32x4.extract_lane(low, 1)), min(i32x4.extract_lane(low, 2), i32x4.extract_lane(low, 3)));
    most = max(max(i32x4.extract_lane(high, 0), i32x4.extract_lane(high, 1)), max(i32x4.extract_lane(high, 2), i32x4.extract_lane(high, 3)));
  }
  for (; values < end; values += 4) {
    least = min(least, load<i32>(values));
    most = max(most, load<i32>(values));
  }
  store<i64>(out, least);
  store<i64>(out, most, 16);
}

/** Of 8-byte signed integers. */
export function range64(values: usize, count: i32, out: usize): void {
  const end = values + (<usize>count << 3);
  let low = v128.load64_splat(values);
  let high = low;
  for (; values + 16 <= end; values += 16) {
    const next = v128.load(values);
    low = v128.bitselect(next, low, i64x2.gt_s(low, next));
    high = v128.bitselect(next, high, i64x2.gt_s(next, high));
  }
  let least = min(i64x2.extract_lane(low, 0), i64x2.extract_lane(low, 1));
  let most = max(i64x2.extract_lane(high, 0), i64x2.extract_lane(high, 1));
  if (values < end) {
    least = min(least, load<i64>(values));
    most = max(most, load<i64>(values));
  }
  store<i64>(out, least);
  store<i64>(out, most, 16);
}

/** Of doubles that are not NaN: infinities the wrong way round if none is. Zeros of either sign are alike. Returns how many are NaN. */
export function rangeDouble(values: usize, count: i32, out: usize): i32 {
  const end = values + (<usize>count << 3);
  const top = f64x2.splat(f64.POSITIVE_INFINITY);
  const bottom = f64x2.splat(f64.NEGATIVE_INFINITY);
  let low = top;
  let high = bottom;
  let numbers = 0;
  for (; values + 16 <= end; values += 16) {
    const next = v128.load(values);
    const isNumber = f64x2.eq(next, next);
    low = f64x2.pmin(low, v128.bitselect(next, top, isNumber));
    high = f64x2.pmax(high, v128.bitselect(next, bottom, isNumber));
    numbers += <i32>popcnt(i64x2.bitmask(isNumber));
  }
  let least = min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
  let most = max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
  if (values < end) {
    const last = load<f64>(values);
    if (last == last) {
      least = min(least, last);
      most = max(most, last);
      numbers++;
    }
  }
  store<f64>(out, least);
  store<f64>(out, most, 16);
  return count - numbers;
}

// @ts-ignore: decorator
@inline
function isLess128(aLow: u64, aHigh: i64, bLow: u64, bHigh: i64): bool {
  return aHigh < bHigh || (aHigh == bHigh && aLow < bLow);
}

/** Of 16-byte signed little-endian integers. */
export function rangeInt128(values: usize, count: i32, out: usize): void {
  let leastLow = load<u64>(values), leastHigh = load<i64>(values, 8);
  let mostLow = leastLow, mostHigh = leastHigh;
  for (const end = values + (<usize>count << 4); values < end; values += 16) {
    const lower = load<u64>(values), upper = load<i64>(values, 8);
    if (isLess128(lower, upper, leastLow, leastHigh)) {
      leastLow = lower;
      leastHigh = upper;
    }
    if (isLess128(mostLow, mostHigh, lower, upper)) {
      mostLow = lower;
      mostHigh = upper;
    }
  }
  store<u64>(out, leastLow);
  store<i64>(out, leastHigh, 8);
  store<u64>(out, mostLow, 16);
  store<i64>(out, mostHigh, 24);
}

/** Of 16 bytes each, by bytes. */
export function range16(values: usize, count: i32, out: usize): void {
  let least = values;
  let most = values;
  for (const end = values + (<usize>count << 4); values < end; values += 16) {
    const upper = bswap(load<u64>(values));
    const low = bswap(load<u64>(least));
    if (upper < low || (upper == low && bswap(load<u64>(values, 8)) < bswap(load<u64>(least, 8)))) least = values;
    const high = bswap(load<u64>(most));
    if (upper > high || (upper == high && bswap(load<u64>(values, 8)) > bswap(load<u64>(most, 8)))) most = values;
  }
  v128.store(out, v128.load(least));
  v128.store(out, v128.load(most), 16);
}

/** The first 8 bytes of a string as a number in their order, zeros for those that it does not have. */
// @ts-ignore: decorator
@inline
function prefix(at: usize, length: u32): u64 {
  const bytes = i8x16.swizzle(v128.load64_zero(at), i8x16(7, 6, 5, 4, 3, 2, 1, 0, 16, 16, 16, 16, 16, 16, 16, 16));
  const word = i64x2.extract_lane(bytes, 0);
  return length >= 8 ? word : length ? word & ~((<u64>1 << (64 - (<u64>length << 3))) - 1) : 0;
}

function compare(a: usize, aLength: u32, b: usize, bLength: u32): i32 {
  const end = a + min(aLength, bLength);
  for (; a < end; a += 16, b += 16) {
    const different = i8x16.bitmask(i8x16.ne(v128.load(a), v128.load(b)));
    if (different) {
      const at = <usize>ctz(different);
      if (a + at < end) return <i32>load<u8>(a + at) - <i32>load<u8>(b + at);
      break;
    }
  }
  return aLength < bLength ? -1 : <i32>(aLength > bLength);
}

/** Of strings by bytes, a prefix being less: slots of address and length, in and out. */
export function rangeBytes(slots: usize, count: i32, out: usize): void {
  let least = <usize>load<u32>(slots), leastLength = load<u32>(slots, 4);
  let most = least, mostLength = leastLength;
  let low = prefix(least, leastLength);
  let high = low;
  for (const end = slots + (<usize>count << 3); slots < end; slots += 8) {
    const at = <usize>load<u32>(slots), length = load<u32>(slots, 4);
    const start = prefix(at, length);
    if (start < low || (start == low && compare(at, length, least, leastLength) < 0)) {
      least = at;
      leastLength = length;
      low = start;
    }
    if (start > high || (start == high && compare(at, length, most, mostLength) > 0)) {
      most = at;
      mostLength = length;
      high = start;
    }
  }
  store<u32>(out, <u32>least);
  store<u32>(out, leastLength, 4);
  store<u32>(out, <u32>most, 16);
  store<u32>(out, mostLength, 20);
}

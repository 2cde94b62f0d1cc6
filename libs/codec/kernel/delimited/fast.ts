import { findMalformed, hasNul } from './cell';
import {
  COLUMNS, COMMENT, COMMENT_LENGTH, CR_ENDS, DELIMITER, DOUBLE_QUOTE, ESCAPE, ESCAPE_LENGTH, MAX_FIELD, MAX_RECORD, NULL_LENGTH, NULL_SEQUENCE,
  QUOTE, QUOTE_LENGTH, RECORD_SIZE, SCRATCH, SCRATCH_END, SKIP_SPACE,
} from './memory-map';
import { state } from './marks';

const LF: i32 = 10;
const CR: i32 = 13;
const CTRL_Z: i32 = 0x1a;
const SPACE: i32 = 32;

/** What `readFast` leaves: where it stopped, always at a record's start; records written until then; line ends passed. */
export let fastAt: usize = 0;
export let fastRecords: i32 = 0;
export let fastLines: i32 = 0;

/** 64 bytes. */
// @ts-ignore: decorator
@inline
function mask(a: v128, b: v128, c: v128, d: v128, byte: v128): u64 {
  return (
    <u64>(<u32>i8x16.bitmask(i8x16.eq(a, byte)) | (<u32>i8x16.bitmask(i8x16.eq(b, byte)) << 16)) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(c, byte)) | (<u32>i8x16.bitmask(i8x16.eq(d, byte)) << 16)) << 32)
  );
}

/** Bit i of the result is the parity of bits 0 to i: set from each opening quote to before its closing one. */
// @ts-ignore: decorator
@inline
function prefixXor(bits: u64): u64 {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ (bits << 32);
}

// @ts-ignore: decorator
@inline
function below(bit: i32): u64 {
  return (<u64>1 << bit) - 1;
}

/**
 * Reads records in which nothing is odd, 64 bytes at a time, and stops at the start of the first that it does not understand, for
 * `readRecord` to say what it is: one of other than `columns` cells, with a quote where none belongs, an escape, a NUL or malformed
 * UTF-8, over a limit, blank, a comment, or without its end.
 * `made`: records of the batch before. Up to CELL_SLACK cells may be written beyond those of `most` records.
 */
export function readFast(pos: usize, end: usize, cells: usize, records: usize, made: i32, most: i32): void {
  const columns = load<i32>(state, COLUMNS);
  const rowSize = <usize>columns << 3;
  const delimiterByte = v128.splat<i8>(load<i8>(state, DELIMITER));
  const hasQuote = load<i32>(state, QUOTE_LENGTH) != 0;
  const quote = hasQuote ? <i32>load<u8>(state, QUOTE) : -1;
  const quoteByte = v128.splat<i8>(<i8>quote);
  const doubled = load<i32>(state, DOUBLE_QUOTE) != 0;
  const crEnds = load<i32>(state, CR_ENDS) != 0;
  const lfByte = v128.splat<i8>(<i8>LF);
  const crByte = v128.splat<i8>(<i8>CR);
  const one = v128.splat<i8>(1);
  const hasEscape = load<i32>(state, ESCAPE_LENGTH) != 0;
  const escapeByte = v128.splat<i8>(load<i8>(state, ESCAPE));
  const skipSpace = load<i32>(state, SKIP_SPACE) != 0;
  const spaceByte = v128.splat<i8>(<i8>SPACE);
  const comment = load<i32>(state, COMMENT_LENGTH) ? <i32>load<u8>(state, COMMENT) : -1;
  const longest = <usize>min(load<u32>(state, MAX_FIELD), load<u32>(state, MAX_RECORD));

  // The record and the cell at hand, and where their entries go.
  let start = pos;
  let cell = pos;
  const first = cells + <usize>made * rowSize;
  let row = first;
  let out = row;
  let lines = 0;
  // Of the record at hand, in the blocks before: line ends in quotes; whether a byte is not plain ASCII. Of the cell: a doubled quote.
  let inner = 0;
  let odd = false;
  let hasDouble = false;
  // All ones while in quotes.
  let inQuote: u64 = 0;
  // Of the byte before the block: it ends a cell; it closes a quote.
  let separatedBefore: u64 = 1;
  let closedBefore: u64 = 0;

  for (let at = pos; at < end; at += 64) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    const there = end - at >= 64 ? ~(<u64>0) : below(<i32>(end - at));
    const delimiters = mask(a, b, c, d, delimiterByte) & there;
    const lfs = mask(a, b, c, d, lfByte) & there;
    let crs: u64 = 0;
    let ends = lfs;
    let oddBits: u64 = 0;
    // What is rare is looked for in all 64 bytes at once. One signed comparison finds NUL and bytes from 0x80 (negative).
    const low = v128.or(v128.or(i8x16.lt_s(a, one), i8x16.lt_s(b, one)), v128.or(i8x16.lt_s(c, one), i8x16.lt_s(d, one)));
    if (v128.any_true(low)) {
      oddBits =
        there &
        (<u64>(<u32>i8x16.bitmask(i8x16.lt_s(a, one)) | (<u32>i8x16.bitmask(i8x16.lt_s(b, one)) << 16)) |
          (<u64>(<u32>i8x16.bitmask(i8x16.lt_s(c, one)) | (<u32>i8x16.bitmask(i8x16.lt_s(d, one)) << 16)) << 32));
    }
    if (crEnds) {
      const returns = v128.or(v128.or(i8x16.eq(a, crByte), i8x16.eq(b, crByte)), v128.or(i8x16.eq(c, crByte), i8x16.eq(d, crByte)));
      if (v128.any_true(returns)) {
        crs = mask(a, b, c, d, crByte) & there;
        // A CR ends the record unless an LF does after it; what comes after the last byte is not known.
        let alone = crs & ~(lfs >> 1);
        if (end - at <= 64) alone &= ~(<u64>1 << (<i32>(end - at) - 1));
        else if (load<u8>(at, 64) == LF) alone &= ~(<u64>1 << 63);
        ends |= alone;
      }
    }

    let separators = delimiters | ends;
    let breaks = delimiters | lfs | crs;
    let innerEnds: u64 = 0;
    let doubles: u64 = 0;
    let stray: u64 = 0;
    let quotes: u64 = 0;
    if (hasQuote) quotes = mask(a, b, c, d, quoteByte) & there;
    if (quotes | inQuote | closedBefore) {
      const within = prefixXor(quotes) ^ inQuote;
      const opening = quotes & within;
      const closing = quotes & ~within;
      const afterClosing = (closing << 1) | closedBefore;
      innerEnds = ends & within;
      separators &= ~within;
      ends &= ~within;
      breaks &= ~within;
      doubles = opening & afterClosing;
      // A quote opens a cell, or doubles one that seemed to close it; after one that closes comes the end of the cell, or such a quote.
      stray = (opening & ~((breaks << 1) | separatedBefore | afterClosing)) | (afterClosing & there & ~(breaks | quotes));
      if (!doubled) stray |= doubles;
      inQuote = <u64>(<i64>within >> 63);
      closedBefore = closing >> 63;
    }
    if (hasEscape) stray |= mask(a, b, c, d, escapeByte) & there;
    if (skipSpace) stray |= ((breaks << 1) | separatedBefore) & mask(a, b, c, d, spaceByte) & there & ~delimiters;
    separatedBefore = breaks >> 63;

    // From the first stray byte on nothing is certain.
    const bits = stray ? separators & below(<i32>ctz(stray)) : separators;
    if (stray) ends &= bits;
    const count = <i32>popcnt(bits);
    const block = out;
    if (doubles | u64(hasDouble)) {
      // What is written to scratch memory is no longer than the cells it comes from.
      if (<usize>load<u32>(state, SCRATCH) + (at + 64 - cell) > <usize>load<u32>(state, SCRATCH_END)) break;
    }
    if (count) {
      const stop = out + (<usize>count << 3);
      let left = bits;
      do {
        // Four at a time, so that nothing branches on how many there are: what is written beyond `stop` is written over.
        cell = writeCell(out, cell, at + <usize>ctz(left), quote);
        left &= left - 1;
        cell = writeCell(out + 8, cell, at + <usize>ctz(left), quote);
        left &= left - 1;
        cell = writeCell(out + 16, cell, at + <usize>ctz(left), quote);
        left &= left - 1;
        cell = writeCell(out + 24, cell, at + <usize>ctz(left), quote);
        left &= left - 1;
        out += 32;
      } while (out < stop);
      out = stop;
      cell = at + (64 - <usize>clz(bits));
    }

    let stopping = stray != 0;
    let innerBefore = 0;
    while (ends) {
      const bit = <i32>ctz(ends);
      ends &= ends - 1;
      const here = at + bit;
      const rowEnd = block + ((<usize>popcnt(bits & below(bit)) + 1) << 3);
      let body = here;
      if (crEnds && here > start && load<u8>(here - 1) == CR && load<u8>(here) == LF) {
        body = here - 1;
        store<u32>(rowEnd - 4, load<u32>(rowEnd - 4) - 1);
      }
      const firstByte = <i32>load<u8>(start);
      if (rowEnd - row != rowSize || here - start > longest || firstByte == comment || (columns == 1 && (body == start || firstByte == CTRL_Z))) {
        stopping = true;
        break;
      }
      const upTo = below(bit);
      if (odd || oddBits & upTo) {
        if (hasNul(start, body - start) || findMalformed(start, body) < body) {
          stopping = true;
          break;
        }
        odd = false;
        oddBits &= ~upTo;
      }
      const innerHere = <i32>popcnt(innerEnds & upTo);
      lines += 1 + inner + innerHere - innerBefore;
      innerBefore = innerHere;
      inner = 0;
      store<u64>(records + made * RECORD_SIZE, <u64>start | (<u64>body << 32));
      made++;
      start = here + 1;
      row = rowEnd;
      if (made == most) {
        stopping = true;
        break;
      }
    }
    if (doubles | u64(hasDouble)) {
      hasDouble = undouble(block, bits, doubles, hasDouble, at, quote);
    }
    if (stopping || out - row > rowSize) break;
    inner += <i32>popcnt(innerEnds) - innerBefore;
    odd = odd || oddBits != 0;
  }
  if (load<i32>(state, NULL_LENGTH) >= 0) markNulls(first, row, pos, end, quote);
  fastAt = start;
  fastRecords = made;
  fastLines = lines;
}

/** Writes the entry of the cell [cell, end), without the quotes around it if there are; returns where the next cell starts. */
// @ts-ignore: decorator
@inline
function writeCell(out: usize, cell: usize, end: usize, quote: i32): usize {
  const quoted = <usize>(<i32>load<u8>(cell) == quote);
  store<u64>(out, <u64>(cell + quoted) | (<u64>(end - cell - (quoted << 1)) << 32));
  return end + 1;
}

/**
 * Copies the cells of a block that have doubled quotes to scratch memory, with single ones. `open`: the first has one in the block before.
 * Returns whether the cell after the last has one.
 */
function undouble(block: usize, bits: u64, doubles: u64, open: bool, at: usize, quote: i32): bool {
  while (true) {
    const before = open ? 0 : bits & below(<i32>ctz(doubles));
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
    doubles &= ~below(<i32>ctz(rest));
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

/** Cells that are just the null sequence, and were not in quotes, get the address 0. */
function markNulls(cell: usize, end: usize, textStart: usize, textEnd: usize, quote: i32): void {
  const length = load<i32>(state, NULL_LENGTH);
  for (; cell < end; cell += 8) {
    if (load<i32>(cell, 4) != length) continue;
    const address = <usize>load<u32>(cell);
    if (address < textStart || address > textEnd || (address > textStart && <i32>load<u8>(address - 1) == quote)) continue;
    if (memory.compare(address, state + NULL_SEQUENCE, length) == 0) store<u64>(cell, 0);
  }
}

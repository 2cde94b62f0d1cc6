import { undouble } from './doubled-quotes';
import {
  COLUMNS, CR_ENDS, DELIMITER, DOUBLE_QUOTE, ESCAPE, ESCAPE_LENGTH, NULL_LENGTH, NULL_SEQUENCE, QUOTE, QUOTE_LENGTH, SCRATCH, SCRATCH_END,
  SKIP_SPACE,
} from './memory-map';
import { countLines, state } from './marks';
import { keptSplat } from '../kept-vector';
import { takeFrom, takenAt, takenRecords, takeRows } from './taken-rows';
import { highBits, malformedBits } from '../text/utf8-block';

const LF: i32 = 10;
const CR: i32 = 13;
const SPACE: i32 = 32;
const BLOCK: usize = 64;
/** Bytes whose cells are written before their records are looked at, from the first to the most: little is read in vain where much is odd. */
const FIRST_STRETCH: usize = 4 * BLOCK;
const LONGEST_STRETCH: usize = 128 * BLOCK;

/** What `readFast` leaves: where it stopped, always at a record's start; records written until then; line ends passed. */
export let fastAt: usize = 0;
export let fastRecords: i32 = 0;
export let fastLines: i32 = 0;

/** 64 bytes. */
// @ts-ignore: decorator
@inline
function mask(a: v128, b: v128, c: v128, d: v128, byte: v128): u64 {
  return highBits(i8x16.eq(a, byte), i8x16.eq(b, byte), i8x16.eq(c, byte), i8x16.eq(d, byte));
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
 *
 * Cells are written for a stretch of blocks, then the records they make are looked at: so the loop over blocks has no calls, across
 * which no variable keeps its register, and few branches that cannot be foretold.
 */
export function readFast(pos: usize, end: usize, cells: usize, records: usize, made: i32, most: i32): void {
  const rowSize = <usize>load<i32>(state, COLUMNS) << 3;
  const delimiterByte = v128.splat<i8>(load<i8>(state, DELIMITER));
  const hasQuote = load<i32>(state, QUOTE_LENGTH) != 0;
  const quote = hasQuote ? <i32>load<u8>(state, QUOTE) : -1;
  const quoteByte = v128.splat<i8>(<i8>quote);
  const doubled = load<i32>(state, DOUBLE_QUOTE) != 0;
  const crEnds = load<i32>(state, CR_ENDS) != 0;
  const lfByte = keptSplat(LF);
  // Where CR is nothing special a NUL stands for it, which is looked for anyway.
  const crByte = v128.splat<i8>(<i8>(crEnds ? CR : 0));
  const zero = v128.splat<i8>(0);
  const one = keptSplat(1);
  const hasEscape = load<i32>(state, ESCAPE_LENGTH) != 0;
  const escapeByte = v128.splat<i8>(load<i8>(state, ESCAPE));
  const skipSpace = load<i32>(state, SKIP_SPACE) != 0;
  const spaceByte = v128.splat<i8>(<i8>SPACE);

  const first = cells + <usize>made * rowSize;
  const full = cells + <usize>most * rowSize;
  // Where the entries of the record at hand are and those of the cell at hand will be, and where that cell starts.
  let row = first;
  let out = first;
  let cell = pos;
  let stretch = FIRST_STRETCH;
  // Of the cell at hand: a doubled quote.
  let hasDouble = false;
  // Line ends in quotes, if there were any.
  let innerEnds: u64 = 0;
  // All ones while in quotes.
  let inQuote: u64 = 0;
  // Of the byte before the block: it ends a cell; it closes a quote. Whether one of the three before is not ASCII.
  let separatedBefore: u64 = 1;
  let closedBefore: u64 = 0;
  let highBefore: u64 = 0;
  takeFrom(pos, made);

  for (let at = pos; at < end; ) {
    const stop = min(end, at + stretch);
    let lineEnds = 0;
    let block: usize;
    let bits: u64;
    let ends: u64;
    let doubles: u64;
    let stray: u64;
    do {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at, 32);
      const d = v128.load(at, 48);
      const there = end - at >= BLOCK ? ~(<u64>0) : below(<i32>(end - at));
      const delimiters = mask(a, b, c, d, delimiterByte) & there;
      const lfs = mask(a, b, c, d, lfByte) & there;
      let crs: u64 = 0;
      ends = lfs;
      stray = 0;
      doubles = 0;
      // What is rare is looked for in all 64 bytes at once. The signed comparison finds NUL and bytes from 0x80 (negative).
      const rare = v128.or(
        v128.or(v128.or(i8x16.lt_s(a, one), i8x16.eq(a, crByte)), v128.or(i8x16.lt_s(b, one), i8x16.eq(b, crByte))),
        v128.or(v128.or(i8x16.lt_s(c, one), i8x16.eq(c, crByte)), v128.or(i8x16.lt_s(d, one), i8x16.eq(d, crByte))),
      );
      if (u64(v128.any_true(rare)) | highBefore) {
        stray = mask(a, b, c, d, zero);
        const high = highBits(a, b, c, d);
        if (high | highBefore) stray |= malformedBits(at == pos ? zero : v128.load(at - 16), a, b, c, d);
        stray &= there;
        highBefore = high >> 61;
        if (crEnds) {
          crs = mask(a, b, c, d, crByte) & there;
          // A CR ends the record unless an LF does after it; what comes after the last byte is not known.
          let alone = crs & ~(lfs >> 1);
          if (end - at <= BLOCK) alone &= ~(<u64>1 << (<i32>(end - at) - 1));
          else if (load<u8>(at, 64) == LF) alone &= ~(<u64>1 << 63);
          ends |= alone;
        }
      }

      let separators = delimiters | ends;
      let breaks = delimiters | lfs | crs;
      let quotes: u64 = 0;
      if (hasQuote) quotes = mask(a, b, c, d, quoteByte) & there;
      if (quotes | inQuote | closedBefore) {
        const within = prefixXor(quotes) ^ inQuote;
        const opening = quotes & within;
        const closing = quotes & ~within;
        const afterClosing = (closing << 1) | closedBefore;
        innerEnds |= ends & within;
        separators &= ~within;
        ends &= ~within;
        breaks &= ~within;
        doubles = opening & afterClosing;
        // A quote opens a cell, or doubles one that seemed to close it; after one that closes comes the end of the cell, or such a quote.
        stray |= (opening & ~((breaks << 1) | separatedBefore | afterClosing)) | (afterClosing & there & ~(breaks | quotes));
        if (!doubled) stray |= doubles;
        inQuote = <u64>(<i64>within >> 63);
        closedBefore = closing >> 63;
      }
      if (hasEscape) stray |= mask(a, b, c, d, escapeByte) & there;
      if (skipSpace) stray |= ((breaks << 1) | separatedBefore) & mask(a, b, c, d, spaceByte) & there & ~delimiters;
      separatedBefore = breaks >> 63;

      bits = separators;
      if (stray) {
        // From the first stray byte on nothing is certain.
        bits &= below(<i32>ctz(stray));
        ends &= bits;
      }
      lineEnds += <i32>popcnt(ends);
      block = out;
      if (bits) {
        out += <usize>popcnt(bits) << 3;
        let to = block;
        let left = bits;
        if (quotes || <i32>load<u8>(cell) == quote) {
          do {
            cell = writeCell(to, cell, at + <usize>ctz(left), quote);
            left &= left - 1;
            to += 8;
          } while (to < out);
        } else {
          do {
            // Four at a time, so that little branches on how many there are: what is written beyond `out` is written over.
            cell = writePlainCell(to, cell, at + <usize>ctz(left));
            left &= left - 1;
            cell = writePlainCell(to + 8, cell, at + <usize>ctz(left));
            left &= left - 1;
            cell = writePlainCell(to + 16, cell, at + <usize>ctz(left));
            left &= left - 1;
            cell = writePlainCell(to + 24, cell, at + <usize>ctz(left));
            left &= left - 1;
            to += 32;
          } while (to < out);
        }
        cell = at + (64 - <usize>clz(bits));
      }
      at += BLOCK;
    } while (at < stop && out < full && !(stray | doubles | u64(hasDouble)));

    const toUndouble = (doubles | u64(hasDouble)) != 0;
    // What is written to scratch memory is no longer than the cells it comes from.
    const fits = !toUndouble || !bits || <usize>load<u32>(state, SCRATCH) + (at - load<u32>(block)) <= <usize>load<u32>(state, SCRATCH_END);
    if (!fits) {
      out = block;
      lineEnds -= <i32>popcnt(ends);
    }
    const rows = <i32>((out - row) / rowSize);
    const sound = takeRows(row, rows, lineEnds, records, most);
    if (toUndouble && fits) hasDouble = undouble(block, bits, doubles, hasDouble, quote);
    if (!sound || !fits || stray || takenRecords == most) break;
    row += <usize>rows * rowSize;
    stretch = min(2 * stretch, LONGEST_STRETCH);
  }
  fastAt = takenAt;
  fastRecords = takenRecords;
  fastLines = innerEnds ? countLines(pos, takenAt) : takenRecords - made;
  if (load<i32>(state, NULL_LENGTH) >= 0) markNulls(first, cells + <usize>takenRecords * rowSize, pos, end, quote);
}

/** Writes the entry of the cell [cell, end), without the quotes around it if there are; returns where the next cell starts. */
// @ts-ignore: decorator
@inline
function writeCell(out: usize, cell: usize, end: usize, quote: i32): usize {
  const quoted = <usize>(<i32>load<u8>(cell) == quote);
  store<u64>(out, <u64>(cell + quoted) | (<u64>(end - cell - (quoted << 1)) << 32));
  return end + 1;
}

/** Likewise of a cell that is known not to be in quotes. */
// @ts-ignore: decorator
@inline
function writePlainCell(out: usize, cell: usize, end: usize): usize {
  store<u32>(out, <u32>cell);
  store<u32>(out, <u32>(end - cell), 4);
  return end + 1;
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

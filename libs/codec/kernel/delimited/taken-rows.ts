import { COLUMNS, COMMENT, COMMENT_LENGTH, CR_ENDS, MAX_FIELD, MAX_RECORD, QUOTE, QUOTE_LENGTH, RECORD_SIZE } from './memory-map';
import { state } from './marks';

const LF: i32 = 10;
const CR: i32 = 13;
const CTRL_Z: i32 = 0x1a;

/** Records written so far, and where the next starts. */
export let takenRecords: i32 = 0;
export let takenAt: usize = 0;

export function takeFrom(pos: usize, made: i32): void {
  takenAt = pos;
  takenRecords = made;
}

/**
 * Writes the records that the `rows` rows of entries from `row` make, but no more than `most` in all. `lineEnds` of the cells in
 * those rows and after them end a line. Returns false, and takes only what comes before it, if one is not as it should be: it has
 * another number of cells, is over a limit, blank or a comment.
 */
export function takeRows(row: usize, rows: i32, lineEnds: i32, records: usize, most: i32): bool {
  const columns = load<i32>(state, COLUMNS);
  const rowSize = <usize>columns << 3;
  const quote = load<i32>(state, QUOTE_LENGTH) ? <i32>load<u8>(state, QUOTE) : -1;
  const comment = load<i32>(state, COMMENT_LENGTH) ? <i32>load<u8>(state, COMMENT) : -1;
  const crEnds = load<i32>(state, CR_ENDS) != 0;
  const longest = <usize>min(load<u32>(state, MAX_FIELD), load<u32>(state, MAX_RECORD));
  const count = min(rows, most - takenRecords);
  const before = takenAt;
  let start = before;
  let entry = row + rowSize - 8;
  let record = records + takenRecords * RECORD_SIZE;
  let taken = 0;
  for (; taken < count; taken++) {
    const length = load<u32>(entry, 4);
    const end = endOf(entry, quote, crEnds);
    const byte = <i32>load<u8>(end);
    if (byte != LF && !(crEnds && byte == CR)) break;
    let body = end;
    if (crEnds && byte == LF && end > start && load<u8>(end - 1) == CR) {
      body = end - 1;
      store<u32>(entry, length - 1, 4);
    }
    const firstByte = <i32>load<u8>(start);
    if (end - start > longest || firstByte == comment || (columns == 1 && (body == start || firstByte == CTRL_Z))) break;
    store<u64>(record, <u64>start | (<u64>body << 32));
    record += RECORD_SIZE;
    entry += rowSize;
    start = end + 1;
  }
  const sound = taken == rows && lineEnds == rows;
  if (!sound) {
    const even = evenRows(row, taken, columns, quote, crEnds);
    if (even < taken) {
      taken = even;
      start = even ? afterEnd(load<u32>(records + (takenRecords + even - 1) * RECORD_SIZE, 4), crEnds) : before;
    }
  }
  takenRecords += taken;
  takenAt = start;
  return sound;
}

/**
 * Where the cell of an entry ends: at a delimiter or a line end. One in quotes is said to be without them, and if CR and LF come
 * after it, to be one byte longer.
 */
// @ts-ignore: decorator
@inline
function endOf(entry: usize, quote: i32, crEnds: bool): usize {
  const end = <usize>(load<u32>(entry) + load<u32>(entry, 4));
  const byte = <i32>load<u8>(end);
  return end + usize(byte == quote || (crEnds && byte == CR && load<u8>(end, 1) == LF));
}

/** Rows of the first `rows` before one that has the end of a line inside. */
function evenRows(row: usize, rows: i32, columns: i32, quote: i32, crEnds: bool): i32 {
  for (let i = 0; i < rows; i++) {
    for (let last = row + (<usize>(columns - 1) << 3); row < last; row += 8) {
      const byte = <i32>load<u8>(endOf(row, quote, crEnds));
      if (byte == LF || (crEnds && byte == CR)) return i;
    }
    row += 8;
  }
  return rows;
}

/** Where the line goes on whose end is at `pos`. */
function afterEnd(pos: usize, crEnds: bool): usize {
  return pos + 1 + usize(crEnds && load<u8>(pos) == CR && load<u8>(pos, 1) == LF);
}

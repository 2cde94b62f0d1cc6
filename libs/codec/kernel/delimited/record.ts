import { findMalformed, hasNul, isPlain, keep, keepMended } from './cell';
import {
  BAD_CELL, BAD_CODE, BAD_COMMENT, BAD_END, BAD_RECORD, BARE_QUOTES, BLANK, CELLS, COLUMNS, COMMENT, COMMENTS, COMMENT_LENGTH, CTRL_Z, DOUBLE_QUOTE,
  ESCAPE, ESCAPE_LENGTH, LETTERS, LONG, MARGIN, MAX_COLUMNS, MAX_FIELD, MAX_RECORD, MULTI_SPACE, NUL_CELLS, NULL_LENGTH, NULL_SEQUENCE,
  ON_BARE_QUOTE, ON_BLANK, ON_INVALID, ON_LONG, ON_NUL, ON_SHORT, ON_TEXT_AFTER, ON_TRAILING, POLICY_MEND, POLICY_REJECT, QUOTE,
  QUOTE_LENGTH, REJECT_BARE_QUOTE, REJECT_BLANK, REJECT_FIELD_TOO_LONG, REJECT_INVALID, REJECT_LONG, REJECT_NUL,
  REJECT_RECORD_TOO_LONG, REJECT_SHORT, REJECT_TEXT_AFTER, REJECT_UNTERMINATED, REPLACED_CELLS, SCRATCH, SCRATCH_END, SHORT, SKIP_SPACE,
  SPECIAL, TEXT_AFTER, TRAILING,
} from './memory-map';
import { delimiterAt, findTerminator, isSpace, stands, state, terminatorAt } from './marks';

/** The record stands: its cells are written. */
export const RECORD_ROW: i32 = 0;
/** It was blank or a comment, and has been counted. */
export const RECORD_PASSED: i32 = 1;
export const RECORD_REJECTED: i32 = 2;
/** Its end is not there yet. */
export const RECORD_OPEN: i32 = 3;
/** It is over a limit; its end may not be there yet. */
export const RECORD_LONG: i32 = 4;
export const RECORD_SCRATCH: i32 = 5;

/** Where the record just read ends, without its line end; and where the next one starts. */
export let recordEnd: usize = 0;
export let nextRecord: usize = 0;

const CTRL_Z_BYTE: i32 = 0x1a;

// @ts-ignore: decorator
@inline
function count(counter: usize, by: i32): void {
  store<i32>(state + counter, load<i32>(state + counter) + by);
}

// @ts-ignore: decorator
@inline
function policy(oddity: usize): i32 {
  return load<i32>(state + oddity);
}

// @ts-ignore: decorator
@inline
function isSpecial(byte: i32): bool {
  return load<u8>(state + byte, SPECIAL) != 0;
}

function reject(pos: usize, end: usize, code: i32, cell: i32): i32 {
  store<u32>(state, <u32>pos, BAD_RECORD);
  store<u32>(state, <u32>end, BAD_END);
  store<i32>(state, code, BAD_CODE);
  store<i32>(state, cell, BAD_CELL);
  return RECORD_REJECTED;
}

/**
 * The limits of the record at `pos` and its cell at `cell`, which reach to `to` at least: RECORD_LONG if one is passed,
 * with the one that was passed first. Else `otherwise`.
 */
function judge(pos: usize, cell: usize, to: usize, index: i32, otherwise: i32): i32 {
  const field = cell + load<u32>(state, MAX_FIELD);
  const record = pos + load<u32>(state, MAX_RECORD);
  if (to <= field && to <= record) return otherwise;
  const isField = field <= record;
  reject(pos, pos, isField ? REJECT_FIELD_TOO_LONG : REJECT_RECORD_TOO_LONG, isField ? index : -1);
  return RECORD_LONG;
}

/** Bytes at `pos` that an escape before them makes data: a mark or a line end; 0 if none. */
export function escapedAt(pos: usize, end: usize): i32 {
  const quote = load<i32>(state, QUOTE_LENGTH);
  if (quote && stands(state + QUOTE, quote, pos, end)) return quote;
  const escape = load<i32>(state, ESCAPE_LENGTH);
  if (stands(state + ESCAPE, escape, pos, end)) return escape;
  const delimiter = delimiterAt(pos, end);
  return delimiter ? delimiter : terminatorAt(pos, end);
}

/** The control character that an escaped letter at `pos` stands for, or 0. */
function letterAt(pos: usize, end: usize): i32 {
  if (!load<i32>(state, LETTERS) || pos >= end) return 0;
  const byte = <i32>load<u8>(pos);
  return byte == 0x6e ? 0x0a : byte == 0x72 ? 0x0d : byte == 0x74 ? 0x09 : 0;
}

/** Records that hold no cells: comments, blank lines, lines of Ctrl-Z. RECORD_ROW if this is none of them. */
function passEmpty(pos: usize, end: usize, last: bool): i32 {
  const prefix = load<i32>(state, COMMENT_LENGTH);
  if (prefix && stands(state + COMMENT, prefix, pos, end)) {
    const at = findTerminator(pos, end);
    if (at - pos > <usize>load<u32>(state, MAX_RECORD)) {
      store<i32>(state, 1, BAD_COMMENT);
      reject(pos, pos, REJECT_RECORD_TOO_LONG, -1);
      return RECORD_LONG;
    }
    if (!last && at + MARGIN > end) return RECORD_OPEN;
    recordEnd = at;
    nextRecord = at + terminatorAt(at, end);
    count(COMMENTS, 1);
    return RECORD_PASSED;
  }
  let at = pos;
  const first = <i32>load<u8>(pos);
  if (first == CTRL_Z_BYTE) {
    while (at < end && load<u8>(at) == CTRL_Z_BYTE) at++;
  } else {
    const multi = load<i32>(state, MULTI_SPACE) != 0;
    while (at < end && isSpace(load<u8>(at)) && (multi || !delimiterAt(at, end))) at++;
    // Where there is but one column spaces may be its value.
    if (at != pos && !multi && load<i32>(state, COLUMNS) == 1) return RECORD_ROW;
  }
  if (at - pos > <usize>load<u32>(state, MAX_RECORD)) {
    reject(pos, pos, REJECT_RECORD_TOO_LONG, -1);
    return RECORD_LONG;
  }
  if (!last && at + MARGIN > end) return RECORD_OPEN;
  const terminator = terminatorAt(at, end);
  if (at < end && !terminator) return RECORD_ROW;
  recordEnd = at;
  nextRecord = at + terminator;
  if (first == CTRL_Z_BYTE) {
    count(CTRL_Z, 1);
    return RECORD_PASSED;
  }
  if (policy(ON_BLANK) == POLICY_MEND) {
    count(BLANK, 1);
    return RECORD_PASSED;
  }
  return policy(ON_BLANK) == POLICY_REJECT ? reject(pos, at, REJECT_BLANK, -1) : RECORD_ROW;
}

/**
 * Reads the record at `pos`, which is before `end`, and writes its cells at `out`: this is what the dialect and the policies mean,
 * exactly. `last`: nothing comes after `end`. Returns RECORD_*, leaves `recordEnd` and `nextRecord`.
 */
export function readRecord(pos: usize, end: usize, last: bool, out: usize): i32 {
  store<i32>(state, 0, BAD_COMMENT);
  const empty = passEmpty(pos, end, last);
  if (empty != RECORD_ROW) return empty;

  const columns = load<i32>(state, COLUMNS);
  const stored = columns ? columns : load<i32>(state, MAX_COLUMNS);
  const multi = load<i32>(state, MULTI_SPACE) != 0;
  const skipSpace = load<i32>(state, SKIP_SPACE) != 0;
  const doubled = load<i32>(state, DOUBLE_QUOTE) != 0;
  const quote = load<i32>(state, QUOTE_LENGTH);
  const escape = load<i32>(state, ESCAPE_LENGTH);

  let index = 0;
  let structureCode = 0;
  let structureCell = -1;
  let valueCode = 0;
  let valueCell = -1;
  let bareQuotes = 0;
  let textAfter = 0;
  let nulCells = 0;
  let replacedCells = 0;
  let excess = false;
  let p = pos;
  if (multi) while (p < end && isSpace(load<u8>(p))) p++;

  for (; ; index++) {
    if (skipSpace) {
      while (p < end && load<u8>(p) == 0x20 && !delimiterAt(p, end)) p++;
    }
    const cell = p;
    if (!last && p + MARGIN > end) return judge(pos, cell, p, index, RECORD_OPEN);
    const wanted = index < stored;
    const scratchCell = <usize>load<u32>(state, SCRATCH);
    // The value is what went to scratch memory, if anything did, and [run, p).
    let run = p;
    let runEnd = p;
    let inQuotes = false;
    let isQuoted = false;
    let bare = false;
    let filled = false;

    if (quote && stands(state + QUOTE, quote, p, end)) {
      isQuoted = true;
      inQuotes = true;
      p += quote;
      run = p;
      while (true) {
        while (p < end && !isSpecial(load<u8>(p))) p++;
        if (p >= end) {
          if (!last) return judge(pos, cell, end, index, RECORD_OPEN);
          break;
        }
        if (!last && p + MARGIN > end) return judge(pos, cell, p, index, RECORD_OPEN);
        if (escape && stands(state + ESCAPE, escape, p, end)) {
          const escaped = escapedAt(p + escape, end);
          if (escaped && wanted && !keep(run, p - run)) return RECORD_SCRATCH;
          p += escape;
          if (escaped) run = p;
          p += escaped;
        } else if (stands(state + QUOTE, quote, p, end)) {
          if (doubled && stands(state + QUOTE, quote, p + quote, end)) {
            if (wanted && !keep(run, p + quote - run)) return RECORD_SCRATCH;
            p += 2 * quote;
            run = p;
          } else {
            inQuotes = false;
            break;
          }
        } else {
          p++;
        }
      }
      if (inQuotes) {
        // The end of the file: the quote was never closed.
        if (judge(pos, cell, end, index, RECORD_OPEN) == RECORD_LONG) return RECORD_LONG;
        return rejectUnterminated(pos, cell, end, index);
      }
      runEnd = p;
      const closing = p;
      filled = closing > cell + quote;
      p += quote;
      const after = p;
      if (!multi) while (p < end && isSpace(load<u8>(p)) && !delimiterAt(p, end)) p++;
      if (!last && p + MARGIN > end) return judge(pos, cell, p, index, RECORD_OPEN);
      const separated = p >= end || delimiterAt(p, end) || terminatorAt(p, end);
      if (p > after || !separated) {
        if (!separated && findTerminator(cell, closing) < closing) {
          // A cell of several lines that goes on after its quote: most likely the quote was closed by one that opens another cell.
          if (judge(pos, cell, p, index, RECORD_OPEN) == RECORD_LONG) return RECORD_LONG;
          return rejectUnterminated(pos, cell, end, index);
        }
        textAfter++;
        if (!structureCode && policy(ON_TEXT_AFTER) == POLICY_REJECT) {
          structureCode = REJECT_TEXT_AFTER;
          structureCell = index;
        }
        if (!separated) {
          if (wanted && !keep(run, closing - run)) return RECORD_SCRATCH;
          run = after;
          p = after;
          filled = true;
        }
      }
      inQuotes = !separated;
    } else {
      inQuotes = true;
    }

    if (inQuotes) {
      // Not in quotes, or after them: up to the next delimiter or line end.
      while (true) {
        while (p < end && !isSpecial(load<u8>(p))) p++;
        if (p >= end) {
          if (!last) return judge(pos, cell, end, index, RECORD_OPEN);
          break;
        }
        if (!last && p + MARGIN > end) return judge(pos, cell, p, index, RECORD_OPEN);
        if (delimiterAt(p, end) || terminatorAt(p, end)) break;
        if (escape && stands(state + ESCAPE, escape, p, end)) {
          const escaped = escapedAt(p + escape, end);
          const letter = escaped ? 0 : letterAt(p + escape, end);
          if ((escaped || letter) && wanted && !keep(run, p - run)) return RECORD_SCRATCH;
          p += escape;
          if (escaped) run = p;
          p += escaped;
          if (letter) {
            if (wanted) {
              const to = <usize>load<u32>(state, SCRATCH);
              if (to >= <usize>load<u32>(state, SCRATCH_END)) return RECORD_SCRATCH;
              store<u8>(to, <u8>letter);
              store<u32>(state, <u32>(to + 1), SCRATCH);
            }
            p++;
            run = p;
          }
        } else {
          if (quote && !isQuoted && stands(state + QUOTE, quote, p, end)) bare = true;
          p++;
        }
      }
      runEnd = p;
      if (!isQuoted) filled = p > cell;
    }
    if (bare) {
      bareQuotes++;
      if (!structureCode && policy(ON_BARE_QUOTE) == POLICY_REJECT) {
        structureCode = REJECT_BARE_QUOTE;
        structureCell = index;
      }
    }
    if (judge(pos, cell, p, index, RECORD_OPEN) == RECORD_LONG) return RECORD_LONG;

    if (wanted) {
      let address = run;
      let length = runEnd - run;
      const inScratch = <usize>load<u32>(state, SCRATCH) - scratchCell;
      if (inScratch) {
        if (!keep(run, length)) return RECORD_SCRATCH;
        address = scratchCell;
        length += inScratch;
      }
      const nullLength = load<i32>(state, NULL_LENGTH);
      if (!isQuoted && nullLength >= 0 && <i32>(p - cell) == nullLength && memory.compare(cell, state + NULL_SEQUENCE, nullLength) == 0) {
        address = 0;
        length = 0;
      } else if (!isPlain(address, length)) {
        if (hasNul(address, length)) {
          nulCells++;
          if (!valueCode && policy(ON_NUL) == POLICY_REJECT) {
            valueCode = REJECT_NUL;
            valueCell = index;
          }
        }
        if (findMalformed(address, address + length) < address + length) {
          if (policy(ON_INVALID) == POLICY_REJECT) {
            if (!valueCode) {
              valueCode = REJECT_INVALID;
              valueCell = index;
            }
          } else {
            replacedCells++;
            const mended = <usize>load<u32>(state, SCRATCH);
            if (!keepMended(address, address + length)) return RECORD_SCRATCH;
            address = mended;
            length = <usize>load<u32>(state, SCRATCH) - mended;
          }
        }
      }
      store<u32>(out + (<usize>index << 3), <u32>address);
      store<u32>(out + (<usize>index << 3), <u32>length, 4);
    } else if (filled) {
      excess = true;
    }

    let step = delimiterAt(p, end);
    if (multi) {
      while (p < end && isSpace(load<u8>(p))) p++;
      if (!last && p + MARGIN > end) return judge(pos, p, p, index, RECORD_OPEN);
      if (p >= end || terminatorAt(p, end)) step = 0;
    } else {
      p += step;
    }
    if (!step) break;
  }

  const cells = index + 1;
  if (judge(pos, p, p, index, RECORD_OPEN) == RECORD_LONG) return RECORD_LONG;
  recordEnd = p;
  nextRecord = p + terminatorAt(p, end);
  store<i32>(state, cells, CELLS);
  let short = 0;
  let long = 0;
  let trailing = 0;
  if (columns) {
    if (cells < columns) {
      short = 1;
      if (!structureCode && policy(ON_SHORT) == POLICY_REJECT) {
        structureCode = REJECT_SHORT;
        structureCell = cells;
      }
      for (let i = cells; i < columns; i++) store<u64>(out + (<usize>i << 3), 0);
    } else if (cells > columns) {
      if (excess) long = 1;
      else trailing = 1;
      if (!structureCode && policy(excess ? ON_LONG : ON_TRAILING) == POLICY_REJECT) structureCode = REJECT_LONG;
    }
  }
  if (structureCode || valueCode) {
    return reject(pos, recordEnd, structureCode ? structureCode : valueCode, structureCode ? structureCell : valueCell);
  }
  if (bareQuotes | textAfter | nulCells | replacedCells | short | long | trailing) {
    count(BARE_QUOTES, bareQuotes);
    count(TEXT_AFTER, textAfter);
    count(NUL_CELLS, nulCells);
    count(REPLACED_CELLS, replacedCells);
    count(SHORT, short);
    count(LONG, long);
    count(TRAILING, trailing);
  }
  return RECORD_ROW;
}

/** The record up to the end of the line where its cell at `cell` opens a quote is rejected; reading goes on after that. */
function rejectUnterminated(pos: usize, cell: usize, end: usize, index: i32): i32 {
  recordEnd = findTerminator(cell, end);
  nextRecord = recordEnd + terminatorAt(recordEnd, end);
  return reject(pos, recordEnd, REJECT_UNTERMINATED, index);
}

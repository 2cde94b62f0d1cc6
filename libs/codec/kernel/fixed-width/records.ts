import { writeCell } from './cell';
import { count, refusal, writeMarkedCell } from './escape';
import {
  AT_INPUT, AT_OUTPUT, BAD_CODE, BAD_FIELD, BAD_LENGTH, BAD_RECORD, BLANK, BOUNDARIES, BOUNDARY_COUNT, BOUNDARY_SIZE,
  COMMENT, COMMENTS, COMMENT_FIRST, COMMENT_LENGTH, COUNTERS_BEFORE, CTRL_Z, EXTENT, FIELDS, FIELD_COUNT, FIELD_SIZE, F_START, F_WIDTH,
  LINES, LONG, MAX_RECORD, NEWLINE, ON_BLANK, ON_LONG, ON_NUL, ON_SHORT, OPEN_ENDED, POLICY_MEND, POLICY_REJECT,
  QUOTE_EMPTY, RECORD_LENGTH, REJECT_BLANK, REJECT_LONG, REJECT_SHORT, RESOLVED, ROWS, ROW_BOUND, SHORT, STOP_INPUT,
  STOP_OUTPUT, STOP_REJECT, STOP_TOO_LONG, STRIP_CR, STRIP_CTRL_Z,
} from './memory-map';
import { endsPast, locate, resolve, resolveLocated } from './placement';
import { findByte, isBlank, isClean, isRunOf } from './scan';

const TAB: u8 = 9;
const LF: u8 = 10;
const CR: u8 = 13;

const DATA: i32 = 0;
const BLANK_LINE: i32 = 1;
const COMMENT_LINE: i32 = 2;
const CTRL_Z_LINE: i32 = 3;

/**
 * Turns the whole records of [pos, end) into rows from `out` on, until `out` passes `soft` or a row might pass `limit`.
 * Returns STOP_*, leaves where it stopped and what it counted in the state block.
 */
export function convertRecords(pos: usize, end: usize, out: usize, soft: usize, limit: usize): i32 {
  const fields = <usize>load<u32>(FIELDS);
  const fieldsEnd = fields + load<u32>(FIELD_COUNT) * FIELD_SIZE;
  const fixed = load<i32>(RECORD_LENGTH);
  const newline = load<i32>(NEWLINE);
  const stripCr = load<i32>(STRIP_CR) != 0;
  const commentFirst = load<i32>(COMMENT_FIRST);
  const extent = load<i32>(EXTENT);
  const open = load<i32>(OPEN_ENDED) != 0;
  const maxRecord = load<i32>(MAX_RECORD);
  const boundaries = load<i32>(BOUNDARIES) != 0;
  const quoteEmpty = load<i32>(QUOTE_EMPTY) != 0;
  let lines = 0;
  let rows = 0;
  let status = STOP_INPUT;
  // Length of the record before with and without its line end: the next one is tried at that length first.
  let stride: usize = 0;
  let body: i32 = 0;

  while (pos < end) {
    if (out >= soft) {
      status = STOP_OUTPUT;
      break;
    }
    let length: i32;
    let next = pos + stride;
    let clean: bool = false;
    if (fixed) {
      if (<i32>(end - pos) < fixed) break;
      length = fixed;
      next = pos + fixed;
      clean = isClean(pos, length);
    } else if (
      stride && next <= end && <i32>load<u8>(next - 1) == newline && (<i32>stride - body == 1 || load<u8>(next - 2) == CR) && isClean(pos, body)
    ) {
      // A clean stretch holds no line end, so this is where the record ends.
      length = body;
      clean = true;
    } else {
      const at = findByte(pos, end, newline);
      if (at == end) break;
      next = at + 1;
      length = <i32>(at - pos);
      if (stripCr && length && load<u8>(at - 1) == CR) length--;
      stride = next - pos;
      body = length;
      clean = isClean(pos, length);
    }
    if (length > maxRecord) {
      lines++;
      store<u32>(BAD_RECORD, <u32>pos);
      store<i32>(BAD_LENGTH, length);
      status = STOP_TOO_LONG;
      break;
    }

    let reject = 0;
    const first = <i32>load<u8>(pos);
    if (first <= 0x20 || first == commentFirst) {
      const kind = classify(pos, length);
      if (kind != DATA) {
        const onBlank = load<i32>(ON_BLANK);
        if (kind != BLANK_LINE || onBlank == POLICY_MEND) {
          count(kind == BLANK_LINE ? BLANK : kind == COMMENT_LINE ? COMMENTS : CTRL_Z);
          lines++;
          pos = next;
          continue;
        }
        if (onBlank == POLICY_REJECT) reject = REJECT_BLANK;
      }
    }

    let reached = length;
    let excess = extent;
    let bound: i32;
    if (boundaries && !clean) {
      reached = locate(pos, length);
      excess = load<i32>(load<u32>(BOUNDARIES) + (load<u32>(BOUNDARY_COUNT) - 1) * BOUNDARY_SIZE, 4);
      bound = resolveLocated(fields, fieldsEnd, length);
    } else {
      const counted = open ? length : min(length, extent);
      if (counted != load<i32>(RESOLVED)) resolve(fields, fieldsEnd, counted);
      bound = load<i32>(ROW_BOUND);
    }
    if (!clean) {
      bound *= 3;
      copyCounters(SHORT, COUNTERS_BEFORE);
    }
    if (out + <usize>bound > limit) {
      status = STOP_OUTPUT;
      break;
    }

    lines++;
    const row = out;
    let field = fields;
    if (reject) {
      field = fieldsEnd;
    } else if (reached < extent) {
      if (load<i32>(ON_SHORT) == POLICY_REJECT) {
        reject = REJECT_SHORT;
        while (!endsPast(field, reached)) field += FIELD_SIZE;
      } else {
        count(SHORT);
      }
    } else if (!open && length > excess && !isBlank(pos + excess, length - excess, load<i32>(ON_NUL) == POLICY_MEND)) {
      if (load<i32>(ON_LONG) == POLICY_REJECT) {
        reject = REJECT_LONG;
        field = fieldsEnd;
      } else {
        count(LONG);
      }
    }

    if (!reject) {
      if (clean) {
        for (; field < fieldsEnd; field += FIELD_SIZE) {
          out = writeCell(field, pos, out);
          store<u8>(out++, TAB);
        }
      } else {
        for (; field < fieldsEnd; field += FIELD_SIZE) {
          if (isClean(pos + load<i32>(field, F_START), load<i32>(field, F_WIDTH))) out = writeCell(field, pos, out);
          else {
            const written = writeMarkedCell(field, pos, out);
            if (!written) {
              reject = refusal;
              break;
            }
            out = written;
          }
          store<u8>(out++, TAB);
        }
      }
    }
    if (reject) {
      // Notices are of rows that stand. A clean row that is rejected has counted nothing yet.
      if (!clean) copyCounters(COUNTERS_BEFORE, SHORT);
      out = row;
      store<u32>(BAD_RECORD, <u32>pos);
      store<i32>(BAD_LENGTH, length);
      store<i32>(BAD_FIELD, field < fieldsEnd ? <i32>((field - fields) / FIELD_SIZE) : -1);
      store<i32>(BAD_CODE, reject);
      pos = next;
      status = STOP_REJECT;
      break;
    }
    if (quoteEmpty && out == row + 1) {
      store<u16>(row, 0x2222);
      out = row + 3;
    }
    store<u8>(out - 1, LF);
    rows++;
    pos = next;
  }
  store<u32>(AT_INPUT, <u32>pos);
  store<u32>(AT_OUTPUT, <u32>out);
  store<i32>(LINES, lines);
  store<i32>(ROWS, rows);
  return status;
}

// @ts-ignore: decorator
@inline
function copyCounters(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}

/** Passes over up to `wanted` records of [pos, end); returns how many, leaves where it stopped in the state block. */
export function skipRecords(pos: usize, end: usize, wanted: i32): i32 {
  const fixed = load<u32>(RECORD_LENGTH);
  const newline = load<i32>(NEWLINE);
  const maxRecord = <usize>load<u32>(MAX_RECORD);
  let skipped = 0;
  for (; skipped < wanted && pos < end; skipped++) {
    const at = fixed ? pos + fixed : findByte(pos, end, newline) + 1;
    // A line over the limit is left for the host to refuse; one byte more may be a CR.
    if (at > end || at - pos > maxRecord + 2) break;
    pos = at;
  }
  store<u32>(AT_INPUT, <u32>pos);
  return skipped;
}

function classify(pos: usize, length: i32): i32 {
  const prefix = load<i32>(COMMENT_LENGTH);
  if (prefix && length >= prefix && memory.compare(pos, COMMENT, prefix) == 0) return COMMENT_LINE;
  if (isBlank(pos, length, load<i32>(ON_NUL) == POLICY_MEND)) return BLANK_LINE;
  return load<i32>(STRIP_CTRL_Z) && isRunOf(pos, length, 0x1a) ? CTRL_Z_LINE : DATA;
}

import { isBlank, isClean, isRunOf, findByte } from './scan';
import { count, refusal, writeMarkedCell } from './escape';
import { resolveField, writeCell } from './cell';
import { utf8Step } from './utf8';
import {
  AT_INPUT, AT_OUTPUT, BAD_CODE, BAD_FIELD, BAD_LENGTH, BAD_RECORD, BLANK, BOUNDARIES, BOUNDARY_COUNT, BOUNDARY_SIZE, COMMENT,
  COMMENTS, COMMENT_FIRST, COMMENT_LENGTH, CTRL_Z, EXTENT, FIELDS, FIELD_COUNT, FIELD_SIZE, F_FROM, F_RAW_END, F_RAW_START, F_TO,
  F_WIDTH, F_START, LINES, LONG, MAX_RECORD, NEWLINE, ON_BLANK, ON_LONG, ON_NUL, ON_SHORT, OPEN, OPEN_ENDED, POLICY_MEND,
  POLICY_REJECT, QUOTE_EMPTY, RECORD_LENGTH, REJECT_BLANK, REJECT_LONG, REJECT_SHORT, RESOLVED, ROWS, ROW_BOUND, SHORT, SLACK,
  STOP_INPUT, STOP_OUTPUT, STOP_REJECT, STOP_TOO_LONG, STRIP_CR, STRIP_CTRL_Z,
} from './memory-map';

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
    if (!clean) bound = bound * 3;
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
        while (!ends(field, reached)) field += FIELD_SIZE;
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

/** Whether the field needs more than `reached` units of the record. */
function ends(field: usize, reached: i32): bool {
  const end = load<i32>(field, F_RAW_END);
  return (end == OPEN ? load<i32>(field, F_RAW_START) : end) > reached;
}

function resolve(fields: usize, fieldsEnd: usize, length: i32): void {
  let bound = SLACK;
  for (let field = fields; field < fieldsEnd; field += FIELD_SIZE) {
    const start = min(load<i32>(field, F_RAW_START), length);
    const end = min(load<i32>(field, F_RAW_END), length);
    resolveField(field, start, end);
    bound += end - start + 1;
  }
  store<i32>(RESOLVED, length);
  store<i32>(ROW_BOUND, bound);
}

/** As `resolve`, from the byte offsets that `locate` found. */
function resolveLocated(fields: usize, fieldsEnd: usize, length: i32): i32 {
  const list = <usize>load<u32>(BOUNDARIES);
  let bound = SLACK;
  for (let field = fields; field < fieldsEnd; field += FIELD_SIZE) {
    const start = load<i32>(list + load<i32>(field, F_FROM) * BOUNDARY_SIZE, 4);
    const to = load<i32>(field, F_TO);
    const end = to < 0 ? length : load<i32>(list + to * BOUNDARY_SIZE, 4);
    resolveField(field, start, end);
    bound += end - start + 1;
  }
  store<i32>(RESOLVED, -1);
  return bound;
}

/** Finds the byte offset of each boundary, counting code points; returns how many it passed, at most the last boundary. */
function locate(record: usize, length: i32): i32 {
  const list = <usize>load<u32>(BOUNDARIES);
  const listEnd = list + load<u32>(BOUNDARY_COUNT) * BOUNDARY_SIZE;
  const end = record + <usize>length;
  let pos = record;
  let reached = 0;
  for (let boundary = list; boundary < listEnd; boundary += BOUNDARY_SIZE) {
    const wanted = load<i32>(boundary);
    while (reached < wanted && pos < end) {
      const skip = <i32>min<usize>(<usize>(wanted - reached), end - pos);
      const ascii = <i32>ctz(i8x16.bitmask(v128.load(pos)) | 0x10000);
      const step = min(ascii, skip);
      pos += step;
      reached += step;
      if (step == skip) continue;
      // Takes a plain byte, too, as a sequence of one: it may stand after sixteen others.
      const size = utf8Step(pos, end);
      pos += size < 0 ? -size : size;
      reached++;
    }
    store<i32>(boundary, <i32>(pos - record), 4);
  }
  return reached;
}

import { resolveField } from './cell';
import {
  BOUNDARIES, BOUNDARY_COUNT, BOUNDARY_SIZE, BOUND_MAX, FIELD_SIZE, F_FROM, F_RAW_END, F_RAW_START, F_TO, OPEN,
  RESOLVED, ROW_BOUND, SLACK,
} from './memory-map';
import { utf8Step } from '../text/utf8';

/** Whether the field needs more than `reached` units of the record. */
export function endsPast(field: usize, reached: i32): bool {
  const end = load<i32>(field, F_RAW_END);
  return (end == OPEN ? load<i32>(field, F_RAW_START) : end) > reached;
}

export function resolve(fields: usize, fieldsEnd: usize, length: i32): void {
  let bound = SLACK;
  for (let field = fields; field < fieldsEnd; field += FIELD_SIZE) {
    const start = min(load<i32>(field, F_RAW_START), length);
    const end = min(load<i32>(field, F_RAW_END), length);
    resolveField(field, start, end);
    bound = min(bound + end - start + 1, BOUND_MAX);
  }
  store<i32>(RESOLVED, length);
  store<i32>(ROW_BOUND, bound);
}

/** As `resolve`, from the byte offsets that `locate` found. */
export function resolveLocated(fields: usize, fieldsEnd: usize, length: i32): i32 {
  const list = <usize>load<u32>(BOUNDARIES);
  let bound = SLACK;
  for (let field = fields; field < fieldsEnd; field += FIELD_SIZE) {
    const start = load<i32>(list + load<i32>(field, F_FROM) * BOUNDARY_SIZE, 4);
    const to = load<i32>(field, F_TO);
    const end = to < 0 ? length : load<i32>(list + to * BOUNDARY_SIZE, 4);
    resolveField(field, start, end);
    bound = min(bound + end - start + 1, BOUND_MAX);
  }
  store<i32>(RESOLVED, -1);
  return bound;
}

/** Finds the byte offset of each boundary, counting code points; returns how many it passed, at most the last boundary. */
export function locate(record: usize, length: i32): i32 {
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

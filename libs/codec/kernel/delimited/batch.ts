import { fastAt, fastLines, fastRecords, readFast } from './fast';
import {
  AT, COLUMNS, FAST, LINES, RECORDS, RECORD_SIZE, SCRATCH, STOP_FULL, STOP_INPUT, STOP_LONG, STOP_REJECT, STOP_SCRATCH,
} from './memory-map';
import { countLines, state } from './marks';
import {
  nextRecord, readRecord, recordEnd, RECORD_LONG, RECORD_OPEN, RECORD_REJECTED, RECORD_ROW, RECORD_SCRATCH,
} from './record';

/**
 * Reads the records of [pos, end) into `cells`, until `most` of them are there or one stops it. `last`: nothing comes after `end`.
 * `records`: where the addresses of each record's start and end go. Records in the batch before are counted in RECORDS.
 * Returns STOP_*, leaves where it stopped.
 */
export function readBatch(pos: usize, end: usize, last: bool, cells: usize, records: usize, most: i32): i32 {
  const columns = load<i32>(state, COLUMNS);
  let made = load<i32>(state, RECORDS);
  let lines = load<i32>(state, LINES);
  let status = STOP_INPUT;
  const fast = columns != 0 && load<i32>(state, FAST) != 0;
  while (pos < end) {
    if (made >= most) {
      status = STOP_FULL;
      break;
    }
    if (fast) {
      readFast(pos, end, cells, records, made, most);
      pos = fastAt;
      made = fastRecords;
      lines += fastLines;
      if (pos == end || made == most) continue;
    }
    const scratch = load<u32>(state, SCRATCH);
    const result = readRecord(pos, end, last, cells + (<usize>(made * columns) << 3));
    if (result == RECORD_ROW) {
      store<u32>(records + made * RECORD_SIZE, <u32>pos);
      store<u32>(records + made * RECORD_SIZE, <u32>recordEnd, 4);
      made++;
    } else {
      store<u32>(state, scratch, SCRATCH);
      if (result == RECORD_OPEN) break;
      if (result == RECORD_LONG) {
        status = STOP_LONG;
        break;
      }
      if (result == RECORD_SCRATCH) {
        status = made ? STOP_FULL : STOP_SCRATCH;
        break;
      }
    }
    lines += countLines(pos, nextRecord);
    pos = nextRecord;
    if (result == RECORD_REJECTED) {
      status = STOP_REJECT;
      break;
    }
  }
  store<u32>(state, <u32>pos, AT);
  store<i32>(state, made, RECORDS);
  store<i32>(state, lines, LINES);
  return status;
}

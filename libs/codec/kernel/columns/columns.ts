import { holds } from './byte-set';
import { parseDate, parseDatetime, parseTime } from './calendar';
import { parseDecimal, parseWideDecimal } from './decimals';
import { parseDouble } from './doubles';
import { parseInteger } from './integers';
import {
  FIELD_EMPTY_MISSING, FIELD_FALSE, FIELD_MISSING, FIELD_OFFSET, FIELD_TRUE, FIELD_WORDS, FIELD_WORD_MAX, JOB_CELLS, JOB_NULLS, JOB_TABLES, JOB_ROWS, JOB_STRIDE, JOB_UNSURE,
} from './memory-map';
import { parseUuid } from './uuids';

const STRING: i32 = 0;
const INTEGER: i32 = 1;
const DECIMAL: i32 = 2;
const WIDE_DECIMAL: i32 = 3;
const DOUBLE: i32 = 4;
const BOOLEAN: i32 = 5;
const DATE: i32 = 6;
const TIME: i32 = 7;
const DATETIME: i32 = 8;
const UUID: i32 = 9;
const OTHER: i32 = 10;

/**
 * Reads one column of a batch: slots and present bytes are written, nulls are counted, and the rows whose cell is of another
 * form are listed (their present byte is 1, their slot holds anything). Returns how many those are. `kind` is constant
 * where this is inlined, so that each column function has a loop of its own.
 */
// @ts-ignore: decorator
@inline
function parseColumn(kind: i32, job: usize, field: usize, slots: usize, present: usize): i32 {
  const rows = <usize>load<u32>(job, JOB_ROWS);
  const stride = <usize>load<u32>(job, JOB_STRIDE);
  const unsure = <usize>load<u32>(job, JOB_UNSURE);
  const tables = <usize>load<u32>(job, JOB_TABLES);
  const missing = <usize>load<u32>(field, FIELD_MISSING);
  const emptyMissing = load<i32>(field, FIELD_EMPTY_MISSING) != 0;
  let cell = <usize>load<u32>(job, JOB_CELLS) + load<u32>(field, FIELD_OFFSET);
  let slot = slots;
  let left = unsure;
  let nulls = 0;
  for (let row: usize = 0; row < rows; row++, cell += stride) {
    const at = <usize>load<u32>(cell);
    const length = load<i32>(cell, 4);
    if (!at || (length == 0 && emptyMissing) || holds(missing, at, length)) {
      store<u8>(present + row, 0);
      nulls++;
    } else {
      store<u8>(present + row, 1);
      if (kind == STRING) store<u64>(slot, load<u64>(cell));
      else {
        const sure = length != 0 && (
          kind == INTEGER ? parseInteger(tables, field, at, length, slot)
          : kind == DECIMAL ? parseDecimal(tables, field, at, length, slot)
          : kind == WIDE_DECIMAL ? parseWideDecimal(tables, field, at, length, slot)
          : kind == DOUBLE ? parseDouble(tables, field, at, length, slot)
          : kind == BOOLEAN ? parseBoolean(field, at, length, slot)
          : kind == DATE ? parseDate(tables, at, length, slot)
          : kind == TIME ? parseTime(tables, field, at, length, slot)
          : kind == DATETIME ? parseDatetime(tables, field, at, length, slot)
          : kind == UUID ? parseUuid(at, length, slot)
          : false
        );
        if (!sure) {
          store<u32>(left, <u32>row);
          left += 4;
        }
      }
    }
    slot += kind == WIDE_DECIMAL || kind == UUID ? 16 : 8;
  }
  store<u32>(job, nulls, JOB_NULLS);
  return <i32>((left - unsure) >> 2);
}

// @ts-ignore: decorator
@inline
function parseBoolean(field: usize, at: usize, length: i32, slot: usize): bool {
  if (length <= FIELD_WORD_MAX) {
    // All words at once: a branch on which of them it is would be mispredicted.
    const word = i64x2.splat((load<u64>(at) & ((<u64>1 << (length << 3)) - 1)) | (<u64>length << 56));
    const isTrue = v128.or(i64x2.eq(word, v128.load(field, FIELD_WORDS)), i64x2.eq(word, v128.load(field, FIELD_WORDS + 16)));
    const isFalse = v128.or(i64x2.eq(word, v128.load(field, FIELD_WORDS + 32)), i64x2.eq(word, v128.load(field, FIELD_WORDS + 48)));
    store<u64>(slot, <u64>v128.any_true(isTrue));
    if (v128.any_true(v128.or(isTrue, isFalse))) return true;
  }
  const yes = holds(<usize>load<u32>(field, FIELD_TRUE), at, length);
  store<u64>(slot, <u64>yes);
  return yes || holds(<usize>load<u32>(field, FIELD_FALSE), at, length);
}

export function parseStrings(job: usize, field: usize, slots: usize, present: usize): i32 {
  return parseColumn(STRING, job, field, slots, present);
}

export function parseIntegers(job: usize, field: usize, slots: usize, present: usize): i32 {
  return parseColumn(INTEGER, job, field, slots, present);
}

export function parseDecimals(job: usize, field: usize, slots: usize, present: usize): i32 {
  return parseColumn(DECIMAL, job, field, slots, present);
}

export function parseWideDecimals(job: usize, field: usize, slots: usize, present: usize): i32 {
  return parseColumn(WIDE_DECIMAL, job, field, slots, present);
}

export function parseDoubles(job: usize, field: usize, slots: usize, present: usize): i32 {
  return parseColumn(DOUBLE, job, field, slots, present);
}

export function parseBooleans(job: usize, field: usize, slots: usize, present: usize): i32 {
  return parseColumn(BOOLEAN, job, field, slots, present);
}

export function parseDates(job: usize, field: usize, slots: usize, present: usize): i32 {
  return parseColumn(DATE, job, field, slots, present);
}

export function parseTimes(job: usize, field: usize, slots: usize, present: usize): i32 {
  return parseColumn(TIME, job, field, slots, present);
}

export function parseDatetimes(job: usize, field: usize, slots: usize, present: usize): i32 {
  return parseColumn(DATETIME, job, field, slots, present);
}

export function parseUuids(job: usize, field: usize, slots: usize, present: usize): i32 {
  return parseColumn(UUID, job, field, slots, present);
}

/** Tells nulls only: every other cell is left to the host. */
export function parseOthers(job: usize, field: usize, slots: usize, present: usize): i32 {
  return parseColumn(OTHER, job, field, slots, present);
}

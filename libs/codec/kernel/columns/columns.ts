import { holds, lengthsOf } from './byte-set';
import { parseDate, parseDatetime, parseKnownDate, parseTime } from './calendar';
import {
  parseDecimal, parseShortDecimal, parseShortWideDecimal, parseUsualDecimal, parseWideDecimal, usualPlace, usualStep,
} from './decimals';
import { parseDouble, parseShortDouble } from './doubles';
import { parseInteger, parseShortInteger } from './integers';
import {
  FIELD_EMPTY_MISSING, FIELD_FALSE, FIELD_GREATEST, FIELD_MISSING, FIELD_OFFSET, FIELD_POINT, FIELD_PRECISION, FIELD_SCALE, FIELD_TRUE, FIELD_WORDS, JOB_CELLS, JOB_LEFT, JOB_NULLS, JOB_PRESENT,
  JOB_ROWS, JOB_STRIDE, JOB_TABLES, JOB_UNSURE, POWERS,
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
 * where this is inlined, so that each column function has a loop of its own; what is rare is left to `readCell`, so that the
 * loop's variables have registers.
 */
// @ts-ignore: decorator
@inline
function parseColumn(kind: i32, job: usize, field: usize, slots: usize, present: usize): i32 {
  const tables = <usize>load<u32>(job, JOB_TABLES);
  const stride = <usize>load<u32>(job, JOB_STRIDE);
  const rows = <usize>load<u32>(job, JOB_ROWS);
  const sizeBits: usize = kind == WIDE_DECIMAL || kind == UUID ? 4 : 3;
  const emptyMissing = load<i32>(field, FIELD_EMPTY_MISSING) != 0;
  const usual = lengthsOfShort(kind) & ~lengthsOf(<usize>load<u32>(field, FIELD_MISSING));
  const isLong = kind == UUID || kind == TIME || kind == DATETIME;
  const longest = isLong ? 62 : 31;
  const scale = kind == DECIMAL ? load<i32>(field, FIELD_SCALE) : 0;
  const point = scale ? <i32>load<u8>(field, FIELD_POINT) : -1;
  const step = usualStep(scale);
  const place = usualPlace(tables, scale);
  const bound = kind == DECIMAL ? load<i64>(tables + (<usize>load<u32>(field, FIELD_PRECISION) << 3), POWERS)
    : kind == INTEGER ? load<i64>(field, FIELD_GREATEST)
    : 0;
  store<u32>(job, <u32>present, JOB_PRESENT);
  store<u32>(job, 0, JOB_LEFT);
  memory.fill(present, 1, rows);
  let cell = <usize>load<u32>(job, JOB_CELLS) + load<u32>(field, FIELD_OFFSET);
  let slot = slots;
  let nulls = 0;
  for (const end = slots + (rows << sizeBits); ; ) {
    // No call in here: across one, variables would have no registers.
    for (; slot < end; cell += stride, slot += <usize>1 << sizeBits) {
      const at = <usize>load<u32>(cell);
      const length = load<i32>(cell, 4);
      if (kind == STRING) {
        if (!((usual >> min<u32>(length, 63)) & 1)) break;
        store<u64>(slot, <u64>at | (<u64>length << 32));
      } else {
        // One after the other: both at once are no branches but a number, which takes more instructions.
        if (length > longest) break;
        if (!(isLong ? (usual >> length) & 1 : (<u32>usual >> length) & 1)) break;
        if (kind == DECIMAL && parseUsualDecimal(tables, at, length, slot, scale, point, step, place, bound)) continue;
        if (!parseShort(kind, tables, field, at, length, slot, bound)) break;
      }
    }
    if (slot >= end) break;
    const rowPresent = present + ((slot - slots) >> sizeBits);
    if (emptyMissing && load<i32>(cell, 4) == 0) {
      store<u8>(rowPresent, 0);
      nulls++;
    } else {
      nulls += readCell(kind, job, field, cell, slot, rowPresent);
    }
    cell += stride;
    slot += <usize>1 << sizeBits;
  }
  store<u32>(job, nulls, JOB_NULLS);
  return load<i32>(job, JOB_LEFT);
}

/** Bit i is set if `parseShort` is for cells of i bytes (63: of that or more). */
// @ts-ignore: decorator
@inline
function lengthsOfShort(kind: i32): u64 {
  return kind == STRING ? ~(<u64>1)
    : kind == BOOLEAN ? 0xfe
    : kind == DATE ? 1 << 10
    : kind == UUID ? <u64>1 << 36
    : kind == TIME || kind == DATETIME ? 0x7ffffffffffffffe
    : kind == OTHER ? 0
    : 0x1fffe;
}

/** Reads what most cells are, of a kind other than text; false for others, whether they are values or not. */
// @ts-ignore: decorator
@inline
function parseShort(kind: i32, tables: usize, field: usize, at: usize, length: i32, slot: usize, bound: i64): bool {
  return kind == INTEGER ? parseShortInteger(tables, field, at, length, slot, bound)
    : kind == DECIMAL ? parseShortDecimal(tables, field, at, length, slot)
    : kind == WIDE_DECIMAL ? parseShortWideDecimal(tables, field, at, length, slot)
    : kind == DOUBLE ? parseShortDouble(tables, field, at, length, slot)
    : kind == BOOLEAN ? parseWord(field, at, length, slot)
    : kind == DATE ? parseKnownDate(tables, at, slot)
    : kind == TIME ? parseTime(tables, field, at, length, slot)
    : kind == DATETIME ? parseDatetime(tables, field, at, length, slot)
    : kind == UUID ? parseUuid(at, length, slot)
    : false;
}

/** Reads any cell: what `parseColumn` says of all. 1 for a null. */
function readCell(kind: i32, job: usize, field: usize, cell: usize, slot: usize, present: usize): i32 {
  const at = <usize>load<u32>(cell);
  const length = load<i32>(cell, 4);
  const emptyMissing = load<i32>(field, FIELD_EMPTY_MISSING) != 0;
  if (!at || (length == 0 && emptyMissing) || holds(<usize>load<u32>(field, FIELD_MISSING), at, length)) {
    store<u8>(present, 0);
    return 1;
  }
  if (kind == STRING) {
    store<u64>(slot, load<u64>(cell));
  } else if (!length || !parse(kind, <usize>load<u32>(job, JOB_TABLES), field, at, length, slot)) {
    const left = load<u32>(job, JOB_LEFT);
    store<u32>(<usize>load<u32>(job, JOB_UNSURE) + (<usize>left << 2), <u32>present - load<u32>(job, JOB_PRESENT));
    store<u32>(job, left + 1, JOB_LEFT);
  }
  return 0;
}

function parse(kind: i32, tables: usize, field: usize, at: usize, length: i32, slot: usize): bool {
  switch (kind) {
    case INTEGER: return parseInteger(tables, field, at, length, slot);
    case DECIMAL: return parseDecimal(tables, field, at, length, slot);
    case WIDE_DECIMAL: return parseWideDecimal(tables, field, at, length, slot);
    case DOUBLE: return parseDouble(tables, field, at, length, slot);
    case BOOLEAN: return parseBoolean(field, at, length, slot);
    case DATE: return parseDate(tables, at, length, slot);
    case TIME: return parseTime(tables, field, at, length, slot);
    case DATETIME: return parseDatetime(tables, field, at, length, slot);
    case UUID: return parseUuid(at, length, slot);
    default: return false;
  }
}

// @ts-ignore: decorator
@inline
function parseWord(field: usize, at: usize, length: i32, slot: usize): bool {
  // All words at once: a branch on which of them it is would be mispredicted.
  const word = i64x2.splat((load<u64>(at) & ((<u64>1 << (length << 3)) - 1)) | (<u64>length << 56));
  const isTrue = v128.or(i64x2.eq(word, v128.load(field, FIELD_WORDS)), i64x2.eq(word, v128.load(field, FIELD_WORDS + 16)));
  const isFalse = v128.or(i64x2.eq(word, v128.load(field, FIELD_WORDS + 32)), i64x2.eq(word, v128.load(field, FIELD_WORDS + 48)));
  store<u64>(slot, <u64>v128.any_true(isTrue));
  return v128.any_true(v128.or(isTrue, isFalse));
}

function parseBoolean(field: usize, at: usize, length: i32, slot: usize): bool {
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

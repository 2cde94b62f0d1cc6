// How TypeScript and the kernel share what they know of a batch and of a field. Compiled by both: only untyped integer constants here.
// All blocks are allocated by the host (src/columns/job.ts); nothing has a fixed address.

// --- a job: one batch of rows (u32) ---
/** Address of the first row's cells, and bytes from a row to the next. */
export const JOB_CELLS = 0;
export const JOB_STRIDE = 4;
export const JOB_ROWS = 8;
/** Address of room for one u32 a row: rows whose cell the kernel leaves to the host. */
export const JOB_UNSURE = 12;
/** Written by the kernel. */
export const JOB_NULLS = 16;
/** Address of the tables. */
export const JOB_TABLES = 20;
/** Of the column at hand, for the kernel itself: address of its present bytes, how many rows are listed as unsure. */
export const JOB_PRESENT = 24;
export const JOB_LEFT = 28;
export const JOB_SIZE = 32;

// --- tables: constants, which cost a load from here and four instructions where they stand in the code ---
/** u64 of 10^0 to 10^19, f64 of 10^0 to 10^22. */
export const POWERS = 0;
export const POWERS_F64 = 160;
/** v128 each: bytes of '0', of 9; pairs of 10 and 1 as bytes; of 100 and 1, of 10000 and 1 as i16; bytes that take a value above 9 to 128 or more. */
export const ZEROS = 352;
export const NINES = 368;
export const TENS = 384;
export const TO_SIGN = 400;
export const HUNDREDS = 416;
export const TEN_THOUSANDS = 432;
/** v128: where the digits of YYYY-MM-DD and of HH:MM:SS stand. */
export const DATE_DIGITS = 448;
export const TIME_DIGITS = 464;
/** v128 for each length (0 to 16) and place of the point in it (16: none): which bytes are digits, the last at the end. */
export const DIGITS = 480;
export const DIGITS_STRIDE = 272;
/** Months seen: YYYY-MM- as u64, its first day since 1970-01-01 and number of days (i32). By the top bits of a product. */
export const MONTHS = 5104;
export const MONTH_BITS = 9;
export const MONTHS_SIZE = 8192;
/** v128: the point, of which '0' was taken (xor). */
export const POINTS = 13296;
/** u64 pairs: the upper 128 bits of powers of ten, the highest bit set, upper half first. */
export const LONG_POWERS = 13312;
export const LEAST_POWER = -80;
export const GREATEST_POWER = 80;
export const TABLES_SIZE = 15888;

// --- a field: how the cells of a column are read ---
/** Offset of the column's pair in a row. */
export const FIELD_OFFSET = 0;
/** Addresses of byte sets; 0 = none. Missing values besides the empty cell, and the two values of a boolean. */
export const FIELD_MISSING = 4;
export const FIELD_TRUE = 8;
export const FIELD_FALSE = 12;
/** 1: an empty cell is missing. */
export const FIELD_EMPTY_MISSING = 16;
/** Digits of a decimal after the point and in all. */
export const FIELD_SCALE = 24;
export const FIELD_PRECISION = 28;
/** i64: least and greatest integer; the least is not above 0. */
export const FIELD_LEAST = 32;
export const FIELD_GREATEST = 40;
/** 1: date and time may have a space between them. ZONE_*: whether a Z must end the text. */
export const FIELD_SPACE = 48;
export const FIELD_ZONE = 52;
/** v128: the decimal character, sixteen times. */
export const FIELD_POINT = 64;
/** 4 x v128: up to four words for true and as many for false, as u64 (see FIELD_WORD_MAX). */
export const FIELD_WORDS = 80;
export const FIELD_SIZE = 144;
/** Longest text that is a word: its bytes, zeros after them and its length in the last byte. */
export const FIELD_WORD_MAX = 7;

export const ZONE_NONE = 0;
export const ZONE_UTC = 1;
export const ZONE_EITHER = 2;

// --- the evidence of a column, as libs/table-schema's inference has it (u32) ---
export const EVIDENCE_MARKS = 0;
export const EVIDENCE_INTEGER_DIGITS = 4;
export const EVIDENCE_SCALE = 8;
export const EVIDENCE_SIZE = 12;

// --- a byte set: a few short strings ---
export const SET_COUNT = 0;
/** u64: bit i is set if a string of i bytes is in the set (63: of that or more). */
export const SET_LENGTHS = 8;
export const SET_ENTRIES = 16;
/** An entry: the first 8 bytes (u64, zeros after the end), length, address of the whole. */
export const ENTRY_LENGTH = 8;
export const ENTRY_ADDRESS = 12;
export const ENTRY_SIZE = 16;

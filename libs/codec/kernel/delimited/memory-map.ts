// The state block that TypeScript and the kernel share: offsets from its start. Compiled by both: only untyped integer constants here.
// The host (src/delimited/kernel-state.ts) allocates it, writes the configuration and reads what the kernel leaves.

// --- configuration, written by the host (i32 unless said otherwise) ---
/** Bytes of each mark; 0 = there is none. */
export const DELIMITER_LENGTH = 0;
export const QUOTE_LENGTH = 4;
export const ESCAPE_LENGTH = 8;
/** 0 = LF, CRLF and CR. */
export const TERMINATOR_LENGTH = 12;
export const COMMENT_LENGTH = 16;
/** -1 = there is none; 0 = the empty cell is null. */
export const NULL_LENGTH = 20;
/** 1: cells are parted by runs of spaces and tabs. */
export const MULTI_SPACE = 24;
/** 1: two quotes in a quoted cell stand for one. */
export const DOUBLE_QUOTE = 28;
/** 1: spaces before a cell mean nothing. */
export const SKIP_SPACE = 32;
/** 1: an escaped n, r or t is a control character. */
export const LETTERS = 36;
/** Cells of a record; 0 = not known yet: up to MAX_COLUMNS are stored and none is missing. */
export const COLUMNS = 40;
export const MAX_COLUMNS = 44;
export const MAX_FIELD = 48;
export const MAX_RECORD = 52;
/** POLICY_*: what to do with each oddity. */
export const ON_SHORT = 56;
export const ON_LONG = 60;
export const ON_TRAILING = 64;
export const ON_BLANK = 68;
export const ON_BARE_QUOTE = 72;
export const ON_TEXT_AFTER = 76;
export const ON_NUL = 80;
export const ON_INVALID = 84;
/** 1: the dialect is one of single bytes, which the fast path knows. */
export const FAST = 88;
/** 1: CR ends a record (and an LF after it belongs to it); 0: LF alone does. Of the fast path. */
export const CR_ENDS = 92;
/** The marks' bytes, 16 each; the null sequence has 64. */
export const DELIMITER = 128;
export const QUOTE = 144;
export const ESCAPE = 160;
export const TERMINATOR = 176;
export const COMMENT = 192;
export const NULL_SEQUENCE = 208;
/** 256 bytes: 1 for a byte that may start a mark. */
export const SPECIAL = 320;

// --- state, written by the kernel ---
/** First byte of what is yet to be read; records in the batch; line ends passed. */
export const AT = 576;
export const RECORDS = 580;
export const LINES = 584;
/** Free scratch memory, from and to; set by the host too. */
export const SCRATCH = 588;
export const SCRATCH_END = 592;
/** The record that stopped it: address, end without line end, cell index or -1, REJECT_* code. */
export const BAD_RECORD = 596;
export const BAD_END = 600;
export const BAD_CELL = 604;
export const BAD_CODE = 608;
/** Cells of the record last read, those left out included. */
export const CELLS = 612;
/** Counters, taken and zeroed by the host. */
export const BLANK = 616;
export const COMMENTS = 620;
export const CTRL_Z = 624;
export const SHORT = 628;
export const LONG = 632;
export const TRAILING = 636;
export const BARE_QUOTES = 640;
export const TEXT_AFTER = 644;
export const NUL_CELLS = 648;
export const REPLACED_CELLS = 652;
/** Where `skipRecord` is: SKIP_*. Zeroed by the host at a record's start. */
export const SKIP_STATE = 656;
/** 1: a record that is too long is one of comment. */
export const BAD_COMMENT = 660;

/** 128 x u32 for bytes 0x80..0xff of an 8-bit encoding: up to three UTF-8 bytes, low first, and their count in the top byte. */
export const ENCODING = 704;
export const STATE_SIZE = 1216;

export const POLICY_ACCEPT = 0;
export const POLICY_REJECT = 1;
/** Blank lines are passed over; malformed parts become U+FFFD. */
export const POLICY_MEND = 2;

/** All records that are whole have been read. */
export const STOP_INPUT = 0;
/** The batch has no room for another record. */
export const STOP_FULL = 1;
/** BAD_* has a record to be put into quarantine; AT is after it. */
export const STOP_REJECT = 2;
/** The record at AT is over a limit (BAD_CODE); its end is to be found by `skipRecord`. */
export const STOP_LONG = 3;
/** The record at AT needs more scratch memory than there is for a batch. */
export const STOP_SCRATCH = 4;

export const REJECT_BLANK = 1;
export const REJECT_SHORT = 2;
export const REJECT_LONG = 3;
export const REJECT_BARE_QUOTE = 4;
export const REJECT_TEXT_AFTER = 5;
export const REJECT_UNTERMINATED = 6;
export const REJECT_NUL = 7;
export const REJECT_INVALID = 8;
export const REJECT_FIELD_TOO_LONG = 9;
export const REJECT_RECORD_TOO_LONG = 10;

export const SKIP_CELL = 0;
export const SKIP_BARE = 1;
export const SKIP_QUOTED = 2;
export const SKIP_COMMENT = 3;
/** Found by `skipRecord`: the record has ended. */
export const SKIP_DONE = 4;

/** Bytes that a decision may look ahead: closer to the end of what is there, it waits for more. */
export const MARGIN = 48;
/** Bytes of one entry of the list of records: addresses of its start and end. */
export const RECORD_SIZE = 8;
/** Cells beyond a batch's that the fast path may write before it notices. */
export const CELL_SLACK = 80;

// Where things lie in the memory that TypeScript and the kernel share. Compiled by both: only untyped integer constants here.
// The host (src/fixed-width/kernel-memory.ts) writes the configuration once and lays out fields, boundaries and slots after it.

// --- configuration, written by the host (i32 unless said otherwise) ---
/** Address of the first field entry. */
export const FIELDS = 0;
export const FIELD_COUNT = 4;
/** Address of the boundary list, used when fields count UTF-8 characters; 0 = fields count bytes. */
export const BOUNDARIES = 8;
export const BOUNDARY_COUNT = 12;
/** Bytes of a record that no line end follows; 0 = records end with NEWLINE. */
export const RECORD_LENGTH = 16;
/** The byte that ends a record. */
export const NEWLINE = 20;
/** 1: a CR before the line end belongs to it. */
export const STRIP_CR = 24;
/** Longest record accepted, in bytes. */
export const MAX_RECORD = 28;
/** Greatest `end` of all fields, or `start` of an open one, in the layout's unit. */
export const EXTENT = 32;
/** 1: some field runs to the end of the record, so no record is too long. */
export const OPEN_ENDED = 36;
/** POLICY_*: what to do with each oddity. */
export const ON_BLANK = 40;
export const ON_SHORT = 44;
export const ON_LONG = 48;
export const ON_NUL = 52;
export const ON_INVALID = 56;
/** 1: records of nothing but Ctrl-Z are dropped. */
export const STRIP_CTRL_Z = 60;
/** ESCAPE_* */
export const ESCAPE = 64;
/** 1: bytes from 0x80 are looked up in ENCODING; 0: they are UTF-8. */
export const EIGHT_BIT = 68;
/** First byte of the comment prefix, or -1. */
export const COMMENT_FIRST = 72;
export const COMMENT_LENGTH = 76;
/** 1: a row that would be an empty line is written as two quotes. */
export const QUOTE_EMPTY = 80;
/** v128: the bytes besides controls that the dialect makes special, splatted. */
export const SPECIAL_A = 96;
export const SPECIAL_B = 112;

// --- state, written by the kernel ---
/** Where the kernel stopped reading (the first byte of the next record) and writing. */
export const AT_INPUT = 128;
export const AT_OUTPUT = 132;
/** The record that stopped it: address, length without line end, field index or -1, REJECT_* code. */
export const BAD_RECORD = 136;
export const BAD_LENGTH = 140;
export const BAD_FIELD = 144;
export const BAD_CODE = 148;
/** Length for which field entries are resolved, -1 if for none. Host sets -1 when it changes entries. */
export const RESOLVED = 152;
/** Bytes of output a clean row of the resolved length can take, at most BOUND_MAX. */
export const ROW_BOUND = 156;
/** Counters, taken and zeroed by the host after each call. */
export const LINES = 160;
export const ROWS = 164;
export const BLANK = 168;
export const COMMENTS = 172;
export const SHORT = 176;
export const LONG = 180;
export const NUL_CELLS = 184;
export const REPLACED_CELLS = 188;
export const ESCAPED_CELLS = 192;
export const CTRL_Z = 196;
/** 2 x v128: SHORT to CTRL_Z as they were before the record at hand, for if it is rejected. */
export const COUNTERS_BEFORE = 208;

/** 128 x u32 for bytes 0x80..0xff: up to three UTF-8 bytes, low first, and their count in the top byte. */
export const ENCODING = 256;
/** The comment prefix in the input's encoding. */
export const COMMENT = 768;
export const COMMENT_MAX = 64;
export const HEAP = 1024;

// --- a field entry; the first half is resolved for one record length, the second is the layout's ---
export const FIELD_SIZE = 80;
/** Offset of the cell in the record, and its width, in bytes. */
export const F_START = 0;
export const F_WIDTH = 4;
/** u64: bit i set if byte i is in the cell (widths up to 64). */
export const F_MASK = 8;
/** u64: bits that count as content whatever the byte, so that nothing is trimmed on that side. */
export const F_KEEP = 16;
/** u64: bits kept when all is padding: the last zero of a zero-padded number. */
export const F_KEEP_ALL = 24;
/** v128: the pad byte, splatted. */
export const F_PAD = 32;
export const F_RAW_START = 48;
export const F_RAW_END = 52;
/** TRIM_* bits. */
export const F_TRIM = 56;
/** 16-byte blocks of the cell: 0..4, or 5 for more. */
export const F_BLOCKS = 60;
/** Indexes of start and end in the boundary list; -1 = end of the record. */
export const F_FROM = 64;
export const F_TO = 68;

/** Boundary entry: position in characters (ascending), byte offset found for the record at hand. */
export const BOUNDARY_SIZE = 8;

/** As F_RAW_END of a field that runs to the end of the record. */
export const OPEN = 0x7fffffff;

export const TRIM_LEFT = 1;
export const TRIM_RIGHT = 2;
/** Padding is `0`: a cell of zeros keeps one. */
export const TRIM_ZERO = 4;

export const POLICY_ACCEPT = 0;
export const POLICY_REJECT = 1;
/** Blank lines are dropped; NUL counts as padding and is written as a space; invalid UTF-8 becomes U+FFFD. */
export const POLICY_MEND = 2;

export const ESCAPE_QUOTE = 0;
export const ESCAPE_BACKSLASH = 1;
export const ESCAPE_REJECT = 2;

export const STOP_INPUT = 0;
export const STOP_OUTPUT = 1;
export const STOP_REJECT = 2;
export const STOP_TOO_LONG = 3;

export const REJECT_BLANK = 1;
export const REJECT_SHORT = 2;
export const REJECT_LONG = 3;
export const REJECT_NUL = 4;
export const REJECT_UNESCAPABLE = 5;
export const REJECT_INVALID = 6;

/** Bounds of rows stay here: far beyond the room for any, and three times this is still an i32. */
export const BOUND_MAX = 0x2aaaaaaa;

/** Bytes that may be read past the end of an input and written past the end of an output. */
export const SLACK = 128;

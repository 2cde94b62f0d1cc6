// How TypeScript and the kernel share what a validation knows. Compiled by both: only untyped integer constants here.
// All blocks are allocated by the host (src/validation); nothing has a fixed address. Bytes of `present`: see PRESENT_*.

/** The cell is missing; has a value (or one that the host has yet to read); is no value of its field. */
export const PRESENT_NONE = 0;
export const PRESENT_VALUE = 1;
export const PRESENT_BAD = 2;

// --- texts known to be good: open addressing over slots (a multiple of 16 of them) of the first and the last 8 bytes (u64, zeros after
// the end), the length and the address of the text (u32, 0 where the slot is free); then a byte for each: whether it has been seen of late ---
export const KNOWN_COUNT = 0;
export const KNOWN_MASK = 4;
/** Bytes of text used, and room for them. */
export const KNOWN_USED = 8;
export const KNOWN_ROOM = 12;
/** Address of the texts. */
export const KNOWN_TEXTS = 16;
/** u64 for each length up to KNOWN_SHORT: the bytes that a text so long has of 8. */
export const KNOWN_MASKS = 24;
/** Longest text that is compared without a loop. */
export const KNOWN_SHORT = 32;
export const KNOWN_SLOTS = 288;
export const KNOWN_LAST = 8;
export const KNOWN_LENGTH = 16;
export const KNOWN_ADDRESS = 20;
export const KNOWN_SLOT = 24;
/** With the byte. */
export const KNOWN_SLOT_SIZE = 25;

// --- rows' keys as hashes: u64 each, and a byte of state ---
export const STATE_KEY = 0;
export const STATE_MISSING = 1;
export const STATE_BAD = 2;
/** What slots hold that are hashed. */
export const HASH_INTEGER = 0;
export const HASH_DOUBLE = 1;
export const HASH_WIDE = 2;
export const HASH_BYTES = 3;

// --- a hash table: so many parts by the top bits of the hash, each a block of u64 of its own ---
export const PARTS = 256;
/** Of a part (u32): address of its slots, their number less one, hashes in it, and how many it takes. */
export const PART_SLOTS = 0;
export const PART_MASK = 4;
export const PART_COUNT = 8;
export const PART_MOST = 12;
export const PART_SIZE = 16;

// --- a log of hashes: of each part of a table (u32), where the next of its hashes goes, and where its room ends ---
export const LOG_NEXT = 0;
export const LOG_END = 4;
export const LOG_PART_SIZE = 8;

// --- the profile of a column ---
/** u64: values, their characters. */
export const PROFILE_VALUES = 0;
export const PROFILE_CHARACTERS = 8;
/** u32: 1 if there is a least and a greatest value. */
export const PROFILE_ORDERED = 16;
/** u32: how much too low the counts may be; counters in use. */
export const PROFILE_SHORTFALL = 20;
export const PROFILE_COUNTERS = 24;
/** u32: 1 if texts are compared, for the least and the greatest. */
export const PROFILE_COMPARES = 28;
/** 16 bytes each: least and greatest number; of texts the length (u32) of what is kept of them. */
export const PROFILE_LEAST = 32;
export const PROFILE_GREATEST = 48;
/** i64: the sums of the upper and of the lower halves of the values; taken by the host after each batch. */
export const PROFILE_SUM_HIGH = 64;
export const PROFILE_SUM_LOW = 72;
/** Texts, 256 bytes each. */
export const PROFILE_LEAST_TEXT = 80;
export const PROFILE_GREATEST_TEXT = 336;
/** 4096 registers of a byte: HyperLogLog. */
export const PROFILE_REGISTERS = 592;
/** 64 counters: hash (u64), count (u32), length (u32), and the start of the text. */
export const PROFILE_HASHES = 4688;
export const PROFILE_COUNTS = 5200;
export const PROFILE_LENGTHS = 5456;
/** 256 bytes: which counter a hash has, plus one; by its low byte and those after it. */
export const PROFILE_INDEX = 5712;
/** 64 x u32: where a text stands in the batch, until it is copied at its end; 0 if it has been. */
export const PROFILE_PLACES = 5968;
export const PROFILE_TEXTS = 6224;
export const PROFILE_TEXT_SIZE = 256;
export const COUNTERS = 64;
/** How the values of a profile are in order: numbers of 64 bits, doubles, numbers of 128 bits, 16 bytes, texts. */
export const ORDER_INTEGERS = 0;
export const ORDER_DOUBLES = 1;
export const ORDER_WIDE = 2;
export const ORDER_BYTES = 3;
export const ORDER_TEXTS = 4;
export const PROFILE_SIZE = 22608;
/** Of integers besides: the least (i64) of so many values next to one another, and a byte for each that is 1 if it has been taken. */
export const NEAR_BITS = 14;
export const NEAR = 16384;
export const PROFILE_NEAR_BASE = 22608;
export const PROFILE_NEAR = 22616;
export const PROFILE_INTEGERS_SIZE = 39000;

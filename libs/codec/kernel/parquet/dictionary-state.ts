// A dictionary under construction, as TypeScript and the kernel see it: fields of u32 in a block. Compiled by both.

/**
 * Address of the hash table. Slots of u32, an id + 1 or 0; for strings of u64, above the id + 1 a mark: the length + 1 of up to 16
 * bytes, else half of the hash with its highest bit set.
 */
export const TABLE = 0;
/** 64 - log2 of the table's slots. */
export const SHIFT = 4;
/** Address of the distinct values in order of id: 8 or 16 bytes each; for strings the plain encoding, lengths among them. */
export const VALUES = 8;
/** How many distinct values there are. */
export const ENTRIES = 12;
/** How many the table and the arrays can take. */
export const ENTRY_LIMIT = 16;
/** Strings: address of the u32 offsets of the entries in VALUES, how many bytes of VALUES are in use, and how many there are. */
export const OFFSETS = 20;
export const USED = 24;
export const ROOM = 28;
/** Not 0 once a value found no place near its own: the hash does not suit these values. */
export const CROWDED = 32;
/** Strings: address of the first 16 bytes of each entry, zeros after its end; of use for entries that are no longer. */
export const KEYS = 36;
/** 16 bytes of ones, then 16 of zeros: a load so many bytes before the zeros keeps as many of a string. */
export const ONES = 48;
export const ZEROS = 64;
export const STATE_SIZE = 80;

/** Slots that are looked at for a value before the dictionary counts as crowded. */
export const MAX_PROBES = 256;

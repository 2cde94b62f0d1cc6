/** The most digits of a decimal that always fit INT32, and INT64. */
export const INT32_DIGITS = 9;
export const INT64_DIGITS = 18;

/** What a column holds, as Parquet's logical types name it. Times are in microseconds. */
export type ColumnType =
  | { kind: 'boolean' }
  /** INT32 with an INT annotation below 64 bits, INT64 else. */
  | { kind: 'integer'; bits: 8 | 16 | 32 | 64 }
  /** INT32 up to `INT32_DIGITS`, INT64 up to `INT64_DIGITS`, FIXED_LEN_BYTE_ARRAY up to 38. */
  | { kind: 'decimal'; precision: number; scale: number }
  | { kind: 'double' }
  | { kind: 'date' }
  | { kind: 'time'; utc: boolean }
  | { kind: 'timestamp'; utc: boolean }
  | { kind: 'string' }
  | { kind: 'json' }
  | { kind: 'binary' }
  | { kind: 'uuid' };

export interface Column {
  name: string;
  type: ColumnType;
  /** Whether it may hold nulls (OPTIONAL); else it is REQUIRED. */
  nullable: boolean;
}

/**
 * How values of a type stand in memory, one slot a row:
 * - `i64`: little-endian i64. Booleans are 0 or 1; dates are days since 1970-01-01; times are microseconds since midnight;
 *   timestamps are microseconds since 1970-01-01T00:00; decimals up to `INT64_DIGITS` are the unscaled value.
 * - `f64`: little-endian double.
 * - `i128`: little-endian two's complement, 16 bytes: the unscaled value of decimals of more digits, up to 38.
 * - `b16`: 16 bytes in order: UUIDs.
 * - `bytes`: u32 address and u32 length of bytes anywhere in kernel memory.
 */
export type SlotKind = 'i64' | 'f64' | 'i128' | 'b16' | 'bytes';

/** A column's values for some rows, in kernel memory. */
export interface ColumnVector {
  /** Address of the slots, one a row; that of a null holds anything. */
  slots: number;
  /** Address of one byte a row, 1 for a value and 0 for a null; 0 if no row is null. */
  present: number;
}

export function slotKindOf(type: ColumnType): SlotKind {
  switch (type.kind) {
    case 'double':
      return 'f64';
    case 'string':
    case 'json':
    case 'binary':
      return 'bytes';
    case 'uuid':
      return 'b16';
    case 'decimal':
      return type.precision > INT64_DIGITS ? 'i128' : 'i64';
    default:
      return 'i64';
  }
}

/** Bytes of a slot. */
export function slotSize(kind: SlotKind): 8 | 16 {
  return kind === 'i128' || kind === 'b16' ? 16 : 8;
}

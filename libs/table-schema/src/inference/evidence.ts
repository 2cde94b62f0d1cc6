/**
 * Kinds of cells, as bits. A cell sets one of the first line or two that go together: a number that does not survive as a
 * double also sets `inexact`, a date with time in no default form also sets `loose`. See `classifyCell`.
 */
export const mark = {
  /** An integer within 32 bits. */
  int32: 1 << 0,
  /** An integer within 64 bits and not within 32. */
  int64: 1 << 1,
  /** A longer integer. */
  wide: 1 << 2,
  /** A number with a decimal point and no exponent. */
  decimal: 1 << 3,
  /** A number that only a double can be: with an exponent, NaN, an infinity or a negative zero. */
  double: 1 << 4,
  /** With one of the first four: the nearest double prints as another number. */
  inexact: 1 << 5,
  boolean: 1 << 6,
  date: 1 << 7,
  time: 1 << 8,
  /** A date with time and without an offset. */
  local: 1 << 9,
  /** A date with time and with an offset. */
  zoned: 1 << 10,
  /** With one of the last two: in a form that only the format `any` reads. */
  loose: 1 << 11,
  uuid: 1 << 12,
  /** Anything else. */
  text: 1 << 13,
} as const;

/**
 * All that inference keeps of a column's cells, in plain numbers: a kernel fills the same ones. Missing cells leave no
 * evidence. Evidence forms a semilattice under `mergeEvidence`, so cells may come in any order and in any division.
 */
export interface ColumnEvidence {
  /** The union of the `mark`s of all cells. */
  marks: number;
  /**
   * Most digits before the decimal point, without leading zeros, of cells marked `int32`, `int64`, `wide` or `decimal`:
   * 3 for `-120`, 0 for `0` and `0.05`.
   */
  integerDigits: number;
  /** Most digits after the decimal point, trailing zeros included, of the same cells: 2 for `12.50`. */
  scale: number;
}

/** The evidence of no cells. */
export function emptyEvidence(): ColumnEvidence {
  return { marks: 0, integerDigits: 0, scale: 0 };
}

/** The evidence of both columns' cells together: associative, commutative and idempotent. */
export function mergeEvidence(a: ColumnEvidence, b: ColumnEvidence): ColumnEvidence {
  return {
    marks: a.marks | b.marks,
    integerDigits: Math.max(a.integerDigits, b.integerDigits),
    scale: Math.max(a.scale, b.scale),
  };
}

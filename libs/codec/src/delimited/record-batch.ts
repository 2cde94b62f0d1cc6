import type { Place } from '../errors.ts';

/**
 * Some whole records cut into cells, in kernel memory; good until the reader is asked for the next. Ragged, blank and
 * comment lines are already dealt with: every record has `columns` cells. Quotes are taken off, escapes undone and the
 * encoding is UTF-8: a cell's bytes are its value.
 */
export interface RecordBatch {
  records: number;
  columns: number;
  /**
   * Address of the cells, row by row: `records * columns` pairs of u32, the address and the length in bytes. A cell that
   * its record does not have (a short record, padded) has the address 0, and so has the cell that is the dialect's null sequence.
   */
  cells: number;
  /** Where a record stands in the input, for errors and quarantine; slow. */
  place(record: number): Required<Pick<Place, 'line' | 'byte'>>;
  /** A record as it stands in the input (UTF-8), without its line end; borrowed. */
  raw(record: number): Uint8Array;
}

/** Bytes of one entry of `cells`. */
export const CELL_SIZE = 8;

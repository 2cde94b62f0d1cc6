import type { Place } from '../errors.ts';
import type { KernelHeap } from '../kernel/heap.ts';

/** Cells in kernel memory. */
export interface CellTable {
  records: number;
  columns: number;
  /**
   * Address of the cells, row by row: `records * columns` pairs of u32, the address and the length in bytes. A cell that
   * its record does not have (a short record, padded) has the address 0, and so has the cell that is the dialect's null sequence.
   */
  cells: number;
}

/**
 * Some whole records cut into cells, in kernel memory; good until the reader is asked for the next, or for longer if it was
 * told so. Ragged, blank and comment lines are already dealt with: every record has `columns` cells.
 * Quotes are taken off, escapes undone and the encoding is UTF-8: a cell's bytes are its value.
 */
export interface RecordBatch extends CellTable {
  /** Address of the records' own addresses: pairs of u32, where each starts and where it ends, without its line end. */
  extents: number;
  /** Where a record stands in the input, for errors and quarantine; slow. */
  place(record: number): Required<Pick<Place, 'line' | 'byte'>>;
  /** A record as it stands in the input (UTF-8), without its line end; borrowed. */
  raw(record: number): Uint8Array;
}

/** Bytes of one entry of `cells`. */
export const CELL_SIZE = 8;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The cell whose pair stands at an address; undefined if it is not there. */
export function readCell({ view, bytes }: KernelHeap, pair: number): string | undefined {
  const address = view.getUint32(pair, true);
  return address === 0
    ? undefined
    : utf8.decode(bytes.subarray(address, address + view.getUint32(pair + 4, true)));
}

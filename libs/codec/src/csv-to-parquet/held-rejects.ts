import type { RejectedRow } from '../converter.ts';

/** Bytes of records held at most. */
const LIMIT = 1024 * 1024;

/**
 * Rows that the reader has rejected while it gathered a batch, so that they reach quarantine in the order of the input
 * with those that are rejected for a cell. A great many of them go there at once.
 */
export class HeldRejects {
  readonly #reject: (row: RejectedRow) => void;
  #rows: RejectedRow[] = [];
  #bytes = 0;

  constructor(reject: (row: RejectedRow) => void) {
    this.#reject = reject;
  }

  add(row: RejectedRow): void {
    this.#rows.push({ ...row, record: row.record.slice() });
    this.#bytes += row.record.length + 256;
    if (this.#bytes > LIMIT) this.release();
  }

  /** Hands on those that stand before this byte of the input. */
  release(before = Number.POSITIVE_INFINITY): void {
    const end = this.#rows.findIndex(({ byte }) => byte >= before);
    const ready = this.#rows.splice(0, end < 0 ? this.#rows.length : end);
    if (this.#rows.length === 0) this.#bytes = 0;
    for (const row of ready) this.#reject(row);
  }
}

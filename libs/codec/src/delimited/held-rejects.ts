import type { RejectedRow } from '../converter.ts';

/** Bytes of records held, from which on there are enough. */
const LIMIT = 1024 * 1024;
/** Bytes that a row takes beside its record, about. */
const OVERHEAD = 256;

/**
 * Rows that the reader has rejected while it gathered a batch, so that they reach quarantine in the order of the input
 * with those that are rejected for a cell.
 */
export class HeldRejects {
  readonly #reject: (row: RejectedRow) => void;
  #rows: RejectedRow[] = [];
  #bytes = 0;

  constructor(reject: (row: RejectedRow) => void) {
    this.#reject = reject;
  }

  /** Whether so much is held that the batch had better end. */
  get isFull(): boolean {
    return this.#bytes > LIMIT;
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  add(row: RejectedRow): void {
    this.#rows.push({ ...row, record: row.record.slice() });
    this.#bytes += row.record.length + OVERHEAD;
  }

  /** Hands on those that stand before this byte of the input. A row that is refused is held no more, those after it are. */
  release(before = Number.POSITIVE_INFINITY): void {
    let done = 0;
    try {
      for (const row of this.#rows) {
        if (row.byte >= before) break;
        done++;
        this.#bytes -= row.record.length + OVERHEAD;
        this.#reject(row);
      }
    } finally {
      this.#rows.splice(0, done);
    }
  }

  /** Forgets them: they will be read again. */
  clear(): void {
    this.#rows = [];
    this.#bytes = 0;
  }
}

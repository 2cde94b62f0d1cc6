import type { RejectedRow } from '../converter.ts';
import type { Cell } from './table-rules.ts';

/** A record that is no row of as many cells as there are columns. */
export interface OddRecord {
  /** How many records of the batch stand before it. */
  before: number;
  row: RejectedRow;
  /** Its cells, if it has any. */
  cells: readonly Cell[] | undefined;
}

/** Bytes of odd records from which on a batch had better end. */
const LIMIT = 1024 * 1024;
/** Bytes that one takes beside its record and its cells, about. */
const OVERHEAD = 512;

/** Keeps what the reader rejects while it gathers a batch, so that rows are judged in the order of the input. */
export class OddRecords {
  #records: OddRecord[] = [];
  #bytes = 0;

  add(row: RejectedRow, cells: readonly Cell[] | undefined): void {
    this.#records.push({ before: -1, row: { ...row, record: row.record.slice() }, cells });
    this.#bytes += 2 * row.record.length + OVERHEAD;
  }

  /** Says how many records of the batch stand before the one added last; gives whether the batch had better end. */
  place(records: number): boolean {
    this.#records.at(-1)!.before = records;
    return this.#bytes > LIMIT;
  }

  /** Those of the batch at hand, which are forgotten. */
  take(): readonly OddRecord[] {
    const records = this.#records;
    this.#records = [];
    this.#bytes = 0;
    return records;
  }

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }
}

/** The suspects of a batch (a byte of 1 for each row that is one) and the odd records between them, in order. */
export function* inOrder(
  suspects: Uint8Array,
  odd: readonly OddRecord[],
): Generator<{ index: number; odd?: undefined } | { odd: OddRecord }> {
  let next = 0;
  for (let index = suspects.indexOf(1); index >= 0; index = suspects.indexOf(1, index + 1)) {
    for (; next < odd.length && odd[next]!.before <= index; next++) yield { odd: odd[next]! };
    yield { index };
  }
  for (; next < odd.length; next++) yield { odd: odd[next]! };
}

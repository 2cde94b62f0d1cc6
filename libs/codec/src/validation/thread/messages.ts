import type { RowHashes } from '../hash-table.ts';
import type { SchemaValidatorOptions } from '../options.ts';
import type { GatheredTable } from '../table-check.ts';

/** From the validation to its second thread; carried out in order. */
export type Order =
  /** A table with these labels is to be checked; what was gathered of another before is forgotten. */
  | { kind: 'open'; options: SchemaValidatorOptions; labels: readonly string[] }
  /** `rooms`: where the hashes of unique keys go, and of whole rows. */
  | { kind: 'check'; records: number; columns: number; cells: number; rooms: readonly RowHashes[] }
  | { kind: 'tell' }
  /** Give everything back; nothing comes after it. */
  | { kind: 'close' };

/** From the second thread to the validation. */
export type Answer =
  /** `open`: it can be given batches. */
  | { kind: 'ready' }
  /** `open`: the table takes more memory than the thread has. */
  | { kind: 'unable' }
  /** `check`: the rows not proved good, a byte of 1 for each; undefined if there are none. */
  | { kind: 'done'; suspects: Uint8Array | undefined }
  /** `tell`; profiles stay where they are until the next order. */
  | { kind: 'gathered'; table: GatheredTable }
  | { kind: 'failed'; error: unknown };

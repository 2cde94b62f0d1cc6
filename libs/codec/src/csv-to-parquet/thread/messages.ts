import type { ColumnEvidence } from '@tributary/table-schema';
import type { OutputPart } from '../../converter.ts';
import type { Fault } from '../../errors.ts';
import type { Column } from '../../parquet/column.ts';
import type { TableEnd, TableLayout } from '../table-output.ts';

/** From the conversion to its second thread. All but `written` and `close` is done in order. */
export type Order =
  | { kind: 'watch'; columns: readonly { index: number; missing: readonly string[] }[] }
  /** Cells to be looked at for evidence of types. */
  | { kind: 'look'; records: number; columns: number; cells: number }
  | { kind: 'tell' }
  | { kind: 'open'; columns: readonly Column[]; layout: TableLayout }
  /** `vectors`: of each column the addresses of slots and present bytes; one array is sent sooner than hundreds of objects. */
  | { kind: 'append'; rows: number; vectors: Uint32Array }
  | { kind: 'end'; end: TableEnd | undefined }
  /** So many bytes are with the sinks. */
  | { kind: 'written'; bytes: number }
  /** Stop at once and give everything back; nothing comes after it. */
  | { kind: 'close' };

/** From the second thread to the conversion. */
export type Answer =
  | { kind: 'ready' }
  /** `look` or `append`: the batch is in use no more. */
  | { kind: 'done' }
  | { kind: 'evidence'; columns: readonly ColumnEvidence[] }
  | { kind: 'openPart'; file: number; part: OutputPart }
  /** `file`: of `openPart`, or 0 for the single sink. */
  | { kind: 'write'; file: number; bytes: Uint8Array }
  | { kind: 'endPart'; file: number; rows: number }
  | { kind: 'ended' }
  | { kind: 'failed'; failure: Failure };

/** An error on its way between threads. */
export type Failure = { refused: Fault } | { error: unknown };

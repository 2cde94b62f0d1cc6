import { type BadCell, type Cast, compileCast, type Field } from '@tributary/table-schema';
import type { RecordBatch } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { type ColumnVector, type SlotKind, slotKindOf, slotSize } from '../parquet/column.ts';
import { BatchRoom } from './batch-room.ts';
import { formOf } from './cell-form.ts';
import { columnTypeOf } from './column-type.ts';
import { writeFieldBlock } from './field-block.ts';
import { ColumnJob } from './job.ts';
import type { ParseColumn } from './kernel.ts';
import { writeValue } from './slot-value.ts';

/** A column to read: a field with its type settled, and where it stands. */
export interface ReadColumn {
  field: Field;
  /** Texts that mean no value. */
  missing: readonly string[];
  /** Of its cells in a record; undefined if the input has no such column: all is null. */
  index: number | undefined;
  /** Whether a null is a bad cell. */
  required: boolean;
}

/** A cell that is no value of its field. */
export interface BadCellFound {
  row: number;
  column: ReadColumn;
  /** Why; undefined for a null in a required field. */
  bad: BadCell | undefined;
  /** The cell; undefined for a null. */
  text: string | undefined;
}

/** Values of a batch's columns; good until as many more are read as the reader has rooms. */
export interface ColumnBatch {
  rows: number;
  /** In the order of the columns. */
  vectors: ColumnVector[];
}

interface Plan {
  column: ReadColumn;
  parse: ParseColumn;
  cast: Cast;
  kind: SlotKind;
  size: 8 | 16;
  field: number;
}

/**
 * Parses batches of cells into vectors of values: the kernel reads the common forms, a column a call; the field's cast
 * reads what the kernel is unsure of. Rows with a bad cell are left out, or the cell becomes null.
 * @example
 * ```ts
 * const reader = new ColumnReader(heap, columns, { badCells: 'reject' });
 * const { rows, vectors } = reader.read(batch, (found) => quarantine(found));
 * ```
 */
export class ColumnReader {
  /** Bad cells that became null. */
  nulled = 0;
  readonly #heap: KernelHeap;
  readonly #job: ColumnJob;
  readonly #rooms: BatchRoom[];
  #room: BatchRoom;
  readonly #plans: Plan[];
  readonly #nullBad: boolean;
  readonly #nulledRows: number[] = [];

  /** `rooms`: batches whose values are good at a time. */
  constructor(
    heap: KernelHeap,
    columns: readonly ReadColumn[],
    options: { badCells: 'reject' | 'null' },
    rooms = 1,
  ) {
    this.#heap = heap;
    this.#nullBad = options.badCells === 'null';
    this.#job = new ColumnJob(heap);
    this.#plans = columns.map((column) => this.#plan(column));
    const sizes = this.#plans.map(({ size }) => size);
    this.#rooms = Array.from({ length: rooms }, () => new BatchRoom(heap, sizes));
    this.#room = this.#rooms[0]!;
  }

  #plan(column: ReadColumn): Plan {
    const { parser, ...form } = formOf(column.field);
    const kind = slotKindOf(columnTypeOf(column.field));
    return {
      column,
      parse: this.#job.kernel[parser],
      cast: compileCast(column.field),
      kind,
      size: slotSize(kind),
      field: writeFieldBlock(this.#heap, column.index ?? 0, { ...form, missing: column.missing }),
    };
  }

  /**
   * Reads a batch. `reject` is told of each row that is left out, in their order, by its first bad column.
   * @throws whatever `reject` throws
   */
  read(batch: RecordBatch, reject: (found: BadCellFound) => void): ColumnBatch {
    this.#rooms.push(this.#rooms.shift()!);
    this.#room = this.#rooms[0]!;
    this.#room.start(batch.records);
    this.#job.start(batch);
    const bad = new Map<number, BadCellFound>();
    this.#nulledRows.length = 0;
    const nulls = this.#plans.map((plan, i) => this.#readColumn(plan, i, batch.records, bad));
    // Notices are of rows that stand.
    this.nulled += this.#nulledRows.reduce((sum, row) => sum + Number(!bad.has(row)), 0);
    const rows = bad.size === 0 ? batch.records : this.#leaveOut(batch.records, bad, reject);
    const vectors = nulls.map((count, i) => ({
      slots: this.#room.slots(i),
      present: count > 0 && !this.#plans[i]!.column.required ? this.#room.present(i) : 0,
    }));
    return { rows, vectors };
  }

  close(): void {
    for (const room of this.#rooms) room.close();
    for (const { field } of this.#plans) this.#heap.release(field);
    this.#job.close();
  }

  /** Gives the number of nulls. */
  #readColumn(plan: Plan, index: number, rows: number, bad: Map<number, BadCellFound>): number {
    const { column } = plan;
    const present = this.#room.present(index);
    if (column.index === undefined) {
      this.#heap.fill(0, present, present + rows);
      return rows;
    }
    const unsure = plan.parse(this.#job.address, plan.field, this.#room.slots(index), present);
    let { nulls } = this.#job;
    // Nulls of other rows than these: a bad cell that becomes null in a required column is itself reported.
    if (column.required && nulls > 0) this.#refuseNulls(column, present, rows, bad);
    for (const row of this.#job.unsure(unsure)) {
      if (bad.has(row)) continue;
      const text = this.#job.text(row, column.index);
      const result = plan.cast(text);
      if ('value' in result) this.#putValue(plan, index, row, text, result.value);
      else if (this.#nullBad && !column.required) {
        this.#heap.bytes[present + row] = 0;
        nulls++;
        this.#nulledRows.push(row);
      } else bad.set(row, { row, column, bad: result, text });
    }
    return nulls;
  }

  #refuseNulls(column: ReadColumn, present: number, rows: number, bad: Map<number, BadCellFound>): void {
    const flags = this.#heap.at(present, rows);
    for (let row = flags.indexOf(0); row >= 0; row = flags.indexOf(0, row + 1)) {
      if (!bad.has(row)) bad.set(row, { row, column, bad: undefined, text: undefined });
    }
  }

  #putValue(
    plan: Plan,
    index: number,
    row: number,
    text: string,
    value: Parameters<typeof writeValue>[3],
  ): void {
    const slot = this.#room.slots(index) + row * plan.size;
    // Mostly the value is the text itself, which lies in the heap already.
    if (plan.kind !== 'bytes') writeValue(this.#heap, slot, plan.kind, value);
    else if (value === text) this.#job.copyCell(row, plan.column.index!, slot);
    else this.#room.putBytes(slot, value as string | Uint8Array);
  }

  /** Moves the good rows together; gives their number. */
  #leaveOut(rows: number, bad: Map<number, BadCellFound>, reject: (found: BadCellFound) => void): number {
    for (const row of [...bad.keys()].sort((a, b) => a - b)) reject(bad.get(row)!);
    const kept: number[] = [];
    for (let row = 0; row < rows; row++) if (!bad.has(row)) kept.push(row);
    const list = this.#job.list(kept);
    const { gatherSlots, gatherBytes } = this.#job.kernel;
    this.#plans.forEach(({ size }, i) => {
      const slots = this.#room.slots(i);
      const present = this.#room.present(i);
      gatherSlots(list, kept.length, slots, slots, size);
      gatherBytes(list, kept.length, present, present);
    });
    return kept.length;
  }
}

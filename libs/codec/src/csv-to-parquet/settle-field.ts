import { type Field, type FieldOf, isUtc, settleTimezone } from '@tributary/table-schema';
import { cellText } from '../columns/cell-text.ts';
import { columnTypeOf } from '../columns/column-type.ts';
import type { RecordBatch } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { PlannedColumn } from './table-plan.ts';

/** Whether nothing but the column's values tell if its times are of UTC. */
export function hasOpenTimezone(field: Field): boolean {
  if (!isTimed(field) || field.timezone !== undefined) return false;
  const { format = 'default' } = field;
  return format === 'default' || format === 'any';
}

function isTimed(field: Field): field is FieldOf<'datetime' | 'time'> {
  return field.type === 'datetime' || field.type === 'time';
}

/**
 * The field with its width or timezone said, where its constraints or its pattern tell it. Times that are still open are
 * local: no value has told otherwise.
 */
export function settleField(field: Field): Field {
  if (isTimed(field) && field.timezone === undefined && (field.type === 'time' || !hasOpenTimezone(field)))
    return { ...field, timezone: isUtc(field) ? 'utc' : 'local' };
  const type = columnTypeOf(field);
  return field.type === 'integer' && type.kind === 'integer' && type.bits < 64
    ? { ...field, bits: type.bits }
    : field;
}

/** Looks for the first value of each column whose timezone is open: it tells whether the column is of UTC. */
export class TimezoneSurvey {
  readonly #heap: KernelHeap;
  readonly #open: Set<PlannedColumn>;
  readonly #settled = new Map<string, Field>();

  constructor(heap: KernelHeap, columns: readonly PlannedColumn[]) {
    this.#heap = heap;
    this.#open = new Set(
      columns.filter(({ index, field }) => index !== undefined && field && hasOpenTimezone(field)),
    );
  }

  /** Whether there is nothing to look for any more. */
  get isDone(): boolean {
    return this.#open.size === 0;
  }

  add(batch: RecordBatch): void {
    for (const column of this.#open) {
      const field = this.#firstOf(column, batch);
      if (!field) continue;
      this.#settled.set(column.name, field);
      this.#open.delete(column);
    }
  }

  /** The columns with what was found; one without a value stays open. */
  settle(columns: readonly PlannedColumn[]): PlannedColumn[] {
    return columns.map((column) => ({ ...column, field: this.#settled.get(column.name) ?? column.field }));
  }

  #firstOf({ index, field, missing }: PlannedColumn, batch: RecordBatch): Field | undefined {
    if (!field || !isTimed(field)) return undefined;
    for (let row = 0; row < batch.records; row++) {
      const text = cellText(this.#heap, batch, row, index!);
      if (text === undefined || text === '' || missing.includes(text)) continue;
      const settled = settleTimezone(field, text);
      if (settled.timezone) return settled;
    }
    return undefined;
  }
}

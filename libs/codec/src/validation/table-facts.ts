import {
  addCell,
  type CellValue,
  type ColumnEvidence,
  type ColumnFacts,
  type ColumnProfile,
  ColumnProfiler,
  emptyEvidence,
  type Field,
  fieldOf,
  type KeyPart,
} from '@tributary/table-schema';
import type { Cell, TableRules } from './table-rules.ts';

interface Column {
  field: Field;
  label: string;
  index: number | undefined;
  profiler: ColumnProfiler;
  evidence: ColumnEvidence | undefined;
  isAllowed: ((value: CellValue) => boolean) | undefined;
  allowed: number;
  values: number;
}

/** Gathers what is in the columns of a table. */
export class TableFacts {
  readonly #columns: Column[];

  constructor({ schema, match, labels, expectations }: TableRules) {
    this.#columns = labels.map((label, column) => {
      const index = match.columns[column];
      const name = label.trim() || `column_${column + 1}`;
      const field = index === undefined ? fieldOf(name, emptyEvidence()) : schema.fields[index]!;
      return {
        field,
        label: name,
        index,
        profiler: new ColumnProfiler(field),
        evidence: emptyEvidence(),
        isAllowed: expectations.allowed.get(field.name),
        allowed: 0,
        values: 0,
      };
    });
  }

  /** Takes a row that is not blank. @param values by field */
  addRow(cells: readonly Cell[], values: readonly KeyPart[]): void {
    this.#columns.forEach((column, i) => {
      const text = cells[i];
      const value = column.index === undefined ? (text === '' ? null : text) : values[column.index];
      if (text === undefined || value === null) {
        column.profiler.addMissing();
        return;
      }
      if (column.evidence) addCell(column.evidence, text);
      if (value === undefined) {
        column.profiler.addBad();
        return;
      }
      column.values++;
      column.profiler.addValue(value, text);
      if (column.isAllowed?.(value)) column.allowed++;
    });
  }

  /** What expectations are judged by. */
  facts(): Map<string, ColumnFacts> {
    return new Map(
      this.#columns
        .filter(({ index }) => index !== undefined)
        .map(({ field, profiler, allowed, values }) => {
          const { nulls, sum } = profiler.profile();
          return [field.name, { values, nulls, allowed, sum, greatest: profiler.greatest }];
        }),
    );
  }

  profiles(): ColumnProfile[] {
    return this.#columns.map(({ label, profiler }) => ({ ...profiler.profile(), name: label }));
  }

  /** The columns as they were seen: by their fields, unless these say nothing of the type or no cell was of it. */
  columns(): Field[] {
    return this.#columns.map(({ field, label, index, evidence, values }) => {
      const isOpen = index === undefined || field.type === 'any' || isPlain(field);
      if (isOpen || (values === 0 && evidence!.marks !== 0)) return fieldOf(label, evidence!);
      return { ...field, name: label };
    });
  }
}

function isPlain(field: Field): boolean {
  return field.type === 'string' && (field.format ?? 'default') === 'default';
}

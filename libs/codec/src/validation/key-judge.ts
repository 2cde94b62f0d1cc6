import {
  duplicateRowError,
  foreignError,
  type KeyPart,
  MemoryKeyStore,
  MemoryReferenceStore,
  type RowError,
  uniqueError,
} from '@tributary/table-schema';
import type { Cell, TableRules } from './table-rules.ts';

/** Finds the rows whose keys are wrong, which takes all rows of a table: first each is noted, then they are judged. */
export class KeyJudge {
  readonly #rules: TableRules;
  readonly #uniqueRows: boolean;
  readonly #unique: { missing: { row: number; missing: string[] }[]; store: MemoryKeyStore }[];
  readonly #foreign: MemoryReferenceStore[];
  readonly #rows = new MemoryKeyStore();
  readonly #errors = new Map<number, RowError[]>();

  constructor(rules: TableRules, uniqueRows: boolean) {
    this.#rules = rules;
    this.#uniqueRows = uniqueRows;
    this.#unique = rules.uniqueKeys.map(() => ({ missing: [], store: new MemoryKeyStore() }));
    this.#foreign = rules.foreignKeys.map(() => new MemoryReferenceStore());
  }

  /** Takes the key that a row of the table has that a foreign key refers to. */
  noteReference(key: number, values: readonly KeyPart[]): void {
    const found = this.#rules.foreignKeys[key]!.referenceOf(values);
    if (found && 'key' in found) this.#foreign[key]!.addReference(found.key);
  }

  /** Takes a row that is not blank; rows come in order. */
  note(row: number, values: readonly KeyPart[], cells: readonly Cell[]): void {
    const { schema, uniqueKeys, foreignKeys } = this.#rules;
    uniqueKeys.forEach((key, i) => {
      const found = key.keyOf(values);
      if (found && 'key' in found) this.#unique[i]!.store.add(found.key, row);
      else if (found && key.kind === 'primaryKey') {
        const missing = key.names.filter((_, part) => found.missing.includes(key.fields[part]!));
        this.#unique[i]!.missing.push({ row, missing });
      }
    });
    foreignKeys.forEach((key, i) => {
      const found = key.keyOf(values);
      if (found && 'key' in found) this.#foreign[i]!.addRow(found.key, row);
      if (key.resource === undefined) {
        const indexes = key.reference.map(({ name }) =>
          schema.fields.findIndex((field) => field.name === name),
        );
        this.noteReference(
          i,
          indexes.map((index) => values[index]),
        );
      }
    });
    if (this.#uniqueRows) this.#rows.add(JSON.stringify(cells), row);
  }

  /** Once all are noted. */
  judge(): void {
    const { uniqueKeys, foreignKeys, match } = this.#rules;
    const add = (error: RowError) => {
      const errors = this.#errors.get(error.rowNumber);
      if (errors) errors.push(error);
      else this.#errors.set(error.rowNumber, [error]);
    };
    uniqueKeys.forEach((key, i) => {
      for (const violation of this.#unique[i]!.missing) add(uniqueError(key, violation, match));
      for (const violation of this.#unique[i]!.store.repeats()) add(uniqueError(key, violation, match));
    });
    foreignKeys.forEach((key, i) => {
      for (const row of this.#foreign[i]!.strays()) add(foreignError(key, row, match));
    });
    for (const repeat of this.#rows.repeats()) add(duplicateRowError(repeat));
  }

  errorsOf(row: number): readonly RowError[] {
    return this.#errors.get(row) ?? [];
  }
}

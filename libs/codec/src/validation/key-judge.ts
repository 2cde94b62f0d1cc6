import {
  duplicateRowError,
  foreignError,
  type KeyPart,
  type RowError,
  uniqueError,
} from '@tributary/table-schema';
import type { RecordBatch } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { BatchCheck } from './batch-check.ts';
import { HASH_SIZE } from './hash-log.ts';
import { HashTable, type KeyBudget, type RowHashes } from './hash-table.ts';
import type { Kernel } from './kernel.ts';
import {
  type HashedKey,
  hashFormOf,
  KeyHasher,
  learntFields,
  ownReference,
  partsOf,
  uniqueHashesOf,
} from './key-hasher.ts';
import { RepeatedKeys } from './repeated-keys.ts';
import type { Cell, TableRules } from './table-rules.ts';

/**
 * Finds the rows whose keys are wrong. Unique keys take two passes: in the first, every key is noted as a hash; in the second, rows
 * whose hash came up more than once are compared exactly. Foreign keys are looked up by their hash of 64 bits, so that a
 * stray row is never taken for another but for one in 2^64 / references.
 */
export class KeyJudge {
  readonly #rules: TableRules;
  readonly #heap: KernelHeap;
  readonly #hasher: KeyHasher;
  readonly #budget: KeyBudget;
  #reserved = 0;
  readonly #unique: (HashedKey & { keys: RepeatedKeys; candidates: Set<number> })[];
  readonly #foreign: (HashedKey & { references: HashTable; strays: Set<number> })[];
  readonly #rows: { keys: RepeatedKeys; odd: RepeatedKeys; candidates: Set<number> } | undefined;
  #list = 0;
  #listed = 0;

  constructor(heap: KernelHeap, kernel: Kernel, rules: TableRules, uniqueRows: boolean, budget: KeyBudget) {
    this.#heap = heap;
    this.#rules = rules;
    this.#hasher = new KeyHasher(heap, kernel);
    const { schema, foreignKeys } = rules;
    const repeated = () => new RepeatedKeys(heap, kernel, budget);
    this.#budget = budget;
    this.#unique = uniqueHashesOf(rules).map((key) => ({
      ...key,
      keys: repeated(),
      candidates: new Set<number>(),
    }));
    this.#foreign = foreignKeys.map(({ fields, reference }) => ({
      fields,
      forms: fields.map((field, part) => hashFormOf(schema.fields[field]!, reference[part]!)),
      references: new HashTable(heap, kernel, budget),
      strays: new Set<number>(),
    }));
    this.#rows = uniqueRows ? { keys: repeated(), odd: repeated(), candidates: new Set() } : undefined;
  }

  /** Whether there is anything to learn from a first pass. */
  get needsSurvey(): boolean {
    return this.#rows !== undefined || learntFields(this.#rules).size > 0;
  }

  /** Whether `mark` has anything to look for. */
  get marks(): boolean {
    return this.#foreign.length > 0 || this.hasRepeated;
  }

  /** Whether rows of the table refer to others of it, which must be known before. */
  get refersToItself(): boolean {
    return this.#rules.foreignKeys.some(({ resource }) => resource === undefined);
  }

  /** Whether any key came up more than once, or may have. To be asked after `settle`. */
  get hasRepeated(): boolean {
    return (
      this.#unique.some(({ keys }) => !keys.isEmpty) ||
      (this.#rows !== undefined && !(this.#rows.keys.isEmpty && this.#rows.odd.isEmpty))
    );
  }

  /** Takes rows of a table that a foreign key refers to. @param columns of the check, in the order of the key */
  noteReferences(key: number, check: BatchCheck, rows: number, columns: readonly number[]): void {
    const { forms, references } = this.#foreign[key]!;
    references.insert(
      this.#hasher.hash(
        check,
        rows,
        columns.map((column, part) => ({ column, form: forms[part]! })),
      ),
    );
  }

  /** Hashes that are noted of a row: of each unique key, and of the whole. */
  get #keysOfRow(): number {
    return this.#unique.length + Number(this.#rows !== undefined);
  }

  /** Makes sure that so many rows more can be noted. @throws {BadInput} `too-many-keys` */
  reserve(rows: number): void {
    const bytes = rows * HASH_SIZE * this.#keysOfRow;
    this.#budget.take(bytes);
    this.#reserved += bytes;
  }

  /** Rooms for the hashes of so many rows, one for each of their keys and for whole rows; for `noteHashes`. */
  makeRooms(rows: number): RowHashes[] {
    return Array.from({ length: this.#keysOfRow }, () => {
      const hashes = this.#heap.allocate(rows * (HASH_SIZE + 1));
      return { rows, hashes, states: hashes + rows * HASH_SIZE };
    });
  }

  /** Takes rows in the first pass that were hashed elsewhere, and gives the rooms back. */
  noteHashes(rooms: readonly RowHashes[]): void {
    rooms.forEach((hashes, i) => {
      (this.#unique[i] ?? this.#rows!).keys.note(hashes);
      this.#heap.release(hashes.hashes);
    });
  }

  /** Takes rows in the first pass. @param columnOf gives the column in the check that has a field */
  note(check: BatchCheck, batch: RecordBatch, columnOf: (field: number) => number | undefined): void {
    for (const key of this.#unique) {
      const hashes = this.#hash(check, batch.records, key, columnOf);
      if (hashes) key.keys.note(hashes);
    }
    this.#rules.foreignKeys.forEach((key, i) => {
      if (key.resource !== undefined) return;
      const { forms, references } = this.#foreign[i]!;
      const own = { fields: ownReference(this.#rules.schema, key), forms };
      const hashes = this.#hash(check, batch.records, own, columnOf);
      if (hashes) references.insert(hashes);
    });
  }

  /** Takes whole rows in the first pass. */
  noteRows(check: BatchCheck, batch: RecordBatch): void {
    if (this.#rows) this.#rows.keys.note(this.#hasher.hashRows(check, batch.records, batch.columns));
  }

  /** Takes rows with more or fewer cells than there are columns. */
  noteOddRows(rows: readonly (readonly Cell[])[]): void {
    if (this.#rows && rows.length > 0) this.#rows.odd.note(this.#hasher.hashTexts(rows.map(textOf)));
  }

  /** Between the passes. */
  settle(): void {
    for (const { keys } of this.#unique) keys.settle();
    this.#rows?.keys.settle();
    this.#rows?.odd.settle();
    this.#budget.give(this.#reserved);
    this.#reserved = 0;
  }

  /**
   * In the second pass: marks the rows of a batch that need `errorsOf`, which is told of them by their index in the batch,
   * `base` added.
   */
  mark(
    check: BatchCheck,
    batch: RecordBatch,
    columnOf: (field: number) => number | undefined,
    base: number,
  ): void {
    const { records } = batch;
    this.#makeRoom(records);
    const suspect = (count: number, note: Set<number>) => {
      for (let at = 0; at < count; at++) {
        const row = this.#heap.view.getUint32(this.#list + 4 * at, true);
        check.suspects[row] = 1;
        note.add(base + row);
      }
    };
    for (const key of this.#unique) {
      if (key.keys.isEmpty) continue;
      const hashes = this.#hash(check, records, key, columnOf);
      if (hashes) suspect(key.keys.find(hashes, this.#list), key.candidates);
    }
    for (const key of this.#foreign) {
      const hashes = this.#hash(check, records, key, columnOf);
      if (hashes) suspect(key.references.find(hashes, false, this.#list), key.strays);
    }
  }

  /** Likewise for whole rows. */
  markRows(check: BatchCheck, { records, columns }: RecordBatch): void {
    if (!this.#rows || this.#rows.keys.isEmpty) return;
    const { keys, candidates } = this.#rows;
    const count = keys.find(this.#hasher.hashRows(check, records, columns), this.#list);
    for (let at = 0; at < count; at++) {
      const row = this.#heap.view.getUint32(this.#list + 4 * at, true);
      check.suspects[row] = 1;
      candidates.add(row);
    }
  }

  /** Likewise for rows with more or fewer cells than there are columns, which are suspects all. */
  markOddRows(rows: readonly (readonly Cell[])[], base: number): void {
    if (!this.#rows || this.#rows.odd.isEmpty || rows.length === 0) return;
    this.#makeRoom(rows.length);
    const count = this.#rows.odd.find(this.#hasher.hashTexts(rows.map(textOf)), this.#list);
    for (let at = 0; at < count; at++)
      this.#rows.candidates.add(base + this.#heap.view.getUint32(this.#list + 4 * at, true));
  }

  /** Forgets what is known of the batch before. */
  startBatch(): void {
    for (const { candidates } of this.#unique) candidates.clear();
    for (const { strays } of this.#foreign) strays.clear();
    this.#rows?.candidates.clear();
  }

  /** The errors of a row that is not blank; rows are asked for in order. @param index as in `mark` */
  errorsOf(
    index: number,
    row: number,
    values: readonly KeyPart[],
    cells: readonly Cell[],
    isOdd: boolean,
  ): RowError[] {
    const { uniqueKeys, foreignKeys, match } = this.#rules;
    const errors: RowError[] = [];
    uniqueKeys.forEach((key, i) => {
      const found = key.keyOf(values);
      if (!found) return;
      if ('key' in found) {
        if (!this.#unique[i]!.candidates.has(index)) return;
        const first = this.#unique[i]!.keys.firstOf(found.key, row);
        if (first !== undefined) errors.push(uniqueError(key, { row, first }, match));
      } else if (key.kind === 'primaryKey') {
        const missing = key.names.filter((_, part) => found.missing.includes(key.fields[part]!));
        errors.push(uniqueError(key, { row, missing }, match));
      }
    });
    foreignKeys.forEach((key, i) => {
      if (this.#foreign[i]!.strays.has(index)) errors.push(foreignError(key, row, match));
    });
    if (this.#rows?.candidates.has(index)) {
      const first = (isOdd ? this.#rows.odd : this.#rows.keys).firstOf(textOf(cells), row);
      if (first !== undefined) errors.push(duplicateRowError({ row, first }));
    }
    return errors;
  }

  close(): void {
    this.#hasher.close();
    for (const { keys } of this.#unique) keys.close();
    for (const { references } of this.#foreign) references.close();
    this.#rows?.keys.close();
    this.#rows?.odd.close();
    if (this.#list) this.#heap.release(this.#list);
    this.#list = 0;
  }

  #makeRoom(rows: number): void {
    if (rows <= this.#listed) return;
    if (this.#list) this.#heap.release(this.#list);
    this.#list = this.#heap.allocate(rows * 4 + 4);
    this.#listed = rows;
  }

  #hash(
    check: BatchCheck,
    rows: number,
    key: HashedKey,
    columnOf: (field: number) => number | undefined,
  ): RowHashes | undefined {
    const parts = partsOf(key, columnOf);
    return parts && this.#hasher.hash(check, rows, parts);
  }
}

function textOf(cells: readonly Cell[]): string {
  return JSON.stringify(cells);
}

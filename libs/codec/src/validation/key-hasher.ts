import { compileValueKey, type Field, type ForeignKey, type TableSchema } from '@tributary/table-schema';
import * as map from '../../kernel/validation/memory-map.ts';
import { BatchRoom } from '../columns/batch-room.ts';
import { columnTypeOf } from '../columns/column-type.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { slotKindOf } from '../parquet/column.ts';
import type { BatchCheck } from './batch-check.ts';
import type { RowHashes } from './hash-table.ts';
import type { Kernel } from './kernel.ts';
import type { TableRules } from './table-rules.ts';

/** What is hashed of a field's values: the slots as they are, or the texts of `compileValueKey`. */
export type HashForm = 'integer' | 'double' | 'wide' | 'bytes' | 'key';

const kinds = {
  integer: map.HASH_INTEGER,
  double: map.HASH_DOUBLE,
  wide: map.HASH_WIDE,
  bytes: map.HASH_BYTES,
  key: map.HASH_BYTES,
};

/**
 * How values of a field are hashed so that equal ones have equal hashes, those of another field too that they are compared
 * with.
 */
export function hashFormOf(field: Field, other: Field = field): HashForm {
  const form = ownForm(field);
  if (form === 'key' || form !== ownForm(other)) return 'key';
  return form === 'integer' && scaleOf(field) !== scaleOf(other) ? 'key' : form;
}

function ownForm(field: Field): HashForm {
  const kind = slotKindOf(columnTypeOf(field));
  if (kind === 'i64') return 'integer';
  if (kind === 'f64') return 'double';
  if (field.type === 'string' || field.type === 'any' || field.type === 'yearmonth') {
    if (kind === 'b16') return 'wide';
    return (field as { format?: string }).format === 'binary' ? 'key' : 'bytes';
  }
  // The scale is in the key.
  return 'key';
}

function scaleOf(field: Field): number {
  return field.type === 'number' ? (field.scale ?? 0) : 0;
}

export interface HashedPart {
  /** Of the column in the batch check. */
  column: number;
  form: HashForm;
}

/** A key to be told apart from others: which columns (by field) are hashed, and how. */
export interface HashedKey {
  fields: readonly number[];
  forms: readonly HashForm[];
}

/** How the unique keys of a table are hashed. */
export function uniqueHashesOf({
  schema,
  uniqueKeys,
}: Pick<TableRules, 'schema' | 'uniqueKeys'>): HashedKey[] {
  return uniqueKeys.map(({ fields }) => ({
    fields,
    forms: fields.map((field) => hashFormOf(schema.fields[field]!)),
  }));
}

/** Fields of the table whose values are hashed for any key. */
export function hashedFields(rules: Pick<TableRules, 'schema' | 'uniqueKeys' | 'foreignKeys'>): Set<number> {
  return new Set([...learntFields(rules), ...rules.foreignKeys.flatMap(({ fields }) => fields)]);
}

/** Those of them that rows of the table must be learnt by, before any is judged. */
export function learntFields({
  schema,
  uniqueKeys,
  foreignKeys,
}: Pick<TableRules, 'schema' | 'uniqueKeys' | 'foreignKeys'>): Set<number> {
  return new Set([
    ...uniqueKeys.flatMap(({ fields }) => fields),
    ...foreignKeys.flatMap((key) => ownReference(schema, key)),
  ]);
}

/** Fields of the table that a foreign key refers to; none if those are of another. */
export function ownReference({ fields }: TableSchema, { resource, reference }: ForeignKey): number[] {
  if (resource !== undefined) return [];
  return reference.map(({ name }) => fields.findIndex((field) => field.name === name));
}

/** Undefined where the table lacks a column of the key: then no row has the key. */
export function partsOf(
  { fields, forms }: HashedKey,
  columnOf: (field: number) => number | undefined,
): HashedPart[] | undefined {
  const parts: HashedPart[] = [];
  for (const [part, field] of fields.entries()) {
    const column = columnOf(field);
    if (column === undefined) return undefined;
    parts.push({ column, form: forms[part]! });
  }
  return parts;
}

/** Hashes the keys of a batch's rows. */
export class KeyHasher {
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  /** Room for the texts of keys. */
  readonly #texts: BatchRoom;
  #hashes = 0;
  #states = 0;
  #rows = 0;

  constructor(heap: KernelHeap, kernel: Kernel) {
    this.#heap = heap;
    this.#kernel = kernel;
    this.#texts = new BatchRoom(heap, [8]);
  }

  /** The keys of these columns, good until the next call; or `into` where they are to be kept. */
  hash(check: BatchCheck, rows: number, parts: readonly HashedPart[], into?: RowHashes): RowHashes {
    const hashes = this.#start(rows, 0n, into);
    for (const { column, form } of parts) {
      const slots = form === 'key' ? this.#writeKeys(check, rows, column) : check.slots(column);
      this.#kernel.hashSlots(kinds[form], slots, check.present(column), rows, hashes.hashes, hashes.states);
    }
    return hashes;
  }

  /** Whole rows, cell by cell as texts. */
  hashRows(check: BatchCheck, rows: number, columns: number, into?: RowHashes): RowHashes {
    const hashes = this.#start(rows, BigInt(columns), into);
    this.#kernel.hashCells(check.job.address, columns, hashes.hashes);
    return hashes;
  }

  /** Texts at hand. */
  hashTexts(texts: readonly string[]): RowHashes {
    const hashes = this.#start(texts.length, 0n);
    this.#texts.start(texts.length);
    const slots = this.#texts.slots(0);
    const present = this.#texts.present(0);
    texts.forEach((text, row) => {
      this.#texts.putBytes(slots + row * 8, text);
    });
    this.#heap.bytes.fill(map.PRESENT_VALUE, present, present + texts.length);
    this.#kernel.hashSlots(map.HASH_BYTES, slots, present, texts.length, hashes.hashes, hashes.states);
    return hashes;
  }

  close(): void {
    this.#texts.close();
    for (const address of [this.#hashes, this.#states]) if (address) this.#heap.release(address);
    this.#hashes = this.#states = 0;
  }

  #start(rows: number, seed: bigint, into?: RowHashes): RowHashes {
    if (into) {
      this.#kernel.startHashes(into.hashes, into.states, rows, seed);
      return into;
    }
    if (rows > this.#rows) {
      for (const address of [this.#hashes, this.#states]) if (address) this.#heap.release(address);
      this.#hashes = this.#heap.allocate(rows * 8);
      this.#states = this.#heap.allocate(rows);
      this.#rows = rows;
    }
    this.#kernel.startHashes(this.#hashes, this.#states, rows, seed);
    return { rows, hashes: this.#hashes, states: this.#states };
  }

  #writeKeys(check: BatchCheck, rows: number, column: number): number {
    const { rule, index } = check.columns[column]!;
    const keyOf = compileValueKey(rule.field);
    this.#texts.start(rows);
    const slots = this.#texts.slots(0);
    const present = check.present(column);
    for (let row = 0; row < rows; row++) {
      if (this.#heap.bytes[present + row] !== map.PRESENT_VALUE) continue;
      const { value } = rule.judge(check.job.text(row, index));
      if (value !== undefined) this.#texts.putBytes(slots + row * 8, keyOf(value));
    }
    return slots;
  }
}

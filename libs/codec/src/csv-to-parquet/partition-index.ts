import type { OutputPart } from '../converter.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { type Column, type ColumnVector, slotKindOf, slotSize } from '../parquet/column.ts';
import { reservedValue } from './faults.ts';
import { partitionText } from './partition-text.ts';

/** What Hive writes for no value: a value of that name would come back as a null. */
const noValue = '__HIVE_DEFAULT_PARTITION__';

export interface Partition {
  values: OutputPart['partition'];
  /** Files begun for it. */
  parts: number;
  /** Its rows of the batch at hand. */
  rows: number[];
}

/** Sorts the rows of batches into partitions. */
export class PartitionIndex {
  readonly #heap: KernelHeap;
  readonly #keys: KeyColumn[];
  /** By the values' numbers, one after another. */
  readonly #partitions = new Map<string, Partition>();

  /** @param columns of the key, outermost first, and where their vectors are among those of a batch */
  constructor(heap: KernelHeap, columns: readonly { column: Column; index: number }[]) {
    this.#heap = heap;
    this.#keys = columns.map(({ column, index }) => new KeyColumn(heap, column, index));
  }

  get size(): number {
    return this.#partitions.size;
  }

  /** The partitions that the rows are of, each with its rows. They are the caller's until the next call. */
  sort(rows: number, vectors: readonly ColumnVector[]): Partition[] {
    const touched = new Set<Partition>();
    let before: string | undefined;
    let partition: Partition | undefined;
    for (const key of this.#keys) key.start(vectors);
    for (let row = 0; row < rows; row++) {
      let id = '';
      for (const key of this.#keys) id += `${key.idOf(row)},`;
      if (id !== before || !partition) {
        before = id;
        partition = this.#partitions.get(id) ?? this.#add(id, row);
        if (!touched.has(partition)) partition.rows.length = 0;
        touched.add(partition);
      }
      partition.rows.push(row);
    }
    return [...touched];
  }

  #add(id: string, row: number): Partition {
    const values = this.#keys.map((key) => [key.name, key.text(this.#heap, row)] as const);
    const reserved = values.find(([, value]) => value === noValue);
    if (reserved) throw reservedValue(reserved[0], noValue);
    const partition = { values, parts: 0, rows: [] };
    this.#partitions.set(id, partition);
    return partition;
  }
}

/** Numbers the values of one column as they come. */
class KeyColumn {
  readonly name: string;
  readonly #column: Column;
  readonly #index: number;
  readonly #size: number;
  readonly #isText: boolean;
  readonly #buffer: Buffer;
  readonly #view: DataView;
  readonly #ids = new Map<bigint | string, number>();
  #slots = 0;
  #present = 0;

  constructor(heap: KernelHeap, column: Column, index: number) {
    const kind = slotKindOf(column.type);
    this.name = column.name;
    this.#column = column;
    this.#index = index;
    this.#size = slotSize(kind);
    this.#isText = kind === 'bytes';
    this.#buffer = Buffer.from(heap.memory.buffer);
    this.#view = heap.view;
  }

  start(vectors: readonly ColumnVector[]): void {
    ({ slots: this.#slots, present: this.#present } = vectors[this.#index]!);
  }

  /** 0 for a null. */
  idOf(row: number): number {
    if (this.#isNull(row)) return 0;
    const key = this.#key(this.#slots + row * this.#size);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#ids.size + 1;
      this.#ids.set(key, id);
    }
    return id;
  }

  text(heap: KernelHeap, row: number): string | null {
    return this.#isNull(row) ? null : partitionText(heap, this.#column.type, this.#slots + row * this.#size);
  }

  #isNull(row: number): boolean {
    return this.#present !== 0 && this.#buffer[this.#present + row] === 0;
  }

  #key(slot: number): bigint | string {
    if (this.#size === 16) return this.#buffer.toString('latin1', slot, slot + 16);
    if (!this.#isText) return this.#view.getBigUint64(slot, true);
    const at = this.#view.getUint32(slot, true);
    return this.#buffer.toString('latin1', at, at + this.#view.getUint32(slot + 4, true));
  }
}

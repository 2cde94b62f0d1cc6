import { type CellValue, type Field, type TableSchemaDescriptor, tableSchema } from '@tributary/table-schema';
import { columnTypeOf } from '../columns/column-type.ts';
import type { ByteFile } from '../ports.ts';
import { ChunkPages, type ReadLimits } from './chunk-pages.ts';
import { type ColumnMeaning, meaningOf } from './column-meaning.ts';
import type { DecodedPage } from './decode-page.ts';
import { checkCodec } from './decompress.ts';
import { beyondLimit, corruptParquet, noSuchParquetColumn, repeatedColumn } from './faults.ts';
import { type Footer, readFooter } from './footer.ts';
import { type LeafColumn, leafColumns } from './leaf-columns.ts';
import type { Values } from './values.ts';

const MiB = 1024 * 1024;

const defaultLimits: ReadLimits = {
  maxFooterBytes: 32 * MiB,
  maxPageBytes: 128 * MiB,
  maxPageRows: 16 * MiB,
  maxMemory: 512 * MiB,
};

/** Chunks whose next pages are fetched at once. */
const PARALLEL = 8;
/** Most rows of a batch. */
const BATCH_ROWS = 8192;

/** A column that is read. */
export interface ParquetColumn extends ColumnMeaning {
  /** With the names of the structs that it lies in before it, joined by points. */
  name: string;
  nullable: boolean;
}

/** The cells of one column in a batch; valid until the next batch. */
export interface ColumnCells {
  /** As `CellValue` says for the column's field; null where there is none. */
  value(row: number): CellValue | null;
  /** In full, as Table Schema writes it; null where there is none. */
  text(row: number): string | null;
  /** Writes it as `text` says, without a string in between where it is one already. */
  put(row: number, writer: CellWriter): void;
}

/** Takes cells as they come. */
export interface CellWriter {
  putNull(): void;
  putText(text: string): void;
  putBytes(bytes: Uint8Array, from: number, to: number, checked: boolean): void;
}

export interface ParquetBatch {
  rows: number;
  /** In the file, from 0. */
  firstRow: number;
  /** In the order of the reader's `columns`. */
  cells: readonly ColumnCells[];
}

/**
 * Reads a Parquet file in batches of rows, page by page: memory is a page of each column, whatever the file's size and that of
 * its row groups. All that the bytes claim is checked before it is believed.
 *
 * Reads structs as columns of their own (`address.city`). Refused: lists and maps (`repeated-column`), LZ4 and LZO, encryption,
 * columns in other files (`parquet-not-supported`).
 * @throws {BadInput} `not-parquet`, `parquet-corrupt`, `parquet-limit`, `parquet-not-supported`, `repeated-column`
 * @example
 * ```ts
 * const reader = await ParquetReader.open(fileOf(readFileSync('orders.parquet')));
 * for (let batch; (batch = await reader.next()); ) console.log(batch.cells.map((cells) => cells.text(0)));
 * ```
 */
export class ParquetReader {
  readonly columns: readonly ParquetColumn[];
  /** Of the whole file, as it says. */
  readonly rows: number;
  /** Of what is read; what `csv-to-parquet` has noted in the file of it stands there again. */
  readonly schema: TableSchemaDescriptor;
  readonly #file: ByteFile;
  readonly #footer: Footer;
  readonly #limits: ReadLimits;
  readonly #cursors: ColumnCursor[];
  #group = -1;
  #leftInGroup = 0;
  #firstRow = 0;

  private constructor(file: ByteFile, footer: Footer, leaves: readonly LeafColumn[], limits: ReadLimits) {
    this.#file = file;
    this.#footer = footer;
    this.#limits = limits;
    this.rows = footer.rows;
    const noted = notedSchema(footer.keyValues.get('tributary.schema'));
    this.columns = leaves.map((leaf) => {
      const meaning = meaningOf(leaf);
      const field = noted && notedField(noted, meaning.field);
      return { ...meaning, ...(field && { field }), name: leaf.name, nullable: leaf.maxDefinition > 0 };
    });
    const { fields: _, ...rest } = noted ?? { fields: [] };
    this.schema = {
      ...(noted && keepsAll(noted, this.columns) ? rest : {}),
      fields: this.columns.map(({ field }) => field),
    };
    this.#cursors = leaves.map((leaf, i) => new ColumnCursor(leaf, this.columns[i]!));
  }

  /** @param columns names of those to read, in this order; all if left out */
  static async open(
    file: ByteFile,
    { columns, ...given }: { columns?: readonly string[] } & Partial<ReadLimits> = {},
  ): Promise<ParquetReader> {
    const limits = { ...defaultLimits, ...given };
    const footer = await readFooter(file, limits.maxFooterBytes);
    const all = leafColumns(footer.schema);
    if (all.length === 0) throw corruptParquet('it has no columns');
    for (const { chunks } of footer.rowGroups)
      if (chunks.length !== all.length)
        throw corruptParquet(`a row group has ${chunks.length} columns, the schema ${all.length}`);
    const leaves = columns ? columns.map((name) => findColumn(all, name)) : all;
    const repeated = leaves.find(({ maxRepetition }) => maxRepetition > 0);
    if (repeated) throw repeatedColumn(repeated.name);
    for (const { chunks } of footer.rowGroups)
      for (const { index, name } of leaves) checkCodec(chunks[index]!.codec, name);
    return new ParquetReader(file, footer, leaves, limits);
  }

  /** The next rows; undefined after the last. */
  async next(): Promise<ParquetBatch | undefined> {
    while (this.#leftInGroup === 0) if (!this.#nextGroup()) return undefined;
    for (let from = 0; from < this.#cursors.length; from += PARALLEL) {
      const some = this.#cursors.slice(from, from + PARALLEL);
      await Promise.all(some.map((cursor) => cursor.fill()));
      this.#checkMemory();
    }
    const rows = Math.min(this.#leftInGroup, BATCH_ROWS, ...this.#cursors.map(({ left }) => left));
    const cells = this.#cursors.map((cursor) => cursor.take(rows));
    const batch = { rows, firstRow: this.#firstRow, cells };
    this.#firstRow += rows;
    this.#leftInGroup -= rows;
    return batch;
  }

  #nextGroup(): boolean {
    for (const cursor of this.#cursors) cursor.refuseRest();
    const group = this.#footer.rowGroups[++this.#group];
    if (!group) {
      if (this.#firstRow !== this.rows)
        throw corruptParquet(`its row groups have ${this.#firstRow} rows, its footer says ${this.rows}`);
      return false;
    }
    this.#leftInGroup = group.rows;
    const window = Math.max(64 * 1024, Math.min(MiB, Math.floor((64 * MiB) / this.#cursors.length)));
    for (const cursor of this.#cursors)
      cursor.begin(
        (leaf) => new ChunkPages(this.#file, leaf, group.chunks[leaf.index]!, this.#limits, window),
      );
    return true;
  }

  #checkMemory(): void {
    let memory = 0;
    for (const cursor of this.#cursors) memory += cursor.memory;
    if (memory <= this.#limits.maxMemory) return;
    throw beyondLimit(
      'The pages of the Parquet file that are read together are too large',
      `<= ${this.#limits.maxMemory} bytes`,
      `${memory} bytes`,
    );
  }
}

/** One column on its way through its pages. */
class ColumnCursor {
  readonly #leaf: LeafColumn;
  readonly #column: ParquetColumn;
  #pages: ChunkPages | undefined;
  #page: DecodedPage | undefined;
  #at = 0;
  /** Texts of a dictionary's values, which come again and again. */
  #texts: { of: Values; texts: string[] } | undefined;

  constructor(leaf: LeafColumn, column: ParquetColumn) {
    this.#leaf = leaf;
    this.#column = column;
  }

  get left(): number {
    return this.#page ? this.#page.rows - this.#at : 0;
  }

  get memory(): number {
    return (this.#page?.bytes ?? 0) + (this.#pages?.memory ?? 0);
  }

  begin(open: (leaf: LeafColumn) => ChunkPages): void {
    this.#pages = open(this.#leaf);
    this.#page = undefined;
    this.#at = 0;
  }

  async fill(): Promise<void> {
    if (this.left > 0) return;
    this.#page = undefined;
    this.#page = await this.#pages!.next();
    this.#at = 0;
    if (!this.#page) throw corruptParquet(`column ${this.#leaf.name} has fewer rows than its row group`);
  }

  refuseRest(): void {
    if (this.left > 0) throw corruptParquet(`column ${this.#leaf.name} has more rows than its row group`);
  }

  take(rows: number): ColumnCells {
    const { values, slots } = this.#page!;
    const from = this.#at;
    this.#at += rows;
    const { value, text, isText } = this.#column;
    const putValue =
      isText && values.kind === 'strings'
        ? (slot: number, writer: CellWriter) =>
            writer.putBytes(values.bytes, values.starts[slot]! + values.gap, values.starts[slot + 1]!, false)
        : undefined;
    if (!slots)
      return {
        value: (row) => value(values, from + row),
        text: (row) => text(values, from + row),
        put: putValue
          ? (row, writer) => putValue(from + row, writer)
          : (row, writer) => writer.putText(text(values, from + row)),
      };
    if (this.#texts?.of !== values) this.#texts = { of: values, texts: [] };
    const { texts } = this.#texts;
    return {
      value: (row) => {
        const slot = slots[from + row]!;
        return slot < 0 ? null : value(values, slot);
      },
      text: (row) => {
        const slot = slots[from + row]!;
        if (slot < 0) return null;
        texts[slot] ??= text(values, slot);
        return texts[slot];
      },
      put: (row, writer) => {
        const slot = slots[from + row]!;
        if (slot < 0) writer.putNull();
        else if (putValue) putValue(slot, writer);
        else {
          texts[slot] ??= text(values, slot);
          writer.putText(texts[slot]);
        }
      },
    };
  }
}

function findColumn(all: readonly LeafColumn[], name: string): LeafColumn {
  const found = all.find((leaf) => leaf.name === name);
  if (!found)
    throw noSuchParquetColumn(
      name,
      all.map((leaf) => leaf.name),
    );
  return found;
}

/** The Table Schema that our own writer notes in a file. */
function notedSchema(text: string | undefined): TableSchemaDescriptor | undefined {
  if (text === undefined) return undefined;
  try {
    return tableSchema.parse(JSON.parse(text));
  } catch {
    return undefined; // somebody else's, or of another version: what the file itself says is enough
  }
}

/** What the schema says of a field, if the column's values are what it says. */
function notedField({ fields }: TableSchemaDescriptor, derived: Field): Field | undefined {
  const noted = (fields as readonly Field[]).find(({ name }) => name === derived.name);
  if (!noted) return undefined;
  // JSON is text in the file; a column of it may hold anything a field of text may.
  const kind = (field: Field) => ({
    ...columnTypeOf(field),
    ...(columnTypeOf(field).kind === 'json' && { kind: 'string' }),
  });
  return JSON.stringify(kind(noted)) === JSON.stringify(kind(derived)) ? noted : undefined;
}

/** Keys and the like of the schema hold for a file that has all of its columns. */
function keepsAll({ fields }: TableSchemaDescriptor, columns: readonly ParquetColumn[]): boolean {
  const names = new Set(columns.map(({ name }) => name));
  return (fields as readonly Field[]).every(({ name }) => names.has(name));
}

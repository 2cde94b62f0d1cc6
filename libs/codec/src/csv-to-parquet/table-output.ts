import { RowGatherer } from '../columns/row-gatherer.ts';
import type { ConvertIo, PartSink } from '../converter.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { type Column, type ColumnVector, slotKindOf, slotSize } from '../parquet/column.ts';
import type { ParquetOptions } from '../parquet/options.ts';
import { ParquetWriter } from '../parquet/writer.ts';
import { tooManyFiles, tooManyPartitions } from './faults.ts';
import { fileOptions, mostOpenFiles } from './memory.ts';
import type { CsvToParquetOptions } from './options.ts';
import { type Partition, PartitionIndex } from './partition-index.ts';

/** Where a table's rows go: one file, or several. */
export interface TableOutput {
  append(rows: number, vectors: readonly ColumnVector[]): Promise<void>;
  /** Resolves when all that was appended has been taken. @throws as `append` */
  settle(): Promise<void>;
  /** `end`: what was not known before, of an output of one file. */
  end(end?: TableEnd): Promise<void>;
  /** Gives memory back; what has not ended stays cut off. Never rejects. */
  close(): Promise<void>;
}

type Metadata = Readonly<Record<string, string>>;

/** What a table is written to. */
export type TableSinks = Pick<ConvertIo, 'sink' | 'openPart'>;

/** What a file says of its table. */
export interface TableEnd {
  columns: readonly Column[];
  metadata: Metadata;
}

/** How a table is laid out in files. */
export interface TableLayout {
  output: CsvToParquetOptions['output'];
  metadata: Metadata;
}

/** Opens the one or the other, as the options say. */
export function openTableOutput(
  heap: KernelHeap,
  columns: readonly Column[],
  sinks: TableSinks,
  { output, metadata }: TableLayout,
): TableOutput {
  const inFiles = columns.filter(({ name }) => !output.partitionBy?.includes(name));
  const options = fileOptions(inFiles, output);
  return isSeveralFiles(output)
    ? new SeveralFiles(heap, columns, sinks, output, options, metadata)
    : new SingleFile(heap, columns, sinks, options, metadata);
}

/** Whether the output is several files. */
export function isSeveralFiles({ partitionBy, targetFileSize }: CsvToParquetOptions['output']): boolean {
  return partitionBy !== undefined || targetFileSize !== undefined;
}

class SingleFile implements TableOutput {
  readonly #writer: ParquetWriter;
  readonly #metadata: Metadata;

  constructor(
    heap: KernelHeap,
    columns: readonly Column[],
    io: TableSinks,
    options: ParquetOptions,
    metadata: Metadata,
  ) {
    this.#writer = new ParquetWriter(heap, columns, io.sink, options);
    this.#metadata = metadata;
  }

  append(rows: number, vectors: readonly ColumnVector[]): Promise<void> {
    return this.#writer.append(rows, vectors);
  }

  async settle(): Promise<void> {}

  async end(end?: TableEnd): Promise<void> {
    await this.#writer.end(end?.metadata ?? this.#metadata, end?.columns);
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}

interface OpenFile {
  partition: Partition;
  sink: PartSink;
  writer: ParquetWriter;
  /** Bytes of memory that its rows took when that was looked at last. */
  used: number;
}

/** Files of partitions, of a size, or both. So many are open at a time; the one left alone longest gives way to another. */
class SeveralFiles implements TableOutput {
  readonly #heap: KernelHeap;
  readonly #io: TableSinks;
  readonly #columns: Column[];
  readonly #options: CsvToParquetOptions['output'];
  readonly #fileOptions: ParquetOptions;
  readonly #metadata: Metadata;
  /** Of the columns that are in the files. */
  readonly #indexes: number[];
  readonly #index: PartitionIndex;
  readonly #gatherer: RowGatherer;
  /** By when they were last written to, oldest first. */
  readonly #open = new Map<Partition, OpenFile>();
  readonly #mostOpen: number;
  #files = 0;
  #rows = 0;
  /** Bytes of memory that rows gathered for all open files take. */
  #used = 0;

  constructor(
    heap: KernelHeap,
    columns: readonly Column[],
    io: TableSinks,
    options: CsvToParquetOptions['output'],
    fileOptions: ParquetOptions,
    metadata: Metadata,
  ) {
    const { partitionBy = [] } = options;
    this.#heap = heap;
    this.#io = io;
    this.#options = options;
    this.#fileOptions = fileOptions;
    this.#metadata = metadata;
    this.#indexes = columns.flatMap(({ name }, i) => (partitionBy.includes(name) ? [] : [i]));
    this.#columns = this.#indexes.map((i) => columns[i]!);
    this.#index = new PartitionIndex(
      heap,
      partitionBy.map((wanted) => {
        const index = columns.findIndex(({ name }) => name === wanted);
        return { column: columns[index]!, index };
      }),
    );
    this.#mostOpen = mostOpenFiles(this.#columns, options);
    this.#gatherer = new RowGatherer(
      heap,
      this.#columns.map(({ type }) => slotSize(slotKindOf(type))),
    );
  }

  async settle(): Promise<void> {}

  async append(rows: number, vectors: readonly ColumnVector[]): Promise<void> {
    if (rows === 0) return;
    const partitions = this.#index.sort(rows, vectors);
    this.#rows += rows;
    this.#checkPartitions();
    // Those with an open file first, before it has to give way.
    partitions.sort((a, b) => Number(this.#open.has(b)) - Number(this.#open.has(a)));
    const own = this.#indexes.map((i) => vectors[i]!);
    for (const partition of partitions) {
      const file = this.#open.get(partition) ?? (await this.#begin(partition));
      this.#open.delete(partition);
      this.#open.set(partition, file);
      const all = partition.rows.length === rows;
      const before = file.writer.rowGroups;
      await file.writer.append(partition.rows.length, all ? own : this.#gatherer.gather(partition.rows, own));
      if (await this.#isLarge(file, before)) await this.#finish(file);
      else await this.#shareMemory(file);
    }
  }

  /** Looked at where a row group has ended: a file that grows is cut at the same row every time. */
  async #isLarge({ writer }: OpenFile, rowGroupsBefore: number): Promise<boolean> {
    const { targetFileSize } = this.#options;
    if (targetFileSize === undefined || writer.rowGroups === rowGroupsBefore) return false;
    return (await writer.settledBytes()) >= targetFileSize;
  }

  /** Files have a row group's memory together: where it is used up, the one with the most ends its row group. */
  async #shareMemory(file: OpenFile): Promise<void> {
    this.#note(file);
    while (this.#used > this.#fileOptions.rowGroupBytes && this.#open.size > 1) {
      let most = file;
      for (const other of this.#open.values()) if (other.used > most.used) most = other;
      const before = most.used;
      await most.writer.endRowGroup();
      this.#note(most);
      if (most.used >= before) return;
    }
  }

  #note(file: OpenFile): void {
    const { used } = file.writer;
    this.#used += used - file.used;
    file.used = used;
  }

  async end(): Promise<void> {
    // A table without rows is a file all the same, where it has no partitions.
    if (this.#files === 0 && !this.#options.partitionBy)
      await this.#begin({ values: [], parts: 0, rows: [] });
    for (const file of [...this.#open.values()]) await this.#finish(file);
  }

  async close(): Promise<void> {
    for (const { writer } of this.#open.values()) await writer.close();
    this.#open.clear();
    this.#gatherer.close();
  }

  /** Where nearly every row has a partition of its own, that is told before thousands of files are written. */
  #checkPartitions(): void {
    const { maxFiles } = this.#options;
    const { size } = this.#index;
    if (size > maxFiles || (size > maxFiles / 8 && size > this.#rows / 2))
      throw tooManyPartitions(maxFiles, size, this.#rows);
  }

  async #begin(partition: Partition): Promise<OpenFile> {
    const { maxFiles } = this.#options;
    const [oldest] = this.#open.values();
    if (oldest && this.#open.size >= this.#mostOpen) await this.#finish(oldest);
    if (this.#files === maxFiles) throw tooManyFiles(maxFiles, this.#index.size);
    this.#files++;
    partition.parts++;
    const sink = await this.#io.openPart({ partition: partition.values, number: partition.parts });
    const writer = new ParquetWriter(this.#heap, this.#columns, sink, this.#fileOptions, this.#mostOpen > 1);
    const file = { partition, sink, writer, used: 0 };
    this.#open.set(partition, file);
    return file;
  }

  async #finish({ partition, sink, writer, used }: OpenFile): Promise<void> {
    const { rows } = await writer.end(this.#metadata);
    await writer.close();
    this.#open.delete(partition);
    this.#used -= used;
    await sink.end({ rows });
  }
}

import type { TableSchemaDescriptor } from '@tributary/table-schema';
import { type BadCellFound, ColumnReader, type ReadColumn } from '../columns/column-reader.ts';
import { columnTypeOf } from '../columns/column-type.ts';
import type { ConvertIo, ConvertReport, RejectedRow } from '../converter.ts';
import type { DelimitedOptions } from '../delimited/dialect.ts';
import { HeldRejects } from '../delimited/held-rejects.ts';
import { DelimitedReader, type OpenedTable } from '../delimited/reader.ts';
import type { RecordBatch } from '../delimited/record-batch.ts';
import { BadInput } from '../errors.ts';
import { KernelHeap } from '../kernel/heap.ts';
import type { Column } from '../parquet/column.ts';
import type { ByteSource } from '../ports.ts';
import { mayHelp } from '../threads/helper-thread.ts';
import { describeBadCell } from './bad-cell.ts';
import { noColumnsLeft, noSuchColumn, tooMuchMemory } from './faults.ts';
import { inferFields } from './infer-schema.ts';
import { BATCH_CELLS, HEAP_BYTES } from './memory.ts';
import type { CsvToParquetOptions } from './options.ts';
import { hasOpenTimezone, settleField, TimezoneSurvey } from './settle-field.ts';
import { isSeveralFiles, openTableOutput, type TableOutput } from './table-output.ts';
import { type PlannedColumn, planTable } from './table-plan.ts';
import { BATCHES_BEHIND, SecondThread, THREAD_BYTES } from './thread/second-thread.ts';
import { ThreadedOutput } from './thread/threaded-output.ts';

/** Sizes for tests: many small blocks and batches. */
export interface ConvertSizes {
  block?: number;
  blocks?: number;
  cells?: number;
  /** Left out: two for an input of more than a few MiB, where there are two processors. The output is the same. */
  threads?: 1 | 2;
}

/**
 * Converts a whole input. Where the schema leaves a column open, a first pass over all rows finds its type; where it leaves
 * open whether a column is of UTC and the first rows have no value of it, a first pass goes up to one that has.
 * @throws {BadInput} `header-mismatch`, `name-too-long`, `no-such-column`, `no-columns-left`, `too-many-files`, `reserved-value`, `out-of-memory`, those of
 *   `DelimitedReader`, and what `io.reject` throws
 */
export async function convertCsvToParquet(
  io: ConvertIo,
  options: CsvToParquetOptions,
  sizes: ConvertSizes = {},
): Promise<ConvertReport> {
  const conversion = new Conversion(io, options, { cells: BATCH_CELLS, ...sizes });
  try {
    return await conversion.run();
  } catch (error) {
    // Only the heap throws it, when it is full.
    throw error instanceof RangeError && error.message.includes('has no room') ? tooMuchMemory() : error;
  } finally {
    await conversion.close();
  }
}

class Conversion {
  readonly #io: ConvertIo;
  readonly #options: CsvToParquetOptions;
  readonly #sizes: ConvertSizes;
  readonly #heap = new KernelHeap(HEAP_BYTES + THREAD_BYTES);
  #thread: SecondThread | undefined;
  #reader: DelimitedReader | undefined;
  #columns: ColumnReader | undefined;
  #output: TableOutput | undefined;
  readonly #held: HeldRejects;
  #rows = 0;
  #rejected = 0;
  /** A row was one too many. */
  #refused = false;
  /** In the first of two passes: rows go to quarantine in the second. */
  #surveying = false;
  /** The first batch is yet to tell whether there are two passes: no row may go to quarantine. */
  #deciding = false;

  constructor(io: ConvertIo, options: CsvToParquetOptions, sizes: ConvertSizes) {
    this.#io = io;
    this.#options = options;
    this.#sizes = sizes;
    this.#held = new HeldRejects((row) => this.#reject(row));
  }

  async run(): Promise<ConvertReport> {
    try {
      return await this.#run();
    } catch (error) {
      // Rows rejected until then are in quarantine when a file is refused.
      if (error instanceof BadInput && !this.#refused) this.#releaseQuietly();
      throw error;
    }
  }

  async #run(): Promise<ConvertReport> {
    const { schema, missingValues } = this.#options;
    const opened = await this.#open(this.#io.source, this.#firstOptions());
    const { columns, dialect } = opened;
    let planned = planTable(columns, schema, missingValues);
    this.#checkPartitions(planned);
    const inferred = planned.some(({ field }) => !field);
    const timezones = new TimezoneSurvey(this.#heap, planned);
    let batch: RecordBatch | undefined;
    if (inferred) {
      this.#surveying = true;
      const fields = await inferFields(
        this.#heap,
        this.#reader!,
        planned,
        timezones,
        this.#thread,
        this.#io.signal,
      );
      planned = planned.map((column, i) => ({ ...column, field: fields[i] }));
    } else batch = await this.#surveyTimezones(timezones);
    planned = timezones.settle(planned);
    if (this.#surveying) {
      this.#surveying = false;
      this.#reader!.close();
      // What the first pass has settled is not judged again.
      const reading = { ...this.#options.reading, absentDelimiter: 'accept' } as const;
      await this.#open(await this.#io.restart(), { dialect, reading });
      batch = await this.#reader!.next();
    }
    const report = await this.#convert(planned, batch, inferred);
    // Only a pass that guesses tells so, and that is the first one.
    const isGuess = opened.guessed.includes('encoding') && dialect.encoding === 'windows-1252';
    return {
      ...report,
      notices: isGuess ? { ...report.notices, 'guessed-encoding': 1 } : report.notices,
      inputDialect: { ...dialect, guessed: opened.guessed },
    };
  }

  /** Gives the first batch, if that tells all; else the survey goes on until it does, and the rows are to be read again. */
  async #surveyTimezones(timezones: TimezoneSurvey): Promise<RecordBatch | undefined> {
    const reader = this.#reader!;
    this.#deciding = !timezones.isDone;
    let batch = await reader.next();
    this.#deciding = false;
    if (batch) timezones.add(batch);
    if (timezones.isDone && !this.#surveying) return batch;
    this.#surveying = true;
    this.#held.clear();
    while (batch && !timezones.isDone) {
      this.#io.signal?.throwIfAborted();
      batch = await reader.next();
      if (batch) timezones.add(batch);
    }
    return undefined;
  }

  #reject(row: RejectedRow): void {
    try {
      this.#io.reject(row);
    } catch (error) {
      this.#refused = true;
      throw error;
    }
  }

  /** The file is refused already: that too many rows are bad, too, is no news. */
  #releaseQuietly(): void {
    try {
      this.#held.release();
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
    }
  }

  /** What is held of the rows between those of a batch is handed on in order after it; what comes before all of them, at once. */
  #endsBatch(records: number): boolean {
    if (!this.#held.isFull) return false;
    if (records > 0) return true;
    if (this.#deciding) {
      this.#surveying = true;
      this.#held.clear();
    } else this.#held.release();
    return false;
  }

  /** A file that has a schema has a header, unless somebody says otherwise: a look at its cells may be wrong on that. */
  #firstOptions(): DelimitedOptions {
    const { dialect, reading, schema } = this.#options;
    const header = dialect.header ?? (schema && this.#io.hints.dialect === undefined ? true : undefined);
    return { dialect: { ...dialect, ...(header === undefined ? {} : { header }) }, reading };
  }

  async close(): Promise<void> {
    await this.#output?.close();
    await this.#thread?.close();
    this.#columns?.close();
    this.#reader?.close();
  }

  async #open(source: ByteSource, { dialect, reading }: DelimitedOptions): Promise<OpenedTable> {
    const { schema } = this.#options;
    const reader = new DelimitedReader(
      this.#heap,
      source,
      { dialect, reading },
      {
        hints: this.#io.hints,
        reject: (row) => {
          if (!this.#surveying) this.#held.add(row);
        },
        endsBatch: (records) => this.#endsBatch(records),
        ...(schema ? { names: schema.fields.map(({ name }) => name) } : {}),
        sizes: this.#sizes,
        lasting: {
          batches: mayHelp(this.#sizes.threads) ? BATCHES_BEHIND : 0,
          settle: async () => this.#thread?.settle(),
        },
      },
    );
    this.#reader = reader;
    // It starts while the start of the file is looked at.
    if (
      mayHelp(this.#sizes.threads) &&
      !this.#thread &&
      (this.#sizes.threads === 2 || (await reader.isLong()))
    )
      this.#thread = new SecondThread(this.#heap, this.#io);
    return await reader.open();
  }

  #checkPartitions(columns: readonly PlannedColumn[]): void {
    const { partitionBy = [], bloomFilters } = this.#options.output;
    const names = columns.map(({ name }) => name);
    const known = new Set(names);
    const wanted = { 'output.partitionBy': partitionBy, 'output.bloomFilters': bloomFilters };
    for (const [option, list] of Object.entries(wanted)) {
      const absent = list.find((name) => !known.has(name));
      if (absent !== undefined) throw noSuchColumn(option, absent, names);
    }
    if (names.every((name) => partitionBy.includes(name))) throw noColumnsLeft();
  }

  async #convert(
    planned: readonly PlannedColumn[],
    first: RecordBatch | undefined,
    inferred: boolean,
  ): Promise<ConvertReport> {
    const reader = this.#reader!;
    const columns = planned.map((column): ReadColumn => ({ ...column, field: settleField(column.field!) }));
    const descriptor = this.#describe(columns);
    this.#columns = new ColumnReader(
      this.#heap,
      columns,
      this.#options,
      this.#thread ? 1 + BATCHES_BEHIND : 1,
    );
    this.#output = this.#createOutput(columns, {
      ...this.#io.metadata,
      'tributary.schema': JSON.stringify(descriptor),
    });
    for (let batch = first; batch; batch = await reader.next()) {
      this.#io.signal?.throwIfAborted();
      await this.#convertBatch(batch);
    }
    this.#held.release();
    await this.#output.end();
    const { nulled } = this.#columns;
    const unchecked = countUnchecked(this.#options.schema);
    return {
      rows: this.#rows,
      rejected: this.#rejected + reader.rejected,
      fields: columns.map(({ field }) => field.name),
      schema: { descriptor, inferred },
      notices: {
        ...reader.notices,
        ...(nulled > 0 ? { 'bad-cells': nulled } : {}),
        ...(unchecked > 0 ? { 'constraints-not-checked': unchecked } : {}),
      },
    };
  }

  async #convertBatch(batch: RecordBatch): Promise<void> {
    const bad: BadCellFound[] = [];
    const { rows, vectors } = this.#columns!.read(batch, (found) => bad.push(found));
    // Which rows of a refused file reach quarantine is not left to how far a second thread is behind.
    if (bad.length > 0 || !this.#held.isEmpty) await this.#output!.settle();
    for (const found of bad) {
      const place = batch.place(found.row);
      this.#held.release(place.byte);
      this.#rejected++;
      this.#reject({ ...describeBadCell(found), ...place, record: batch.raw(found.row) });
    }
    this.#held.release();
    await this.#output!.append(rows, vectors);
    this.#rows += rows;
  }

  #createOutput(columns: readonly ReadColumn[], metadata: Record<string, string>): TableOutput {
    const { output } = this.#options;
    const all = columns.map(
      ({ field, required }): Column => ({ name: field.name, type: columnTypeOf(field), nullable: !required }),
    );
    return this.#thread
      ? new ThreadedOutput(this.#thread, all, { output, metadata })
      : openTableOutput(this.#heap, all, this.#io, { output, metadata });
  }

  #describe(columns: readonly ReadColumn[]): Record<string, unknown> {
    const { schema, missingValues } = this.#options;
    const rest: Omit<TableSchemaDescriptor, 'fields'> = schema ?? (missingValues ? { missingValues } : {});
    return { ...rest, fields: columns.map(({ field }) => field) };
  }
}

/** Fields with constraints that a conversion does not look at: all but `required`; keys are not looked up either. */
function countUnchecked(schema: CsvToParquetOptions['schema']): number {
  if (!schema) return 0;
  const keys = new Set([...(schema.primaryKey ?? []), ...(schema.uniqueKeys ?? []).flat()]);
  return schema.fields.filter(
    ({ name, constraints = {} }) =>
      keys.has(name) || Object.keys(constraints).some((constraint) => constraint !== 'required'),
  ).length;
}

/** Whether there may be two passes under these options. */
export function readsTwice({ schema }: CsvToParquetOptions): boolean {
  const { fieldsMatch = 'subset', fields = [] } = schema ?? {};
  // The file may have columns that the schema does not name, which are inferred.
  return fieldsMatch === 'subset' || fieldsMatch === 'partial' || fields.some(hasOpenTimezone);
}

/** Whether the output is several files. */
export function writesFiles({ output }: CsvToParquetOptions): boolean {
  return isSeveralFiles(output);
}

import type { Field } from '@tributary/table-schema';
import { type BadCellFound, ColumnReader, type ReadColumn } from '../columns/column-reader.ts';
import type { ConvertIo, ConvertReport } from '../converter.ts';
import type { DelimitedOptions } from '../delimited/dialect.ts';
import { DelimitedReader, type OpenedTable } from '../delimited/reader.ts';
import type { RecordBatch } from '../delimited/record-batch.ts';
import { BadInput } from '../errors.ts';
import { isFullHeap, KernelHeap } from '../kernel/heap.ts';
import type { ByteSource } from '../ports.ts';
import { mayHelp } from '../threads/helper-thread.ts';
import { describeBadCell } from './bad-cell.ts';
import { describeTable, descriptorOf } from './described-table.ts';
import { noColumnsLeft, noSuchColumn, tooMuchMemory } from './faults.ts';
import { guessOf, isRight } from './guess.ts';
import { BATCH_CELLS, HEAP_BYTES } from './memory.ts';
import type { CsvToParquetOptions } from './options.ts';
import { RejectGate } from './reject-gate.ts';
import { hasOpenTimezone, settleField, TimezoneSurvey } from './settle-field.ts';
import { isSeveralFiles, openTableOutput, type TableEnd, type TableOutput } from './table-output.ts';
import { type PlannedColumn, planTable } from './table-plan.ts';
import { BATCHES_BEHIND, SecondThread, THREAD_BYTES } from './thread/second-thread.ts';
import { ThreadedOutput } from './thread/threaded-output.ts';
import { TypeSurvey } from './type-survey.ts';

/** Sizes for tests: many small blocks and batches. */
export interface ConvertSizes {
  block?: number;
  blocks?: number;
  cells?: number;
  /** Left out: two for an input of more than a few MiB, where there are two processors. The output is the same. */
  threads?: 1 | 2;
  /** Bytes of the input by which types are guessed. */
  guess?: number;
}

/** Enough rows to see nearly all forms of a column, and read in no time. */
const GUESS_BYTES = 8 * 1024 * 1024;
/** Of more columns there is nearly always one with a rare form. */
const GUESS_COLUMNS = 100;

/**
 * Converts a whole input. Where the schema leaves a column open, a first pass over all rows finds its type; where it leaves
 * open whether a column is of UTC and the first rows have no value of it, a first pass goes up to one that has. With no schema
 * at all, and an output that can begin anew, the first rows are enough for a guess: the table is converted by it while all rows
 * are looked at, and only if one says otherwise, once more. The output is the same.
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
    throw isFullHeap(error) ? tooMuchMemory() : error;
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
  readonly #gate: RejectGate;
  #rows = 0;
  #rejected = 0;

  constructor(io: ConvertIo, options: CsvToParquetOptions, sizes: ConvertSizes) {
    this.#io = io;
    this.#options = options;
    this.#sizes = sizes;
    this.#gate = new RejectGate((row) => io.reject(row));
  }

  async run(): Promise<ConvertReport> {
    try {
      return await this.#run();
    } catch (error) {
      // Rows rejected until then are in quarantine when a file is refused.
      if (error instanceof BadInput) this.#gate.releaseQuietly();
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
    let report: ConvertReport | undefined;
    if (inferred) {
      const survey = new TypeSurvey(this.#heap, planned);
      try {
        if (this.#mayGuess(columns)) report = await this.#convertByGuess(survey, timezones, planned, dialect);
        else await this.#survey(survey, timezones);
        planned = fill(planned, survey.fields());
      } finally {
        survey.close();
      }
    } else batch = await this.#surveyTimezones(timezones);
    if (!report) {
      planned = timezones.settle(planned);
      if (this.#gate.pass === 'survey') {
        await this.#reopen(dialect);
        batch = await this.#reader!.next();
      }
      report = await this.#convert(planned, batch, inferred);
    }
    // Only a pass that guesses tells so, and that is the first one.
    const isGuess = opened.guessed.includes('encoding') && dialect.encoding === 'windows-1252';
    return {
      ...report,
      notices: isGuess ? { ...report.notices, 'guessed-encoding': 1 } : report.notices,
      inputDialect: { ...dialect, guessed: opened.guessed },
    };
  }

  /** Looks at rows up to a byte of the input, in the first of two passes. Gives whether there are more. */
  async #survey(
    survey: TypeSurvey,
    timezones: TimezoneSurvey,
    upTo = Number.POSITIVE_INFINITY,
  ): Promise<boolean> {
    this.#gate.survey();
    survey.share(this.#thread);
    let reached = 0;
    while (reached < upTo) {
      this.#io.signal?.throwIfAborted();
      const batch = await this.#reader!.next();
      if (!batch) break;
      survey.look(batch);
      timezones.add(batch);
      if (batch.records > 0) reached = batch.place(batch.records - 1).byte;
      await this.#thread?.turn();
    }
    await survey.gather();
    return reached >= upTo;
  }

  /**
   * Converts all by the types that the first rows have. Gives nothing if there are no more rows, or if one says otherwise: then
   * the survey goes on to the end, and it is as if nothing had been written.
   */
  async #convertByGuess(
    survey: TypeSurvey,
    timezones: TimezoneSurvey,
    planned: readonly PlannedColumn[],
    dialect: OpenedTable['dialect'],
  ): Promise<ConvertReport | undefined> {
    if (!(await this.#survey(survey, timezones, this.#sizes.guess ?? GUESS_BYTES))) return undefined;
    const guess = guessOf(survey.fields());
    await this.#reopen(dialect);
    this.#gate.pass = 'guess';
    this.#begin(this.#readColumns(fill(planned, guess)));
    while (this.#gate.pass === 'guess') {
      this.#io.signal?.throwIfAborted();
      const batch = await this.#reader!.next();
      if (!batch) break;
      survey.look(batch);
      if (survey.hasNews() && !isRight(guess, survey.fields())) this.#gate.survey();
      else await this.#convertBatch(batch);
    }
    if (this.#gate.pass !== 'guess') {
      await this.#giveUp();
      await this.#survey(survey, timezones);
      return undefined;
    }
    this.#gate.pass = 'convert';
    const columns = this.#readColumns(fill(planned, survey.fields()));
    return await this.#finish(columns, true, describeTable(columns, this.#options, this.#io.metadata));
  }

  /** What was converted by a guess is nothing. */
  async #giveUp(): Promise<void> {
    this.#rows = 0;
    await this.#output!.close();
    this.#output = undefined;
    if (this.#thread) {
      await this.#thread.close();
      this.#thread = new SecondThread(this.#heap, this.#io);
    }
    this.#columns!.close();
    this.#columns = undefined;
    await this.#io.discard!();
  }

  #mayGuess({ length }: readonly string[]): boolean {
    const { schema, output } = this.#options;
    return !schema && length <= GUESS_COLUMNS && !isSeveralFiles(output) && this.#io.discard !== undefined;
  }

  /** From the start, and rows count. What the first pass has settled is not judged again. */
  async #reopen(dialect: OpenedTable['dialect']): Promise<void> {
    this.#gate.pass = 'convert';
    this.#reader!.close();
    const reading = { ...this.#options.reading, absentDelimiter: 'accept' } as const;
    await this.#open(await this.#io.restart(), { dialect, reading });
  }

  /** Gives the first batch, if that tells all; else the survey goes on until it does, and the rows are to be read again. */
  async #surveyTimezones(timezones: TimezoneSurvey): Promise<RecordBatch | undefined> {
    const reader = this.#reader!;
    if (!timezones.isDone) this.#gate.pass = 'decide';
    let batch = await reader.next();
    if (batch) timezones.add(batch);
    if (timezones.isDone && this.#gate.pass !== 'survey') {
      this.#gate.pass = 'convert';
      return batch;
    }
    this.#gate.survey();
    while (batch && !timezones.isDone) {
      this.#io.signal?.throwIfAborted();
      batch = await reader.next();
      if (batch) timezones.add(batch);
    }
    return undefined;
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
        reject: (row) => this.#gate.add(row),
        endsBatch: (records) => this.#gate.endsBatch(records),
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
    const columns = this.#readColumns(planned);
    this.#begin(columns);
    for (let batch = first; batch; batch = await this.#reader!.next()) {
      this.#io.signal?.throwIfAborted();
      await this.#convertBatch(batch);
    }
    return await this.#finish(columns, inferred);
  }

  #readColumns(planned: readonly PlannedColumn[]): ReadColumn[] {
    return planned.map((column) => ({ ...column, field: settleField(column.field!) }));
  }

  #begin(columns: readonly ReadColumn[]): void {
    this.#columns = new ColumnReader(
      this.#heap,
      columns,
      this.#options,
      this.#thread ? 1 + BATCHES_BEHIND : 1,
    );
    this.#output = this.#createOutput(columns);
  }

  /** `end`: what the output says of the table, where that was not known when it was begun. */
  async #finish(columns: readonly ReadColumn[], inferred: boolean, end?: TableEnd): Promise<ConvertReport> {
    this.#gate.release();
    const reader = this.#reader!;
    await this.#output!.end(end);
    const { nulled } = this.#columns!;
    const unchecked = countUnchecked(this.#options.schema);
    return {
      rows: this.#rows,
      rejected: this.#rejected + reader.rejected,
      fields: columns.map(({ field }) => field.name),
      schema: { descriptor: descriptorOf(columns, this.#options), inferred },
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
    if (this.#gate.pass !== 'guess') await this.#putAside(batch, bad);
    else if (bad.length > 0) return this.#gate.survey();
    await this.#output!.append(rows, vectors);
    this.#rows += rows;
  }

  async #putAside(batch: RecordBatch, bad: readonly BadCellFound[]): Promise<void> {
    // Which rows of a refused file reach quarantine is not left to how far a second thread is behind.
    if (bad.length > 0 || !this.#gate.isEmpty) await this.#output!.settle();
    for (const found of bad) {
      const place = batch.place(found.row);
      this.#gate.release(place.byte);
      this.#rejected++;
      this.#gate.reject({ ...describeBadCell(found), ...place, record: batch.raw(found.row) });
    }
    this.#gate.release();
  }

  #createOutput(described: readonly ReadColumn[]): TableOutput {
    const { output } = this.#options;
    const { columns, metadata } = describeTable(described, this.#options, this.#io.metadata);
    return this.#thread
      ? new ThreadedOutput(this.#thread, columns, { output, metadata })
      : openTableOutput(this.#heap, columns, this.#io, { output, metadata });
  }
}

/** The columns with fields. */
function fill(columns: readonly PlannedColumn[], fields: readonly Field[]): PlannedColumn[] {
  return columns.map((column, i) => ({ ...column, field: fields[i] }));
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

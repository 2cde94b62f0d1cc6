import type { Drift, Field, RowError, TaskFacts } from '@tributary/table-schema';
import { cellText } from '../columns/cell-text.ts';
import type { ConvertIo, ConvertReport } from '../converter.ts';
import type { DelimitedOptions, ReadDialect } from '../delimited/dialect.ts';
import { DelimitedReader, type OpenedTable } from '../delimited/reader.ts';
import type { RecordBatch } from '../delimited/record-batch.ts';
import { KernelHeap } from '../kernel/heap.ts';
import type { ByteFile, ByteSource } from '../ports.ts';
import { mayHelp } from '../threads/helper-thread.ts';
import { BatchCheck } from './batch-check.ts';
import { BATCHES_BEHIND, BatchQueue, type ReadBatch } from './batch-queue.ts';
import { compileCellRule } from './cell-rule.ts';
import { attachReport } from './documents.ts';
import { describeChanges, findDrift, rememberColumns } from './drift.ts';
import { describeRow, Findings } from './findings.ts';
import { KeyBudget, tooManyKeys } from './hash-table.ts';
import { readStart } from './input-start.ts';
import { createKernel, type Kernel } from './kernel.ts';
import { KeyJudge } from './key-judge.ts';
import { writeBatch } from './odd-batch.ts';
import { oddErrors, withShape } from './odd-records.ts';
import type { SchemaValidatorOptions } from './options.ts';
import { openParquet, parquetDialect } from './parquet-source.ts';
import { firstOptions, firstRowOf, strictShape } from './reading.ts';
import { inOrder, type OddRecord, OddRecords } from './record-feed.ts';
import { readReferences } from './references.ts';
import { RowWriter } from './row-writer.ts';
import { TableCheck } from './table-check.ts';
import { type Cell, compileRules, hasKeys, type TableRules } from './table-rules.ts';
import { SecondThread, THREAD_BYTES } from './thread/second-thread.ts';
import { notValid } from './verdict.ts';

/** Sizes for tests: many small blocks and batches. */
export interface ValidateSizes {
  block?: number;
  blocks?: number;
  cells?: number;
  /** Left out: two for a long input, where there are two processors. What comes out is the same. */
  threads?: 1 | 2;
  /** Rows of which all texts are counted. */
  sampled?: number;
}

const MiB = 1024 * 1024;
const HEAP_BYTES = 512 * MiB;
/** Bytes of an input that is worth a second thread, where it is known how long it is; all of the first 10 MiB or so is the first's. */
const LONG = 32 * MiB;
const NONE = new Uint8Array(0);
const givenUp = 'The file was given up before its end: rows and errors are those up to there.';

/**
 * Validates a whole input. Where there are keys it is read twice: first to learn them, then to judge each row.
 * @throws {BadInput} `not-valid` where the table as a whole does not hold what is expected of it, or in gate mode any row;
 *   `too-many-keys`, those of `DelimitedReader`, and what `io.reject` throws
 * @throws {BadOptions} a schema that can never work, with its JSON Pointer
 */
export async function validate(
  io: ConvertIo,
  options: SchemaValidatorOptions,
  sizes: ValidateSizes = {},
): Promise<ConvertReport> {
  const validation = new Validation(io, options, sizes);
  try {
    return await validation.run();
  } catch (error) {
    // Only the heap throws it, when it is full.
    const isFull = error instanceof RangeError && error.message.includes('has no room');
    throw isFull ? tooManyKeys(options.maxKeyBytes) : error;
  } finally {
    await validation.close();
  }
}

class Validation {
  readonly #io: ConvertIo;
  readonly #options: SchemaValidatorOptions;
  readonly #sizes: ValidateSizes;
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  readonly #odd = new OddRecords();
  #findings!: Findings;
  #thread: SecondThread | undefined;
  #reader: DelimitedReader | undefined;
  #queue: BatchQueue | undefined;
  #rules!: TableRules;
  #keys: KeyJudge | undefined;
  #table!: TableCheck;
  #writer: RowWriter | undefined;
  /** Number of the row that comes next. */
  #row = 0;
  #rejected = 0;
  /** Rows that are no row of the table: blank ones. */
  #blank = 0;
  #seconds = () => 0;
  /** The input, if it is Parquet. */
  #file: ByteFile | undefined;

  constructor(io: ConvertIo, options: SchemaValidatorOptions, sizes: ValidateSizes) {
    this.#io = io;
    this.#options = options;
    this.#sizes = sizes;
    this.#heap = new KernelHeap(HEAP_BYTES + THREAD_BYTES + (hasKeys(options) ? options.maxKeyBytes : 0));
    this.#kernel = createKernel(this.#heap.memory);
  }

  async close(): Promise<void> {
    await this.#thread?.close();
    this.#reader?.close();
    this.#keys?.close();
    this.#table?.close();
  }

  async run(): Promise<ConvertReport> {
    const { clock } = this.#io;
    const { reading } = this.#options;
    const start = clock?.now() ?? 0;
    this.#seconds = () => ((clock?.now() ?? 0) - start) / 1000;
    const input = await readStart(this.#io.source);
    this.#file = input.isParquet ? this.#io.file : undefined;
    const opened = this.#file
      ? await this.#open(await openParquet(this.#file), { dialect: parquetDialect, reading })
      : await this.#open(input.source, firstOptions(this.#options, this.#io, input.line));
    const labels = opened.labels ?? opened.columns;
    this.#rules = compileRules(this.#options, labels);
    this.#begin(opened);
    const keys = await this.#openKeys();
    const surveys = keys?.needsSurvey === true;
    // Where nothing is written, rows are judged while keys are learnt: mostly no key comes up again, and that was all.
    const bets = surveys && this.#options.mode === 'gate' && !keys.refersToItself;
    try {
      if (surveys && !bets) await this.#surveyKeys(keys, opened);
      await this.#judgeRows(opened, bets);
      if (bets && keys.hasRepeated) {
        await this.#reopen(opened);
        this.#begin(opened);
        await this.#judgeRows(opened, false);
      }
    } catch (error) {
      // Too many bad rows, or a file that cannot be read on: what was found until then is told. Of what columns hold, more may
      // have been seen than was judged.
      this.#attach(labels, [], [givenUp], { incomplete: true });
      throw error;
    }
    return this.#conclude(opened, labels);
  }

  async #open(source: ByteSource, { dialect, reading }: DelimitedOptions): Promise<OpenedTable> {
    const { schema } = this.#options;
    this.#reader?.close();
    this.#reader = new DelimitedReader(
      this.#heap,
      source,
      { dialect, reading: strictShape(reading) },
      {
        hints: this.#file ? {} : this.#io.hints,
        reject: (row, cells) => this.#odd.add(row, cells()),
        endsBatch: (records) => this.#odd.place(records),
        names: schema.fields.map(({ name }) => name),
        guessNulls: false,
        sizes: this.#sizes,
        lasting: {
          batches: mayHelp(this.#sizes.threads) ? BATCHES_BEHIND : 0,
          settle: async () => this.#queue?.settle(),
        },
      },
    );
    // It starts while the start of the file is looked at.
    if (
      mayHelp(this.#sizes.threads) &&
      !this.#thread &&
      (this.#sizes.threads === 2 || (await this.#isLong()))
    )
      this.#thread = new SecondThread(this.#heap, this.#sizes.threads === 2);
    const opened = await this.#reader.open();
    this.#row = firstRowOf(opened.dialect);
    return opened;
  }

  /** Whether a second thread gets more done than it takes to start one. */
  async #isLong(): Promise<boolean> {
    const { size = Number.POSITIVE_INFINITY } = this.#io.file ?? {};
    return size >= LONG && (await this.#reader!.isLong());
  }

  /** Begins to judge the table, anew if it was before. */
  #begin({ labels, columns }: OpenedTable): void {
    const { match, expectations } = this.#rules;
    this.#table?.close();
    this.#table = new TableCheck(this.#heap, this.#kernel, this.#rules, this.#options, this.#sizes.sampled);
    this.#findings = new Findings(this.#options.report);
    this.#blank = 0;
    for (const error of match.errors) this.#findings.addHeader(error, labels ?? columns);
    for (const failure of labels ? expectations.judgeLabels(labels) : [])
      this.#findings.addExpectation(failure);
  }

  /** Opens the same table again. */
  async #reopen({ dialect }: OpenedTable): Promise<void> {
    const reading = { ...this.#options.reading, absentDelimiter: 'accept' } as const;
    await this.#open(this.#file ? await openParquet(this.#file) : await this.#io.restart(), {
      dialect,
      reading,
    });
  }

  /** The judge of keys, if there are any, which knows the other tables. */
  async #openKeys(): Promise<KeyJudge | undefined> {
    const { uniqueRows, maxKeyBytes } = this.#options;
    if (!hasKeys(this.#options)) return undefined;
    const rules = this.#rules;
    const keys = new KeyJudge(this.#heap, this.#kernel, rules, uniqueRows, new KeyBudget(maxKeyBytes));
    this.#keys = keys;
    await readReferences(this.#io, this.#heap, this.#kernel, rules, keys);
    return keys;
  }

  /** Learns the keys of this table in a pass of their own. */
  async #surveyKeys(keys: KeyJudge, opened: OpenedTable): Promise<void> {
    const { schema } = this.#options;
    const fields = [...keys.surveyedFields].filter((field) => this.#table.columnOf(field) !== undefined);
    const columnOf = (field: number) => (fields.includes(field) ? fields.indexOf(field) : undefined);
    const check = new BatchCheck(
      this.#heap,
      this.#kernel,
      fields.map((field) => ({
        rule: compileCellRule(schema, schema.fields[field]!),
        index: this.#table.columnOf(field)!,
        checks: false,
      })),
      { coversAll: false },
    );
    try {
      await this.#eachBatch(async (batch, odd) => {
        keys.reserve((batch?.records ?? 0) + odd.length);
        if (batch) {
          check.check(batch);
          keys.note(check, batch, columnOf);
          keys.noteRows(check, batch);
        }
        this.#withOdd(odd, (oddBatch, cells) => {
          check.check(oddBatch);
          keys.note(check, oddBatch, columnOf);
          keys.noteOddRows(cells);
        });
      });
    } finally {
      check.close();
    }
    keys.settle();
    await this.#reopen(opened);
  }

  /** Odd records that have cells, as a batch. */
  #withOdd(
    odd: readonly OddRecord[],
    use: (batch: RecordBatch, cells: readonly (readonly Cell[])[], records: readonly OddRecord[]) => void,
  ): void {
    const records = odd.filter((record) => record.cells && !oddErrors(record, 0));
    if (records.length === 0) return;
    const cells = records.map((record) => record.cells!);
    const { batch, close } = writeBatch(this.#heap, cells, this.#rules.labels.length);
    try {
      use(batch, cells, records);
    } finally {
      close();
    }
  }

  /** @param notes whether keys are noted besides */
  async #judgeRows(opened: OpenedTable, notes: boolean): Promise<void> {
    const writes = this.#options.mode === 'split' && this.#findings.tableErrors === 0;
    const thread = this.#table.isMergeable && !this.#keys?.marks ? this.#thread : undefined;
    thread?.open(this.#options, this.#rules.labels);
    const queue = new BatchQueue(async (item) => {
      if (writes) this.#writer ??= await this.#startWriting(opened, item.batch);
      this.#keys?.noteHashes(item.rooms);
      this.#judge(item);
      if (item.batch) await this.#writer?.write(item.batch, item.suspects!);
    }, thread);
    this.#queue = queue;
    try {
      await this.#eachBatch((batch, odd) => queue.add(this.#check(batch, odd, thread, notes)));
    } finally {
      // Where the file cannot be read on, what stands before that is judged first.
      await queue.settle();
      this.#queue = undefined;
    }
    if (notes) this.#keys!.settle();
    if (thread?.isUsed) this.#table.merge(await thread.gathered());
    if (writes) this.#writer ??= await this.#startWriting(opened, undefined);
    await this.#writer?.end();
  }

  #judge({ batch, odd, first, suspects, oddIndex }: ReadBatch): void {
    this.#findings.rows += (batch?.records ?? 0) + odd.length;
    let passed = 0;
    for (const item of inOrder(suspects!, odd)) {
      if (item.odd) this.#judgeOdd(item.odd, first + item.odd.before + passed++, oddIndex);
      else if (this.#judgeRecord(batch!, item.index, first + item.index + passed)) suspects![item.index] = 0;
    }
  }

  /** @param batch the first of the table, if it has any */
  async #startWriting(opened: OpenedTable, batch: RecordBatch | undefined): Promise<RowWriter> {
    const writer = new RowWriter(this.#heap, this.#io.sink, opened.dialect, batch);
    if (opened.labels) await writer.writeHeader(opened.labels);
    return writer;
  }

  async #eachBatch(
    use: (batch: RecordBatch | undefined, odd: readonly OddRecord[]) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      this.#io.signal?.throwIfAborted();
      const batch = await this.#reader!.next();
      const odd = this.#odd.take();
      if (batch || odd.length > 0) await use(batch, odd);
      if (!batch) return;
    }
  }

  /** Finds the rows of a batch that are not proved good, or has the other thread find them. */
  #check(
    batch: RecordBatch | undefined,
    odd: readonly OddRecord[],
    thread: SecondThread | undefined,
    notes: boolean,
  ): ReadBatch {
    const { check, columnOf } = this.#table;
    const keys = this.#keys;
    const records = batch?.records ?? 0;
    if (notes) keys!.reserve(records + odd.length);
    keys?.startBatch();
    const oddIndex = new Map<OddRecord, number>();
    const item: ReadBatch = { batch, odd, first: this.#row, suspects: NONE, oddIndex, rooms: [] };
    this.#row += records + odd.length;
    if (batch && thread?.isFree && !check.samplesNext) {
      check.passOver(records);
      item.suspects = undefined;
      if (notes) item.rooms = keys!.makeRooms(records);
      thread.check(batch, item.rooms, (suspects = NONE) => {
        item.suspects = suspects;
      });
    } else if (batch) {
      this.#table.run(batch);
      if (notes) keys!.note(check, batch, columnOf);
      if (notes) keys!.noteRows(check, batch);
      keys?.mark(check, batch, columnOf, 0);
      keys?.markRows(check, batch);
      item.suspects = check.takeSuspects() ?? NONE;
    }
    this.#withOdd(odd, (oddBatch, cells, withCells) => {
      withCells.forEach((record, i) => {
        oddIndex.set(record, records + i);
      });
      this.#table.run(oddBatch);
      if (notes) keys!.note(check, oddBatch, columnOf);
      if (notes) keys!.noteOddRows(cells);
      keys?.mark(check, oddBatch, columnOf, records);
      keys?.markOddRows(cells, records);
    });
    return item;
  }

  #judgeOdd(odd: OddRecord, row: number, oddIndex: ReadBatch['oddIndex']): void {
    const errors = oddErrors(odd, row) ?? this.#errorsOf(odd.cells ?? [], row, oddIndex.get(odd)!, true);
    this.#reject(withShape(errors, odd, row), odd.cells ?? [], odd.row);
  }

  #judgeRecord(batch: RecordBatch, record: number, row: number): boolean {
    const cells = this.#cellsOf(batch, record);
    const errors = this.#errorsOf(cells, row, record, false);
    if (errors.length === 0) return true;
    this.#reject(errors, cells, { ...batch.place(record), record: batch.raw(record) });
    return false;
  }

  /** The whole truth about a row. @param index of it, as the judge of keys knows it */
  #errorsOf(cells: readonly Cell[], row: number, index: number, isOdd: boolean): readonly RowError[] {
    const { errors, values } = this.#rules.checkRow(cells, row);
    if (errors[0]?.type === 'blank-row') {
      this.#blank++;
      this.#table.check.forgetBlank();
      return errors;
    }
    const ofKeys = this.#keys?.errorsOf(index, row, values, cells, isOdd) ?? [];
    return ofKeys.length > 0 ? [...errors, ...ofKeys] : errors;
  }

  #reject(
    errors: readonly RowError[],
    cells: readonly Cell[],
    at: { line: number; byte: number; record: Uint8Array },
  ): void {
    this.#findings.addRow(errors, cells);
    if (this.#options.mode === 'gate' || this.#findings.tableErrors > 0) return;
    this.#rejected++;
    this.#io.reject({ ...describeRow(errors), line: at.line, byte: at.byte, record: at.record });
  }

  #cellsOf(batch: RecordBatch, record: number): Cell[] {
    return Array.from({ length: batch.columns }, (_, i) => cellText(this.#heap, batch, record, i));
  }

  #conclude(opened: OpenedTable, labels: readonly string[]): ConvertReport {
    const { mode, schema, drift: policy } = this.#options;
    const findings = this.#findings;
    const now = BigInt(Math.round((this.#io.clock?.now() ?? 0) * 1000));
    const failures = this.#rules.expectations.judge({
      rows: findings.rows - this.#blank,
      columns: this.#table.facts(),
      now,
      arrival: BigInt(Math.round((this.#io.clock?.arrived ?? 0) * 1000)),
      trailer: this.#reader!.footer()
        .at(-1)
        ?.map((cell) => cell ?? ''),
    });
    for (const failure of failures) findings.addExpectation(failure);
    const columns: Field[] = this.#table.columns();
    const drifts = findDrift(schema, this.#io.remembered, columns, policy);
    const warnings: string[] = [];
    for (const { policy, text } of drifts.flatMap(describeChanges)) {
      if (policy === 'reject') findings.addTable('schema-drift', text);
      else warnings.push(text);
    }
    const profile = this.#table.profiles();
    this.#io.tell({ drift: drifts, ...(profile && { profile }) });
    this.#attach(labels, drifts, warnings, profile ? { profile } : {});
    if (findings.tableErrors > 0 || (mode === 'gate' && !findings.valid)) throw notValid(findings);
    const { dialect } = opened;
    const remember = rememberColumns(columns);
    return {
      rows: findings.rows - this.#rejected,
      rejected: this.#rejected,
      ...(mode === 'gate' ? { passed: { mediaType: this.#mediaTypeOf(dialect) } } : {}),
      dialect: this.#writer?.dialect ?? new RowWriter(this.#heap, this.#io.sink, dialect, undefined).dialect,
      inputDialect: { ...dialect, guessed: opened.guessed },
      fields: labels.map((label) => label.trim()),
      schema: { descriptor: schema as Record<string, unknown>, inferred: false },
      notices: {
        ...this.#reader!.notices,
        ...(warnings.length > 0 ? { 'drift-warnings': warnings.length } : {}),
      },
      ...(remember && { remember }),
    };
  }

  #mediaTypeOf({ delimiter }: ReadDialect): string {
    if (this.#file) return 'application/vnd.apache.parquet';
    return delimiter === '\t' ? 'text/tab-separated-values' : 'text/csv';
  }

  #attach(
    labels: readonly string[],
    drifts: readonly Drift[],
    warnings: readonly string[],
    more: Pick<TaskFacts, 'incomplete' | 'profile'>,
  ): void {
    const { log, rows, invalidRows } = this.#findings;
    const task: TaskFacts = {
      place: this.#io.metadata?.['tributary.source'] ?? 'input',
      labels,
      log,
      seconds: this.#seconds(),
      stats: { fields: labels.length, rows, invalidRows },
      warnings,
      ...more,
    };
    const drift = drifts.at(-1);
    if (drift) task.drift = drift;
    attachReport(this.#io, task);
  }
}

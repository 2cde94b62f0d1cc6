import type { Drift, Field, RowError, TaskFacts } from '@tributary/table-schema';
import { cellText } from '../columns/cell-text.ts';
import type { ConvertIo, ConvertReport } from '../converter.ts';
import { type DelimitedOptions, type ReadDialect, resolvePolicies } from '../delimited/dialect.ts';
import { DelimitedReader, type OpenedTable } from '../delimited/reader.ts';
import type { RecordBatch } from '../delimited/record-batch.ts';
import { KernelHeap } from '../kernel/heap.ts';
import type { ByteFile, ByteSource } from '../ports.ts';
import { BatchCheck } from './batch-check.ts';
import { compileCellRule } from './cell-rule.ts';
import { attachReport } from './documents.ts';
import { describeChanges, findDrift, rememberColumns } from './drift.ts';
import { describeRow, Findings } from './findings.ts';
import { KeyBudget, tooManyKeys } from './hash-table.ts';
import { delimiterOf, readStart } from './input-start.ts';
import { createKernel, type Kernel } from './kernel.ts';
import { KeyJudge } from './key-judge.ts';
import { writeBatch } from './odd-batch.ts';
import { oddErrors, withShape } from './odd-records.ts';
import type { SchemaValidatorOptions } from './options.ts';
import { openParquet, parquetDialect } from './parquet-source.ts';
import { inOrder, type OddRecord, OddRecords } from './record-feed.ts';
import { readReferences } from './references.ts';
import { RowWriter } from './row-writer.ts';
import { TableCheck } from './table-check.ts';
import { type Cell, compileRules, hasKeys, type TableRules } from './table-rules.ts';
import { notValid } from './verdict.ts';

/** Sizes for tests: many small blocks and batches. */
export interface ValidateSizes {
  block?: number;
  blocks?: number;
  cells?: number;
}

const MiB = 1024 * 1024;
const HEAP_BYTES = 512 * MiB;
const NONE = new Uint8Array(0);

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
    validation.close();
  }
}

class Validation {
  readonly #io: ConvertIo;
  readonly #options: SchemaValidatorOptions;
  readonly #sizes: ValidateSizes;
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  readonly #odd = new OddRecords();
  readonly #findings: Findings;
  #reader: DelimitedReader | undefined;
  #rules!: TableRules;
  #keys: KeyJudge | undefined;
  #table!: TableCheck;
  #writer: RowWriter | undefined;
  /** Number of the row that comes next. */
  #row = 0;
  #rejected = 0;
  /** Rows that are no row of the table: blank ones. */
  #blank = 0;
  /** Of the odd records at hand, the index that the judge of keys knows them by. */
  readonly #oddIndex = new Map<OddRecord, number>();
  #seconds = () => 0;
  /** The input, if it is Parquet. */
  #file: ByteFile | undefined;

  constructor(io: ConvertIo, options: SchemaValidatorOptions, sizes: ValidateSizes) {
    this.#io = io;
    this.#options = options;
    this.#sizes = sizes;
    this.#findings = new Findings(options.report);
    this.#heap = new KernelHeap(HEAP_BYTES + (hasKeys(options) ? options.maxKeyBytes : 0));
    this.#kernel = createKernel(this.#heap.memory);
  }

  close(): void {
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
      : await this.#open(input.source, this.#firstOptions(input.line));
    const labels = opened.labels ?? opened.columns;
    this.#rules = compileRules(this.#options, labels);
    this.#table = new TableCheck(this.#heap, this.#kernel, this.#rules, this.#options);
    for (const error of this.#rules.match.errors) this.#findings.addHeader(error, labels);
    if (opened.labels) {
      for (const failure of this.#rules.expectations.judgeLabels(labels))
        this.#findings.addExpectation(failure);
    }
    if (hasKeys(this.#options)) await this.#surveyKeys(opened);
    try {
      await this.#judgeRows(opened);
    } catch (error) {
      // Too many bad rows, or a file that cannot be read on: what was found until then is told.
      this.#attach(
        labels,
        [],
        ['The file was given up before its end: rows and errors are those up to there.'],
      );
      throw error;
    }
    return this.#conclude(opened, labels);
  }

  /** A table that has a schema has a header, unless somebody says otherwise: a look at its cells may be wrong on that. */
  #firstOptions(line: string | undefined): DelimitedOptions {
    const { dialect, reading, expectations, schema } = this.#options;
    const isOpen = this.#io.hints.dialect === undefined;
    const header = dialect.header ?? (isOpen ? true : undefined);
    const hasTrailer = expectations?.controlTotals?.some(({ equals }) => typeof equals === 'object');
    const footerLines = dialect.footerLines ?? (hasTrailer ? 1 : undefined);
    const given = {
      ...dialect,
      ...(header === undefined ? {} : { header }),
      ...(footerLines === undefined ? {} : { footerLines }),
    };
    const isFirst = (dialect.headerRows ?? [1])[0] === 1 && (dialect.skipLines ?? 0) === 0;
    if (!isOpen || !header || !isFirst || dialect.delimiter !== undefined || line === undefined)
      return { dialect: given, reading };
    // A first line that holds names of the schema is the header.
    const delimiter = delimiterOf(
      line,
      schema.fields.map(({ name }) => name),
    );
    if (delimiter === undefined) return { dialect: given, reading };
    return {
      dialect: { ...given, delimiter, skipLines: 0, headerRows: dialect.headerRows ?? [1] },
      reading: { ...reading, absentDelimiter: 'accept' },
    };
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
      },
    );
    const opened = await this.#reader.open();
    this.#row = firstRowOf(opened.dialect);
    return opened;
  }

  /** Learns what it takes to judge keys: other tables, and if need be this one in a first pass. */
  async #surveyKeys(opened: OpenedTable): Promise<void> {
    const { uniqueRows, maxKeyBytes, reading, schema } = this.#options;
    const rules = this.#rules;
    const keys = new KeyJudge(this.#heap, this.#kernel, rules, uniqueRows, new KeyBudget(maxKeyBytes));
    this.#keys = keys;
    await readReferences(this.#io, this.#heap, this.#kernel, rules, keys);
    if (!keys.needsSurvey) return;
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
      false,
    );
    try {
      await this.#eachBatch(async (batch, odd) => {
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
    await this.#open(this.#file ? await openParquet(this.#file) : await this.#io.restart(), {
      dialect: opened.dialect,
      reading: { ...reading, absentDelimiter: 'accept' },
    });
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

  async #judgeRows(opened: OpenedTable): Promise<void> {
    const writes = this.#options.mode === 'split' && this.#findings.tableErrors === 0;
    await this.#eachBatch(async (batch, odd) => {
      if (writes) this.#writer ??= await this.#startWriting(opened, batch);
      const suspects = this.#findSuspects(batch, odd);
      const first = this.#row;
      this.#row += (batch?.records ?? 0) + odd.length;
      this.#findings.rows += this.#row - first;
      let passed = 0;
      for (const item of inOrder(suspects, odd)) {
        if (item.odd) this.#judgeOdd(item.odd, first + item.odd.before + passed++);
        else if (this.#judgeRecord(batch!, item.index, first + item.index + passed)) suspects[item.index] = 0;
      }
      if (batch) await this.#writer?.write(batch, suspects);
    });
    if (writes) this.#writer ??= await this.#startWriting(opened, undefined);
    await this.#writer?.end();
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

  /** Rows of a batch that are not proved good: a byte of 1 for each. */
  #findSuspects(batch: RecordBatch | undefined, odd: readonly OddRecord[]): Uint8Array {
    const { check } = this.#table;
    const columnOf = (field: number) => this.#table.columnOf(field);
    const records = batch?.records ?? 0;
    this.#keys?.startBatch();
    let suspects = NONE;
    if (batch) {
      this.#table.run(batch);
      this.#keys?.mark(check, batch, columnOf, 0);
      this.#keys?.markRows(check, batch);
      suspects = check.suspects.subarray(0, records);
    }
    if (odd.length === 0) return suspects;
    suspects = suspects.slice();
    this.#oddIndex.clear();
    this.#withOdd(odd, (oddBatch, cells, withCells) => {
      withCells.forEach((record, i) => {
        this.#oddIndex.set(record, records + i);
      });
      this.#table.run(oddBatch);
      this.#keys?.mark(check, oddBatch, columnOf, records);
      this.#keys?.markOddRows(cells, records);
    });
    return suspects;
  }

  #judgeOdd(odd: OddRecord, row: number): void {
    const errors =
      oddErrors(odd, row) ?? this.#errorsOf(odd.cells ?? [], row, this.#oddIndex.get(odd)!, true);
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
    const { mode, report, schema, drift: policy } = this.#options;
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
    const profile = report.profile ? this.#table.profiles() : undefined;
    this.#io.tell({ drift: drifts, ...(profile && { profile }) });
    this.#attach(labels, drifts, warnings);
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

  #attach(labels: readonly string[], drifts: readonly Drift[], warnings: readonly string[]): void {
    const { log, rows, invalidRows } = this.#findings;
    const task: TaskFacts = {
      place: this.#io.metadata?.['tributary.source'] ?? 'input',
      labels,
      log,
      seconds: this.#seconds(),
      stats: { fields: labels.length, rows, invalidRows },
      warnings,
    };
    const drift = drifts.at(-1);
    if (drift) task.drift = drift;
    const profile = this.#table.profiles();
    if (profile) task.profile = profile;
    attachReport(this.#io, task);
  }
}

/** Rows are held to their shape, unless the options say otherwise. */
function strictShape(reading: DelimitedOptions['reading']): DelimitedOptions['reading'] {
  const shape = {
    shortRows: 'reject',
    longRows: 'reject',
    trailingDelimiters: 'reject',
    blankLines: 'reject',
    shortHeader: 'keep',
    headerNames: 'mend',
  } as const;
  const given = Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== undefined));
  return { ...resolvePolicies({ ...reading }), ...shape, ...given } as DelimitedOptions['reading'];
}

/** Number of the first row of data: rows before it, the header's among them, count too. */
function firstRowOf({ header, headerRows, skipLines }: ReadDialect): number {
  return skipLines + (header ? headerRows.at(-1)! : 0) + 1;
}

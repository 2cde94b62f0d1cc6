import type { RowError } from '@tributary/table-schema';
import { cellText } from '../columns/cell-text.ts';
import type { ConvertIo, Dialect } from '../converter.ts';
import type { OpenedTable } from '../delimited/reader.ts';
import type { RecordBatch } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { BatchQueue, type ReadBatch } from './batch-queue.ts';
import { describeRow, Findings } from './findings.ts';
import type { Kernel } from './kernel.ts';
import type { KeyJudge } from './key-judge.ts';
import { useOddBatch } from './odd-batch.ts';
import { oddErrors, withShape } from './odd-records.ts';
import type { SchemaValidatorOptions } from './options.ts';
import { firstRowOf } from './reading.ts';
import { inOrder, type OddRecord } from './record-feed.ts';
import { RowWriter } from './row-writer.ts';
import { TableCheck } from './table-check.ts';
import type { TableInput } from './table-input.ts';
import type { Cell, TableRules } from './table-rules.ts';
import type { SecondThread } from './thread/second-thread.ts';

const NONE = new Uint8Array(0);

/** What a table is judged with. */
export interface JudgeTools {
  heap: KernelHeap;
  kernel: Kernel;
  rules: TableRules;
  keys: KeyJudge | undefined;
  thread: SecondThread | undefined;
}

/**
 * Judges a table in one pass. Batches are checked as they come, here or on the second thread; rows that this does not prove good
 * are judged by themselves, in the order of the input: they are found wrong and go to quarantine, or go on like the others.
 */
export class TableJudge {
  readonly findings: Findings;
  readonly table: TableCheck;
  rejected = 0;
  /** Rows that are no row of the table: blank ones. */
  blank = 0;
  readonly #io: Pick<ConvertIo, 'sink' | 'reject'>;
  readonly #options: SchemaValidatorOptions;
  readonly #heap: KernelHeap;
  readonly #rules: TableRules;
  readonly #keys: KeyJudge | undefined;
  readonly #thread: SecondThread | undefined;
  readonly #opened: OpenedTable;
  #writer: RowWriter | undefined;
  /** Number of the row that comes next. */
  #row: number;

  /** @param sampled as of `BatchCheck` */
  constructor(
    io: Pick<ConvertIo, 'sink' | 'reject'>,
    options: SchemaValidatorOptions,
    { heap, kernel, rules, keys, thread }: JudgeTools,
    opened: OpenedTable,
    sampled?: number,
  ) {
    this.#io = io;
    this.#options = options;
    this.#heap = heap;
    this.#rules = rules;
    this.#keys = keys;
    this.#thread = thread;
    this.#opened = opened;
    this.#row = firstRowOf(opened.dialect);
    this.table = new TableCheck(heap, kernel, rules, options, sampled);
    this.findings = new Findings(options.report);
    const { match, expectations } = rules;
    for (const error of match.errors) this.findings.addHeader(error, rules.labels);
    for (const failure of opened.labels ? expectations.judgeLabels(opened.labels) : [])
      this.findings.addExpectation(failure);
  }

  /** What is written, or would be. */
  get dialect(): Dialect {
    return (this.#writer ?? this.#openWriter(undefined)).dialect;
  }

  /** @param notes whether keys are noted besides */
  async judgeRows(input: TableInput, notes: boolean): Promise<void> {
    const writes = this.#options.mode === 'split' && this.findings.tableErrors === 0;
    const thread = this.table.isMergeable && !this.#keys?.marks ? this.#thread : undefined;
    await thread?.open(this.#options, this.#rules.labels);
    const queue = new BatchQueue(async (item) => {
      if (writes) this.#writer ??= await this.#startWriting(item.batch);
      this.#keys?.noteHashes(item.rooms);
      this.#judgeBatch(item);
      if (item.batch) await this.#writer?.write(item.batch, item.suspects!);
    }, thread);
    try {
      await input.eachBatch(
        (batch, odd) => queue.add(this.#check(batch, odd, thread, notes)),
        () => queue.settle(),
      );
    } finally {
      // Where the file cannot be read on, what stands before that is judged first.
      await queue.settle();
    }
    if (notes) this.#keys!.settle();
    if (thread?.isUsed) this.table.merge(await thread.gathered());
    if (writes) this.#writer ??= await this.#startWriting(undefined);
    await this.#writer?.end();
  }

  close(): void {
    this.table.close();
  }

  /** @param first batch of the table, if it has any */
  async #startWriting(first: RecordBatch | undefined): Promise<RowWriter> {
    const writer = this.#openWriter(first);
    if (this.#opened.labels) await writer.writeHeader(this.#opened.labels);
    return writer;
  }

  #openWriter(first: RecordBatch | undefined): RowWriter {
    return new RowWriter(this.#heap, this.#io.sink, this.#opened.dialect, first);
  }

  /** Finds the rows of a batch that are not proved good, or has the other thread find them. */
  #check(
    batch: RecordBatch | undefined,
    odd: readonly OddRecord[],
    thread: SecondThread | undefined,
    notes: boolean,
  ): ReadBatch {
    const { check, columnOf } = this.table;
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
      this.table.run(batch);
      if (notes) keys!.note(check, batch, columnOf);
      if (notes) keys!.noteRows(check, batch);
      keys?.mark(check, batch, columnOf, 0);
      keys?.markRows(check, batch);
      item.suspects = check.takeSuspects() ?? NONE;
    }
    useOddBatch(this.#heap, odd, this.#rules.labels.length, (oddBatch, cells, withCells) => {
      withCells.forEach((record, i) => {
        oddIndex.set(record, records + i);
      });
      this.table.run(oddBatch);
      if (notes) keys!.note(check, oddBatch, columnOf);
      if (notes) keys!.noteOddRows(cells);
      keys?.mark(check, oddBatch, columnOf, records);
      keys?.markOddRows(cells, records);
    });
    return item;
  }

  #judgeBatch({ batch, odd, first, suspects, oddIndex }: ReadBatch): void {
    this.findings.rows += (batch?.records ?? 0) + odd.length;
    let passed = 0;
    for (const item of inOrder(suspects!, odd)) {
      if (item.odd) this.#judgeOdd(item.odd, first + item.odd.before + passed++, oddIndex);
      else if (this.#judgeRecord(batch!, item.index, first + item.index + passed)) suspects![item.index] = 0;
    }
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

  #cellsOf(batch: RecordBatch, record: number): Cell[] {
    return Array.from({ length: batch.columns }, (_, i) => cellText(this.#heap, batch, record, i));
  }

  /** The whole truth about a row. @param index of it, as the judge of keys knows it */
  #errorsOf(cells: readonly Cell[], row: number, index: number, isOdd: boolean): readonly RowError[] {
    const { errors, values } = this.#rules.checkRow(cells, row);
    if (errors[0]?.type === 'blank-row') {
      this.blank++;
      this.table.check.forgetBlank();
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
    this.findings.addRow(errors, cells);
    if (this.#options.mode === 'gate' || this.findings.tableErrors > 0) return;
    this.rejected++;
    this.#io.reject({ ...describeRow(errors), line: at.line, byte: at.byte, record: at.record });
  }
}

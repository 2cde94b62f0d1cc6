import * as map from '../../kernel/delimited/memory-map.ts';
import type { InputHints, RejectedRow } from '../converter.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { ByteSource } from '../ports.ts';
import {
  type DelimitedOptions,
  type OddityPolicies,
  type ReadDialect,
  resolvePolicies,
  type TextEncoding,
} from './dialect.ts';
import { nameOtherFormat, recogniseEncoding } from './encoding.ts';
import { columnsUnknown, emptyInput, tooManyColumns } from './faults.ts';
import { countColumns, nameColumns, readHeader } from './header.ts';
import type { RecordBatch } from './record-batch.ts';
import { defaultSizes, type ReaderSizes, RecordReader } from './record-reader.ts';
import { describeRejection, type Rejection } from './rejection.ts';
import { isBlank, settleDialect } from './settle.ts';
import type { Lasting } from './text-window.ts';

/** What the start of a file told. */
export interface OpenedTable {
  /** One name a column, each another; from the header, or made up where there is none. */
  columns: string[];
  /** What stands in the header, as it is there; undefined if there is none. */
  labels: string[] | undefined;
  /** Everything settled: give it as `options.dialect` to read the same file again without a look at its start. */
  dialect: ReadDialect;
  /** 0 to 1, of what was found in the file; 1 if all was given. */
  confidence: number;
  /** What was seen in the file, for a person. */
  notes: string[];
  /** Names of the parts of `dialect` that nobody stated, and that were found in the file. */
  guessed: string[];
}

/** Where a reader stands between two batches, and what it knows: JSON. */
export interface ReaderPlace {
  byte: number;
  line: number;
  opened: OpenedTable;
  rejected: number;
  notices: Record<string, number>;
}

export interface ReaderContext {
  hints?: InputHints;
  /** Takes rows that are rejected for their structure; may throw. `cells` gives those of the record, where it has any: to be asked at once. */
  reject(row: RejectedRow, cells: () => (string | undefined)[] | undefined): void;
  /** Asked after each rejected row: whether the batch, which has so many records before it, is to end there. */
  endsBatch?(records: number): boolean;
  /** Where an earlier reader stood: the source begins there. */
  from?: ReaderPlace | undefined;
  /** Names of the columns of a file without a header, for instance those of a schema. */
  names?: readonly string[];
  /** Whether texts that look like a null sequence (`\N`) are one though nobody has stated it; true if left out. */
  guessNulls?: boolean;
  sizes?: Partial<ReaderSizes>;
  /** Left out: a batch is good until the next is asked for. */
  lasting?: Lasting;
}

const notLasting: Lasting = { batches: 0, settle: async () => {} };

/** Records from whose lengths the number of columns is told. */
const SURVEYED = 100;

/** Counters of the kernel and the notices they become: of lines without cells, and of rows. */
const lineCounters: [number, string][] = [
  [map.BLANK, 'blank-lines'],
  [map.COMMENTS, 'comment-lines'],
  [map.CTRL_Z, 'ctrl-z'],
];
const rowCounters: [number, string][] = [
  [map.SHORT, 'short-rows'],
  [map.LONG, 'long-rows'],
  [map.TRAILING, 'trailing-delimiters'],
  [map.BARE_QUOTES, 'bare-quotes'],
  [map.TEXT_AFTER, 'text-after-quote'],
  [map.NUL_CELLS, 'nul-cells'],
  [map.REPLACED_CELLS, 'replaced-cells'],
];

/**
 * Reads delimited text as batches of cells in kernel memory. Memory is a few blocks and the longest record, whatever the
 * file's size.
 * @example
 * ```ts
 * const reader = new DelimitedReader(heap, io.source, options, { hints: io.hints, reject: (row) => io.reject(row) });
 * try {
 *   const { columns, dialect } = await reader.open();
 *   for (let batch; (batch = await reader.next()); ) use(batch);
 * } finally {
 *   reader.close();
 * }
 * ```
 */
export class DelimitedReader {
  /** Rows given to `reject`. */
  rejected = 0;
  /** What was passed over, padded or mended, by name. */
  readonly notices: Record<string, number> = {};
  readonly #heap: KernelHeap;
  readonly #options: DelimitedOptions;
  readonly #policies: OddityPolicies;
  readonly #context: ReaderContext;
  readonly #sizes: ReaderSizes;
  readonly #records: RecordReader;
  #opened: OpenedTable | undefined;
  #names: string[] = [];
  /** Records that a batch may hold. */
  #most = 1;

  constructor(heap: KernelHeap, source: ByteSource, options: DelimitedOptions, context: ReaderContext) {
    this.#heap = heap;
    this.#options = options;
    this.#policies = resolvePolicies(options.reading);
    this.#context = context;
    const sizes = { ...defaultSizes, ...context.sizes };
    // The first block must show how it is encoded; and one block is held while the next is read.
    this.#sizes = { ...sizes, block: Math.max(64, sizes.block), blocks: Math.max(2, sizes.blocks) };
    this.#records = new RecordReader(
      heap,
      source,
      this.#sizes,
      options.reading,
      context.lasting ?? notLasting,
    );
  }

  /** Whether the input is more than is held of it at a time: some MiB. To be asked before `open`; never rejects. */
  isLong(): Promise<boolean> {
    return this.#records.window.isLong();
  }

  /**
   * Reads the start of the file: dialect, header, number of columns. Call it once, first.
   * @throws {BadInput} `empty-input`, `binary-input`, `unknown-encoding`, `wrong-delimiter`, `header-missing`, `bad-header`, `too-many-columns`,
   *   `empty-name`, `duplicate-name`
   */
  async open(): Promise<OpenedTable> {
    const { from } = this.#context;
    this.#opened = from ? await this.#goOn(from) : await this.#begin();
    return this.#opened;
  }

  /** Where it stands behind the batch, which has been used. */
  place(): ReaderPlace {
    const place = this.#records.place(this.#records.state.address32(map.AT));
    return { ...place, opened: this.#opened!, rejected: this.rejected, notices: { ...this.notices } };
  }

  async #goOn({ byte, line, opened, rejected, notices }: ReaderPlace): Promise<OpenedTable> {
    const { window } = this.#records;
    await window.start();
    this.#setEncoding(opened.dialect.encoding);
    window.decode(opened.dialect.encoding, 0, byte);
    this.#records.configure(opened.dialect, this.#policies, line);
    this.#setColumns(opened.columns);
    this.rejected = rejected;
    Object.assign(this.notices, notices);
    return opened;
  }

  async #begin(): Promise<OpenedTable> {
    const { window } = this.#records;
    const start = await window.start();
    if (start.length === 0) throw emptyInput('Input is empty');
    const given = this.#options.dialect;
    const found = recogniseEncoding(start, given, this.#context.hints);
    if (found.mark > 0) this.#notice('byte-order-mark');
    if (found.confidence < 1 && found.encoding === 'windows-1252') this.#notice('guessed-encoding');
    this.#setEncoding(found.encoding);
    window.decode(found.encoding, found.mark);
    while (window.end - window.pos < this.#sizes.sample && (await window.more()));
    const sample = this.#heap.at(window.pos, Math.min(this.#sizes.sample, window.end - window.pos));
    const complete = window.ended && sample.length === window.end - window.pos;
    const { hints, names } = this.#context;
    const settled = settleDialect(given, this.#policies, names, hints, sample, complete);
    if (complete && this.#policies.blankLines !== 'row' && isBlank(sample, settled))
      throw emptyInput('Input holds nothing but blanks');
    const other = nameOtherFormat(sample);
    if (other) this.#notice(`looks-like-${other}`);
    const dialect = { ...settled.dialect, encoding: found.encoding };
    if (this.#context.guessNulls === false && settled.guessed.includes('nullSequence')) {
      delete dialect.nullSequence;
      settled.guessed.splice(settled.guessed.indexOf('nullSequence'), 1);
    }
    this.#records.configure(dialect, this.#policies);
    this.#notice('preamble-lines', await this.#records.skipLines(dialect.skipLines));
    const labels = await this.#nameColumns(dialect);
    return {
      columns: [...this.#names],
      labels,
      dialect,
      confidence: Math.round(settled.confidence * found.confidence * 100) / 100,
      notes: [...(found.note === undefined ? [] : [found.note]), ...settled.notes],
      guessed: [...settled.guessed, ...(found.confidence < 1 ? ['encoding'] : [])],
    };
  }

  /**
   * The next rows; undefined at the end. The batch before is gone then.
   * @throws {BadInput} `unterminated-quote`, `record-too-long`, and what `reject` throws
   */
  async next(): Promise<RecordBatch | undefined> {
    this.#records.startBatch();
    for (;;) {
      const read = await this.#records.read(this.#most);
      if (typeof read === 'object') {
        this.#reject(read);
        const records = this.#records.state.get(map.RECORDS);
        if (!this.#context.endsBatch?.(records) || records === 0) continue;
        this.#count([...lineCounters, ...rowCounters]);
        return this.#batch(records);
      }
      this.#count([...lineCounters, ...rowCounters]);
      if (read > 0) return this.#batch(read);
      const { ctrlZ, footerLines } = this.#records.leftover();
      this.#notice('ctrl-z', Number(ctrlZ));
      this.#notice('footer-lines', footerLines);
      return undefined;
    }
  }

  /** The cells of the lines that were left aside as a footer; once `next` has come to the end. */
  footer(): (string | undefined)[][] {
    return this.#records.footerCells();
  }

  /** Gives all memory back and starts no more reads; batches are gone then. */
  close(): void {
    this.#records.close();
  }

  async #nameColumns(dialect: ReadDialect): Promise<string[] | undefined> {
    const header = dialect.header
      ? await readHeader(this.#records, dialect, this.#options.reading, this.#heap)
      : undefined;
    this.#count(lineCounters); // the header is no row
    const lengths = await this.#survey(header !== undefined || this.#context.names !== undefined);
    const names = header?.names ?? this.#context.names;
    const columns = countColumns(
      lengths,
      names?.length,
      header !== undefined && this.#policies.shortHeader === 'extend',
    );
    if (columns === undefined) throw emptyInput('Input holds no rows');
    const { maxColumns } = this.#options.reading;
    if (columns > maxColumns)
      throw tooManyColumns(maxColumns, `${columns}`, this.#records.place(this.#records.window.pos));
    this.#setColumns(
      nameColumns(
        names ?? [],
        columns,
        this.#policies.headerNames,
        header?.place ?? {},
        (notice) => header && this.#notice(notice),
      ),
    );
    return header?.names;
  }

  #setColumns(names: readonly string[]): void {
    this.#names = [...names];
    this.#records.state.set(map.COLUMNS, names.length);
    this.#most = Math.max(1, Math.min(this.#sizes.cells, Math.floor(this.#sizes.cells / names.length)));
  }

  #setEncoding(encoding: TextEncoding): void {
    if (encoding === 'iso-8859-1' || encoding === 'windows-1252') this.#records.state.setEncoding(encoding);
  }

  /** Lengths of the first records. Where nothing else tells the number of columns there must be one. */
  async #survey(known: boolean): Promise<{ cells: number; filled: number }[]> {
    const { window, state } = this.#records;
    for (;;) {
      const lengths = this.#records.survey(SURVEYED);
      for (const [counter] of [...lineCounters, ...rowCounters]) state.take(counter);
      if (known || lengths.rows.length > 0) return lengths.rows;
      if (lengths.long || window.end - window.pos > this.#options.reading.maxRecordBytes)
        throw columnsUnknown(this.#records.place(window.pos));
      if (!(await this.#records.more())) return [];
    }
  }

  #reject(rejection: Rejection): void {
    this.rejected++;
    this.#context.reject(describeRejection(rejection, this.#names, this.#options.reading), () =>
      this.#records.rejectedCells(),
    );
  }

  #batch(records: number): RecordBatch {
    const { cells, extents, cursor } = this.#records;
    return {
      records,
      columns: this.#names.length,
      cells,
      extents,
      place: (record) => cursor.of(this.#records.extent(record, extents)[0]),
      raw: (record) => {
        const [start, end] = this.#records.extent(record, extents);
        return this.#heap.at(start, end - start);
      },
    };
  }

  #count(counters: [number, string][]): void {
    for (const [counter, name] of counters) this.#notice(name, this.#records.state.take(counter));
  }

  #notice(name: string, count = 1): void {
    if (count > 0) this.notices[name] = (this.notices[name] ?? 0) + count;
  }
}

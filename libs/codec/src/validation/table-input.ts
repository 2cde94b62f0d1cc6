import type { ConvertIo } from '../converter.ts';
import type { DelimitedOptions, ReadDialect } from '../delimited/dialect.ts';
import { DelimitedReader, type OpenedTable } from '../delimited/reader.ts';
import type { RecordBatch } from '../delimited/record-batch.ts';
import type { ReaderSizes } from '../delimited/record-reader.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { ByteFile, ByteSource } from '../ports.ts';
import { readStart } from './input-start.ts';
import type { SchemaValidatorOptions } from './options.ts';
import { openParquet, parquetDialect } from './parquet-source.ts';
import { firstOptions, strictShape } from './reading.ts';
import { type OddRecord, OddRecords } from './record-feed.ts';

const MiB = 1024 * 1024;
/** Bytes of an input that is worth a second thread, where it is known how long it is; all of the first 10 MiB or so is the first's. */
const LONG = 32 * MiB;

/** The table that is validated, as batches and the odd records in them; it may be read again. Parquet is read as text. */
export class TableInput {
  readonly #io: ConvertIo;
  readonly #options: SchemaValidatorOptions;
  readonly #heap: KernelHeap;
  readonly #sizes: Partial<ReaderSizes>;
  readonly #lasting: number;
  readonly #odd = new OddRecords();
  /** The input, if it is Parquet. */
  #file: ByteFile | undefined;
  #reader: DelimitedReader | undefined;
  #settle: (() => Promise<void>) | undefined;

  /** @param lasting batches whose text stays where it is, for who works behind the reader */
  constructor(
    io: ConvertIo,
    options: SchemaValidatorOptions,
    heap: KernelHeap,
    sizes: Partial<ReaderSizes>,
    lasting: number,
  ) {
    this.#io = io;
    this.#options = options;
    this.#heap = heap;
    this.#sizes = sizes;
    this.#lasting = lasting;
  }

  /** Begins to read. Call it once, first. */
  async begin(): Promise<void> {
    const { source, isParquet, line } = await readStart(this.#io.source);
    this.#file = isParquet ? this.#io.file : undefined;
    if (this.#file) {
      const { reading } = this.#options;
      this.#read(await openParquet(this.#file), { dialect: parquetDialect, reading });
    } else this.#read(source, firstOptions(this.#options, this.#io, line));
  }

  /** Whether a second thread gets more done than it takes to start one. To be asked before `open`. */
  async isLong(): Promise<boolean> {
    return this.#io.file ? this.#io.file.size >= LONG : await this.#reader!.isLong();
  }

  /** @throws {BadInput} those of `DelimitedReader` */
  open(): Promise<OpenedTable> {
    return this.#reader!.open();
  }

  /** Opens the same table again, from its start. */
  async reopen({ dialect }: OpenedTable): Promise<void> {
    const reading = { ...this.#options.reading, absentDelimiter: 'accept' } as const;
    this.#read(this.#file ? await openParquet(this.#file) : await this.#io.restart(), { dialect, reading });
    await this.#reader!.open();
  }

  /**
   * Reads to the end of the table.
   * @param settle resolves once nobody works on an earlier batch any more
   */
  async eachBatch(
    use: (batch: RecordBatch | undefined, odd: readonly OddRecord[]) => Promise<void>,
    settle?: () => Promise<void>,
  ): Promise<void> {
    this.#settle = settle;
    try {
      for (;;) {
        this.#io.signal?.throwIfAborted();
        const batch = await this.#reader!.next();
        const odd = this.#odd.take();
        if (batch || odd.length > 0) await use(batch, odd);
        if (!batch) return;
      }
    } finally {
      this.#settle = undefined;
    }
  }

  /** What the last line left aside as a footer states; once all is read. */
  get trailer(): string[] | undefined {
    return this.#reader!.footer()
      .at(-1)
      ?.map((cell) => cell ?? '');
  }

  /** What was passed over or mended since it was opened last, by name. */
  get notices(): Readonly<Record<string, number>> {
    return this.#reader!.notices;
  }

  mediaTypeOf({ delimiter }: ReadDialect): string {
    if (this.#file) return 'application/vnd.apache.parquet';
    return delimiter === '\t' ? 'text/tab-separated-values' : 'text/csv';
  }

  close(): void {
    this.#reader?.close();
  }

  #read(source: ByteSource, { dialect, reading }: DelimitedOptions): void {
    this.#reader?.close();
    this.#reader = new DelimitedReader(
      this.#heap,
      source,
      { dialect, reading: strictShape(reading) },
      {
        hints: this.#file ? {} : this.#io.hints,
        reject: (row, cells) => this.#odd.add(row, cells()),
        endsBatch: (records) => this.#odd.place(records),
        names: this.#options.schema.fields.map(({ name }) => name),
        guessNulls: false,
        sizes: this.#sizes,
        lasting: { batches: this.#lasting, settle: async () => this.#settle?.() },
      },
    );
  }
}

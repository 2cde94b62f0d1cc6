import type { Dialect } from '../converter.ts';
import type { ReadDialect } from '../delimited/dialect.ts';
import type { RecordBatch } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { ByteSink } from '../ports.ts';

const BUFFER = 256 * 1024;
/** A run of records that is at least as long is written from where it lies. */
const DIRECT = 32 * 1024;

/** Writes records as they stand in the input; the encoding is UTF-8, and every record has a line end of the same kind. */
export class RowWriter {
  /** What the output is written in. */
  readonly dialect: Dialect;
  readonly #heap: KernelHeap;
  readonly #sink: ByteSink;
  readonly #terminator: Uint8Array;
  readonly #buffer = Buffer.alloc(BUFFER);
  #used = 0;

  /** @param first batch of the table, which tells the line end where the dialect leaves it open */
  constructor(heap: KernelHeap, sink: ByteSink, dialect: ReadDialect, first: RecordBatch | undefined) {
    this.#heap = heap;
    this.#sink = sink;
    const lineTerminator =
      dialect.lineTerminator === 'auto' ? terminatorOf(heap, first) : dialect.lineTerminator;
    this.#terminator = Buffer.from(lineTerminator);
    const { delimiter, header, quoteChar, doubleQuote, escapeChar } = dialect;
    this.dialect = {
      delimiter,
      header,
      lineTerminator,
      quoteChar,
      doubleQuote,
      ...(escapeChar === '' ? {} : { escapeChar }),
    };
  }

  async writeHeader(labels: readonly string[]): Promise<void> {
    const { delimiter } = this.dialect;
    const line = labels
      .map((label) => printCell(label, this.dialect))
      .join(delimiter === 'multi-space' ? ' ' : delimiter);
    await this.#put(Buffer.from(line));
    await this.#put(this.#terminator);
  }

  /** Writes the records of a batch but those left out: a byte that is not 0 for each. */
  async write(batch: RecordBatch, leftOut: Uint8Array): Promise<void> {
    const extents = new Uint32Array(this.#heap.memory.buffer, batch.extents, batch.records * 2);
    for (let record = 0; record < batch.records; ) {
      if (leftOut[record]) {
        record++;
        continue;
      }
      const start = extents[2 * record]!;
      let end = extents[2 * record + 1]!;
      let whole = this.#isTerminated(end);
      for (record++; whole && record < batch.records && !leftOut[record]; record++) {
        // A line in between, such as a comment, is no record.
        if (extents[2 * record] !== end + this.#terminator.length) break;
        end = extents[2 * record + 1]!;
        whole = this.#isTerminated(end);
      }
      await this.#put(this.#heap.at(start, end - start + (whole ? this.#terminator.length : 0)));
      if (!whole) await this.#put(this.#terminator);
    }
  }

  async end(): Promise<void> {
    if (this.#used > 0) await this.#sink.write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  #isTerminated(end: number): boolean {
    const mark = this.#terminator;
    for (let i = 0; i < mark.length; i++) if (this.#heap.bytes[end + i] !== mark[i]) return false;
    // An LF after a CR belongs to it.
    return mark.length > 1 || mark[0] !== 13 || this.#heap.bytes[end + 1] !== 10;
  }

  async #put(bytes: Uint8Array): Promise<void> {
    if (bytes.length >= DIRECT) {
      await this.end();
      await this.#sink.write(bytes);
      return;
    }
    if (this.#used + bytes.length > BUFFER) await this.end();
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }
}

function terminatorOf(heap: KernelHeap, batch: RecordBatch | undefined): string {
  if (!batch) return '\n';
  const end = heap.view.getUint32(batch.extents + 4, true);
  const [byte, next] = heap.at(end, 2);
  if (byte !== 13) return '\n';
  return next === 10 ? '\r\n' : '\r';
}

/** A cell as a reader of the dialect takes it back. */
function printCell(text: string, { delimiter, quoteChar = '', doubleQuote, escapeChar }: Dialect): string {
  const isOdd =
    text.includes(delimiter) ||
    /^\s|[\r\n]|\s$/.test(text) ||
    (quoteChar !== '' && text.includes(quoteChar)) ||
    (delimiter === 'multi-space' && /\s/.test(text));
  if (!isOdd) return text;
  if (quoteChar !== '') {
    const mark = doubleQuote || escapeChar === undefined ? quoteChar : escapeChar;
    return `${quoteChar}${text.replaceAll(quoteChar, `${mark}${quoteChar}`)}${quoteChar}`;
  }
  if (escapeChar === undefined) return text;
  return text.replaceAll(delimiter, `${escapeChar}${delimiter}`).replaceAll('\n', `${escapeChar}n`);
}

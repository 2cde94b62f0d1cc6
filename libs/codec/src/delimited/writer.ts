import { isUtf8 } from 'node:buffer';
import { BadInput } from '../errors.ts';
import type { ByteSink } from '../ports.ts';
import { byteOrderMark, type Encode, encoderOf } from '../text/encode.ts';
import { type CellRules, compileCellRules } from './cell-rules.ts';
import type { WrittenDialect } from './written-dialect.ts';

/** Bytes gathered before they are written. */
const FLUSH_AT = 256 * 1024;

/** Why a row cannot be written in a dialect. */
export interface UnwritableCell {
  /** Index of the column. */
  column: number;
  code: 'cell-not-writable' | 'not-in-encoding';
  message: string;
}

/**
 * Writes rows as delimited text, so that our own reader, told the dialect, gives the same rows. Only what no reader could tell
 * apart is written alike: a null and an empty text, where there are no quotes or the row has one column.
 * @example
 * ```ts
 * const writer = new DelimitedWriter(io.sink, ['id', 'name'], writtenDialectSchema.parse({ delimiter: ';' }));
 * writer.add(['1', 'Ann; Bob']); // undefined: it was written
 * if (writer.isFull) await writer.flush();
 * await writer.end();
 * ```
 * Cell by cell, for whoever has bytes: `putBytes`, `putText` or `putNull` for each column, then `endRow`.
 */
export class DelimitedWriter {
  /** Rows written, without the header. */
  rows = 0;
  readonly #sink: ByteSink;
  readonly #dialect: WrittenDialect;
  readonly #rules: CellRules;
  readonly #encode: Encode | undefined;
  readonly #delimiter: Uint8Array;
  readonly #terminator: Uint8Array;
  readonly #null: Uint8Array;
  #out = Buffer.allocUnsafe(2 * FLUSH_AT);
  #at = 0;
  #rowStart = 0;
  /** Of the row under way. */
  #cells = 0;
  #fault: UnwritableCell | undefined;

  /**
   * @param written rows that an earlier writer has put there: then this one begins in the midst of the file
   * @throws {BadInput} `header-not-writable`
   */
  constructor(sink: ByteSink, names: readonly string[], dialect: WrittenDialect, written?: number) {
    this.#sink = sink;
    this.#dialect = dialect;
    this.#rules = compileCellRules(dialect);
    const { encoding } = dialect;
    if (encoding !== 'utf-8') this.#encode = encoderOf(encoding);
    this.#delimiter = Buffer.from(dialect.delimiter);
    this.#terminator = Buffer.from(dialect.lineTerminator);
    this.#null = Buffer.from(dialect.nullSequence);
    if (written !== undefined) {
      this.rows = written;
      return;
    }
    const marked = encoding.startsWith('utf-16') || (encoding === 'utf-8' && dialect.byteOrderMark);
    if (marked) this.#append(byteOrderMark(encoding));
    this.#rowStart = this.#at;
    if (!dialect.header) return;
    const fault = this.add(names);
    this.rows = 0;
    if (fault)
      throw new BadInput({
        code: 'header-not-writable',
        what: `The name of column ${fault.column + 1} cannot be written: ${fault.message}`,
        got: names[fault.column]!.slice(0, 200),
      });
  }

  /** Whether `flush` is due. */
  get isFull(): boolean {
    return this.#at >= FLUSH_AT;
  }

  /** Writes a row, or says why it cannot be: then nothing of it is. */
  add(cells: readonly (string | null)[]): UnwritableCell | undefined {
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      if (cell === null) this.putNull();
      else this.putText(cell);
    }
    return this.endRow();
  }

  putNull(): void {
    this.#nextCell();
    this.#append(this.#null);
  }

  putText(text: string): void {
    this.#nextCell();
    const { length } = text;
    this.#reserve(3 * length);
    const start = this.#at;
    const out = this.#out;
    if (length <= 40) {
      // Shorter than a call into the engine takes, as long as it is ASCII.
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code >= 128) break;
        out[start + i] = code;
      }
      if (i === length) {
        this.#settleCell(start, start + length);
        return;
      }
    }
    if (!text.isWellFormed()) this.#refuse('not-in-encoding', 'A surrogate by itself has no encoding');
    this.#settleCell(start, start + out.write(text, start));
  }

  /**
   * Puts a cell of UTF-8 bytes.
   * @param checked whether they are known to be UTF-8
   */
  putBytes(bytes: Uint8Array, from: number, to: number, checked: boolean): void {
    this.#nextCell();
    this.#reserve(to - from);
    const start = this.#at;
    const out = this.#out;
    let high = 0;
    if (to - from <= 64) {
      for (let i = from, at = start; i < to; i++, at++) {
        const byte = bytes[i]!;
        out[at] = byte;
        high |= byte;
      }
    } else {
      out.set(bytes.subarray(from, to), start);
      high = 128;
    }
    const end = start + to - from;
    if (!checked && high >= 128 && !isUtf8(out.subarray(start, end))) {
      const mended = out.toString('utf8', start, end);
      this.#reserve(3 * mended.length);
      this.#settleCell(start, start + this.#out.write(mended, start));
    } else this.#settleCell(start, end);
  }

  /** Ends the row, or says why it cannot be written: then nothing of it is. */
  endRow(): UnwritableCell | undefined {
    this.#quoteBlank();
    if (!this.#fault && this.#encode) this.#encodeRow(this.#encode);
    const fault = this.#fault;
    if (fault) this.#at = this.#rowStart;
    else {
      if (!this.#encode) this.#append(this.#terminator);
      this.rows++;
    }
    this.#rowStart = this.#at;
    this.#cells = 0;
    this.#fault = undefined;
    return fault;
  }

  async flush(): Promise<void> {
    if (this.#at === 0) return;
    await this.#sink.write(this.#out.subarray(0, this.#at));
    this.#at = 0;
    this.#rowStart = 0;
  }

  async end(): Promise<void> {
    await this.flush();
  }

  #nextCell(): void {
    if (this.#cells++ > 0) this.#append(this.#delimiter);
  }

  /** Makes what stands in [start, end) a cell of the dialect. */
  #settleCell(start: number, end: number): void {
    const { marks, isQuoting, quotesAll, nullBytes } = this.#rules;
    const out = this.#out;
    let found = 0;
    for (let i = start; i < end; i++) found |= marks[out[i]!]!;
    const isNull = end - start === nullBytes.length && isSame(out, start, nullBytes);
    this.#at = end;
    if (!isQuoting) {
      if (found === 0 && !(isNull && nullBytes.length > 0)) return;
      const made = this.#rules.escape(out.toString('utf8', start, end), isNull);
      if (typeof made === 'object') this.#refuse(made.code, made.message);
      else this.#replace(start, made);
      return;
    }
    if (found === 0 && !isNull && !quotesAll && !this.#isTakenForMore(start, end)) return;
    if (found < 2) {
      this.#reserve(2);
      const quote = this.#rules.quote;
      this.#out.copyWithin(start + 1, start, end);
      this.#out[start] = quote;
      this.#out[end + 1] = quote;
      this.#at = end + 2;
      return;
    }
    const made = this.#rules.escape(out.toString('utf8', start, end), isNull);
    if (typeof made === 'string') this.#replace(start, made);
  }

  /**
   * Many readers take spaces around a cell for nothing and a line with # at its start for a comment; at the start of a file a byte
   * order mark or NUL tells its encoding.
   */
  #isTakenForMore(start: number, end: number): boolean {
    const first = this.#out[start]!;
    const last = this.#out[end - 1]!;
    return (
      end > start &&
      (first === 32 ||
        first === 9 ||
        last === 32 ||
        last === 9 ||
        first === 35 ||
        first === 0 ||
        (first === 0xef && this.#out[start + 1] === 0xbb && this.#out[start + 2] === 0xbf))
    );
  }

  #replace(start: number, text: string): void {
    this.#at = start;
    this.#reserve(3 * text.length);
    this.#at = start + this.#out.write(text, start);
  }

  #refuse(code: UnwritableCell['code'], message: string): void {
    this.#fault ??= { column: this.#cells - 1, code, message };
  }

  /** A reader passes over lines of nothing. */
  #quoteBlank(): void {
    const out = this.#out;
    let at = this.#rowStart;
    while (at < this.#at && (out[at] === 32 || out[at] === 9)) at++;
    const isMarked =
      !this.#rules.isQuoting && out[at] === 0xef && out[at + 1] === 0xbb && out[at + 2] === 0xbf;
    if (at < this.#at && !(isMarked && at === this.#rowStart)) return;
    if (!this.#rules.isQuoting) {
      this.#fault ??= {
        column: 0,
        code: 'cell-not-writable',
        message: 'Without quotes the row would be a blank line',
      };
      return;
    }
    // Its first cell is empty, else it had quotes.
    const line = out.toString('utf8', this.#rowStart, this.#at);
    const quotes = this.#dialect.quoteChar + this.#dialect.quoteChar;
    this.#replace(this.#rowStart, quotes + line);
  }

  #encodeRow(encode: Encode): void {
    const text = this.#out.toString('utf8', this.#rowStart, this.#at) + this.#dialect.lineTerminator;
    const encoded = encode(text);
    if ('missing' in encoded) {
      const code = encoded.missing.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
      const before = text.slice(0, text.indexOf(encoded.missing));
      const column = Math.min(this.#cells, before.split(this.#dialect.delimiter).length) - 1;
      this.#fault = {
        column,
        code: 'not-in-encoding',
        message: `${this.#dialect.encoding} has no U+${code}`,
      };
      return;
    }
    this.#at = this.#rowStart;
    this.#append(encoded);
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    const out = this.#out;
    for (let i = 0; i < bytes.length; i++) out[this.#at + i] = bytes[i]!;
    this.#at += bytes.length;
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes + 16;
    if (needed <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#out.length));
    this.#out.copy(larger, 0, 0, this.#at);
    this.#out = larger;
  }
}

function isSame(out: Uint8Array, start: number, bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (out[start + i] !== bytes[i]) return false;
  return true;
}

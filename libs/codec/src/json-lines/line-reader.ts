import { isUtf8 } from 'node:buffer';
import * as z from 'zod';
import type { RowFault } from '../delimited/text-rows.ts';
import type { ByteSource } from '../ports.ts';

/** Options of converters that read lines. */
export const lineOptions = {
  maxRecordBytes: z
    .int()
    .min(1)
    .max(64 * 1024 * 1024)
    .default(16 * 1024 * 1024)
    .describe('Reject a longer line (`record-too-long`). Memory grows up to this for the longest line.'),
};

/** A line of the input. */
export interface Line {
  /** From 1. */
  number: number;
  /** Of its first byte in the input. */
  byte: number;
  /** Without its end; borrowed until the next line. Of a line that is too long, the start. */
  bytes: Buffer;
  /** Why it is no line of text: too long, or not UTF-8. */
  fault: RowFault | undefined;
}

const PIECE = 256 * 1024;
const notUtf8: RowFault = { code: 'invalid-utf-8', message: 'Line is not UTF-8' };

/** Cuts a source into lines that end in LF or CRLF. Memory is a piece and the longest line that is not too long. */
export class LineReader {
  readonly #source: ByteSource;
  readonly #maxBytes: number;
  #buffer = Buffer.allocUnsafe(PIECE);
  #start = 0;
  #end = 0;
  #byte = 0;
  #number = 0;
  #ended = false;

  constructor(source: ByteSource, maxBytes: number) {
    this.#source = source;
    this.#maxBytes = maxBytes;
  }

  /** The next lines that are there already, or the next one; empty at the end. */
  async next(): Promise<Iterable<Line> | undefined> {
    while (!this.#hasLine()) {
      if (this.#ended) return this.#start < this.#end ? this.#lines() : undefined;
      if (this.#end - this.#start > this.#maxBytes) return [await this.#passOver()];
      await this.#more();
    }
    return this.#lines();
  }

  #hasLine(): boolean {
    const at = this.#buffer.subarray(this.#start, this.#end).indexOf(10);
    return at >= 0;
  }

  *#lines(): Iterable<Line> {
    for (;;) {
      const left = this.#buffer.subarray(this.#start, this.#end);
      let length = left.indexOf(10);
      if (length < 0) {
        if (!this.#ended || left.length === 0) return;
        length = left.length;
      }
      yield this.#line(left.subarray(0, length), Math.min(length + 1, left.length));
    }
  }

  #line(bytes: Buffer, taken: number): Line {
    const mark = this.#number === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const end = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length;
    const isTooLong = bytes.length > this.#maxBytes;
    const kept = bytes.subarray(mark, isTooLong ? Math.min(end, this.#maxBytes) : end);
    const fault = isTooLong ? this.#tooLong() : isUtf8(kept) ? undefined : notUtf8;
    const line = { number: ++this.#number, byte: this.#byte + mark, bytes: kept, fault };
    this.#start += taken;
    this.#byte += taken;
    return line;
  }

  /** A line without an end so far: its start is kept, the rest passed over. */
  async #passOver(): Promise<Line> {
    const kept = Buffer.from(
      this.#buffer.subarray(this.#start, this.#start + Math.min(this.#maxBytes, 64 * 1024)),
    );
    const line: Line = { number: ++this.#number, byte: this.#byte, bytes: kept, fault: this.#tooLong() };
    for (;;) {
      const at = this.#buffer.subarray(this.#start, this.#end).indexOf(10);
      const passed = at < 0 ? this.#end - this.#start : at + 1;
      this.#start += passed;
      this.#byte += passed;
      if (at >= 0 || this.#ended) return line;
      await this.#more();
    }
  }

  #tooLong(): RowFault {
    const message = `Line exceeds the limit (maxRecordBytes); expected <= ${this.#maxBytes} bytes`;
    return { code: 'record-too-long', message };
  }

  async #more(): Promise<void> {
    const left = this.#end - this.#start;
    if (this.#start > 0) this.#buffer.copyWithin(0, this.#start, this.#end);
    if (left === this.#buffer.length) {
      const larger = Buffer.allocUnsafe(this.#buffer.length * 2);
      this.#buffer.copy(larger, 0, 0, left);
      this.#buffer = larger;
    }
    this.#start = 0;
    this.#end = left;
    const count = await this.#source.read(this.#buffer.subarray(left));
    this.#end += count;
    if (count === 0) this.#ended = true;
  }
}

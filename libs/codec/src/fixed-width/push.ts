import type { ConvertReport, RejectedRow } from '../converter.ts';
import { FixedWidthEngine } from './engine.ts';
import type { SlotSizes } from './kernel-memory.ts';
import type { FixedWidthToTsvOptions } from './options.ts';

/**
 * The push face of the codec, for callers that have the bytes in hand.
 * @example
 * ```ts
 * const tsv = new FixedWidthPush(options, { write: (bytes) => out.push(bytes.slice()), reject: console.error });
 * for (const chunk of chunks) tsv.push(chunk);
 * tsv.end();
 * console.log(tsv.report.rows);
 * ```
 */
export class FixedWidthPush {
  readonly #engine: FixedWidthEngine;
  readonly #write: (bytes: Uint8Array) => void;
  #filled = 0;

  constructor(
    options: FixedWidthToTsvOptions,
    to: {
      /** Takes rows; the bytes are borrowed for the call. */
      write(bytes: Uint8Array): void;
      reject(row: RejectedRow): void;
    },
    sizes: Omit<SlotSizes, 'slots'> = { block: 256 * 1024, flush: 256 * 1024 },
  ) {
    this.#engine = new FixedWidthEngine(options, to.reject.bind(to), { ...sizes, slots: 1 });
    this.#write = to.write.bind(to);
    this.#engine.carryTo(0);
  }

  /** Takes the next piece of input, of any size; converts once a block is full. */
  push(chunk: Uint8Array): void {
    const slot = this.#engine.inputs[0]!;
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + slot.length - this.#filled);
      slot.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === slot.length) this.#convertBlock();
    }
  }

  /** Says that the input is complete, and writes what is left. */
  end(): void {
    this.#convertBlock();
    this.#engine.finish();
    this.#convert();
    this.#flush();
  }

  get report(): ConvertReport {
    return this.#engine.report;
  }

  #convertBlock(): void {
    this.#engine.accept(0, this.#filled);
    this.#filled = 0;
    this.#convert();
    this.#engine.carryTo(0);
  }

  #convert(): void {
    while (this.#engine.run(0) === 'output') this.#flush();
  }

  #flush(): void {
    const bytes = this.#engine.output(0);
    if (bytes.length > 0) this.#write(bytes);
    this.#engine.empty(0);
  }
}

import { type InflatedSource, inflate } from '../compression/inflate.ts';
import type { Compression } from '../compression/signature.ts';
import type { InputOptions } from '../options.ts';
import type { ByteSource } from '../ports.ts';

/** The input, inflated, from its start once or several times. Bytes are those of the pass under way. */
export class InputPasses {
  /** From 1. */
  pass = 1;
  readonly #reopen: (() => Promise<ByteSource>) | undefined;
  readonly #options: InputOptions;
  #input: InflatedSource;

  constructor(source: ByteSource, reopen: (() => Promise<ByteSource>) | undefined, options: InputOptions) {
    this.#reopen = reopen;
    this.#options = options;
    this.#input = inflate(source, options);
  }

  get compression(): Compression {
    return this.#input.compression ?? 'none';
  }

  get bytesIn(): number {
    return this.#input.bytesIn;
  }

  get bytesInflated(): number {
    return this.#input.bytesInflated;
  }

  /** Of the pass under way; once that is given up, it has no more bytes. */
  source(): ByteSource {
    return this.#input;
  }

  async restart(): Promise<ByteSource> {
    if (!this.#reopen) throw new Error('This input was opened to be read but once');
    this.#input.close();
    this.#input = inflate(await this.#reopen(), this.#options);
    this.pass++;
    return this.#input;
  }

  close(): void {
    this.#input.close();
  }
}

import { type InflatedSource, type InflateStart, inflate } from '../compression/inflate.ts';
import type { Compression } from '../compression/signature.ts';
import type { InputOptions } from '../options.ts';
import type { ByteSource } from '../ports.ts';
import { defaultSplitEvery, type Relay } from './checkpoint.ts';

/** The input, inflated, from its start once or several times. Bytes are those of the pass under way. */
export class InputPasses {
  /** From 1. */
  pass = 1;
  readonly #reopen: (() => Promise<ByteSource>) | undefined;
  readonly #options: InputOptions;
  #input: InflatedSource;

  constructor(
    source: ByteSource,
    reopen: (() => Promise<ByteSource>) | undefined,
    options: InputOptions,
    relay?: Relay,
  ) {
    this.#reopen = reopen;
    this.#options = options;
    this.#input = inflate(source, options, {
      ...(relay && { splitEvery: relay.splitEvery ?? defaultSplitEvery }),
      ...(relay?.from && { from: relay.from.input }),
    });
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

  /** See `InflatedSource`. */
  get splitAt(): number {
    return this.#input.splitAt;
  }

  startBefore(byte: number): InflateStart {
    return this.#input.startBefore(byte);
  }

  /** Passes over what an earlier run has read. */
  async skipTo(byte: number): Promise<void> {
    const block = new Uint8Array(256 * 1024);
    for (let left = byte - this.bytesInflated; left > 0; left = byte - this.bytesInflated) {
      const count = await this.#input.read(block.subarray(0, Math.min(left, block.length)));
      if (count === 0) throw new Error(`The input ends before byte ${byte}, where an earlier run stopped`);
    }
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

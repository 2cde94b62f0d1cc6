import type { ByteSink } from '../ports.ts';

/** Writes slots in order while the caller fills others. */
export class WriteBehind {
  readonly #sink: ByteSink;
  readonly #pending: Promise<void>[] = [];
  readonly #slots: number;
  #tail: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(sink: ByteSink, slots: number) {
    this.#sink = sink;
    this.#slots = slots;
  }

  /** Lends `bytes` to the sink. Resolves once the slot after this one is free again: at once, unless writing lags behind. */
  async put(bytes: Uint8Array): Promise<void> {
    const written = this.#tail.then(() => (this.#stopped ? undefined : this.#sink.write(bytes)));
    this.#tail = written;
    // A failure is thrown by the put or drain that waits for it, and by every one after.
    written.catch(() => undefined);
    this.#pending.push(written);
    if (this.#pending.length >= this.#slots) await this.#pending.shift();
  }

  /** Starts no more writes. One under way is left to end as it may. */
  stop(): void {
    this.#stopped = true;
  }

  /** Waits for all writes. */
  async drain(): Promise<void> {
    await this.#tail;
  }
}

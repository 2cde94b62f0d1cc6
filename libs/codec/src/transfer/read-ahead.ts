import type { ByteSource } from '../ports.ts';

/** Keeps one read of a source in flight as long as a slot is free, so that reading overlaps with work on other slots. */
export class ReadAhead {
  readonly #source: ByteSource;
  readonly #slots: Uint8Array[];
  readonly #ready: number[] = [];
  #free: number;
  #next = 0;
  #reading = false;
  #ended = false;
  #failure: { error: unknown } | undefined;
  #wake: (() => void) | undefined;
  /** Resolves when every slot has been filled, or the source has ended. */
  readonly #filled = Promise.withResolvers<void>();

  constructor(source: ByteSource, slots: Uint8Array[]) {
    this.#source = source;
    this.#slots = slots;
    this.#free = slots.length;
    void this.#pump();
  }

  /** Bytes in the next slot, in turn; 0 at the end. The slot is the caller's until `release`. */
  async take(): Promise<number> {
    for (;;) {
      const length = this.#ready.shift();
      if (length !== undefined) return length;
      if (this.#failure) throw this.#failure.error;
      if (this.#ended) return 0;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Whether the source fills all slots; resolves once that shows. For before any was taken. */
  async isFull(): Promise<boolean> {
    await this.#filled.promise;
    return !this.#ended;
  }

  /** Gives the slot taken longest ago back. */
  release(): void {
    this.#free++;
    void this.#pump();
  }

  /** Starts no more reads. One under way is left to end as it may. */
  stop(): void {
    this.#ended = true;
  }

  // Slots are filled to the brim: a long record would be gone over again for every small read that adds to it.
  async #fill(slot: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < slot.length && !this.#ended) {
      const length = await this.#source.read(filled === 0 ? slot : slot.subarray(filled));
      if (length === 0) break;
      filled += length;
    }
    return filled;
  }

  async #pump(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#free > 0 && !this.#ended) {
        const slot = this.#slots[this.#next]!;
        const length = await this.#fill(slot);
        if (length < slot.length) this.#ended = true;
        if (length > 0) {
          this.#free--;
          this.#next = (this.#next + 1) % this.#slots.length;
          this.#ready.push(length);
        }
        this.#wake?.();
      }
    } catch (error) {
      this.#ended = true;
      this.#failure = { error };
      this.#wake?.();
    } finally {
      this.#reading = false;
      this.#filled.resolve();
    }
  }
}

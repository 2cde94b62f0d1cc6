/** A stretch of memory that a call may write: from, to. */
export type Stretch = readonly [from: number, to: number];

/** Watches the memory of a kernel: a call may write where it says, and nowhere else. */
export class GuardedMemory {
  readonly #bytes: Buffer;
  readonly #before: Buffer;

  constructor(memory: { readonly buffer: ArrayBufferLike }) {
    this.#bytes = Buffer.from(memory.buffer);
    this.#before = Buffer.alloc(this.#bytes.length);
  }

  /** Notes what stands in memory before a call. */
  arm(): void {
    this.#bytes.copy(this.#before);
  }

  /** @throws Error that says which byte was written, if one outside of these stretches was; they are in order */
  check(stretches: readonly Stretch[]): void {
    let at = 0;
    for (const [from, to] of [...stretches, [this.#bytes.length, 0] as const]) {
      if (this.#bytes.compare(this.#before, at, from, at, from) !== 0) {
        while (this.#bytes[at] === this.#before[at]) at++;
        throw new Error(`wrote at ${at}, which is outside of ${JSON.stringify(stretches)}`);
      }
      at = to;
    }
  }
}

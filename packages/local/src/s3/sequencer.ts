/**
 * Gives each change a number greater than any before it, also across restarts and clocks set back: milliseconds and a
 * counter, as 18 hexadecimal digits that compare as strings.
 */
export class Sequencer {
  #last: bigint;

  /** @param last the greatest number given out before, or an empty string */
  constructor(last: string) {
    this.#last = last === '' ? 0n : BigInt(`0x${last}`);
  }

  next(): string {
    const now = BigInt(Date.now()) << 20n;
    this.#last = now > this.#last ? now : this.#last + 1n;
    return this.#last.toString(16).toUpperCase().padStart(18, '0');
  }
}

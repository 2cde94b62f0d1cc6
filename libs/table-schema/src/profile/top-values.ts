const COUNTERS = 64;
/** Characters by which texts are told apart. */
const LONGEST = 256;

/**
 * The most frequent texts in bounded memory (Misra and Gries, 64 counters; merged as Agarwal et al. do in "Mergeable
 * Summaries"). Of n texts, each that occurs more than n / 65 times is found, and no count is more than `shortfall` too low,
 * which is at most n / 65. Where there are up to 64 distinct texts, counts are exact.
 */
export class TopValues {
  #counts = new Map<string, number>();
  /** How much too low a count may be. */
  shortfall = 0;

  add(text: string): void {
    const key = text.length > LONGEST ? text.slice(0, LONGEST) : text;
    const count = this.#counts.get(key);
    if (count !== undefined) this.#counts.set(key, count + 1);
    else if (this.#counts.size < COUNTERS) this.#counts.set(key, 1);
    else this.#lower(1);
  }

  merge(other: TopValues): void {
    for (const [text, count] of other.#counts) this.#counts.set(text, (this.#counts.get(text) ?? 0) + count);
    this.shortfall += other.shortfall;
    if (this.#counts.size <= COUNTERS) return;
    const descending = [...this.#counts.values()].sort((a, b) => b - a);
    this.#lower(descending[COUNTERS]!);
  }

  /** The most frequent, in order; equally frequent ones by their text. */
  list(length: number): { value: string; count: number }[] {
    return [...this.#counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, length);
  }

  #lower(by: number): void {
    this.shortfall += by;
    for (const [text, count] of this.#counts) {
      if (count > by) this.#counts.set(text, count - by);
      else this.#counts.delete(text);
    }
  }
}

import type { RunSummary } from '@tributary/events/ledger';

/** Runs by id and in the order of their arrival. Mostly the newest come and change, which lie at the end. */
export class SortedRuns {
  readonly #byId = new Map<string, RunSummary>();
  /** Oldest first. */
  #ordered: RunSummary[] = [];

  get size(): number {
    return this.#ordered.length;
  }

  get oldest(): RunSummary | undefined {
    return this.#ordered[0];
  }

  get(id: string): RunSummary | undefined {
    return this.#byId.get(id);
  }

  fill(runs: Iterable<RunSummary>): void {
    for (const run of runs) this.#byId.set(run.id, run);
    this.#ordered = [...this.#byId.values()].sort(compare);
  }

  put(run: RunSummary): void {
    const before = this.#byId.get(run.id);
    this.#byId.set(run.id, run);
    if (before !== undefined) {
      const at = this.#placeOf(before);
      if (before.startedAt === run.startedAt) {
        this.#ordered[at] = run;
        return;
      }
      this.#ordered.splice(at, 1);
    }
    this.#ordered.splice(this.#placeOf(run), 0, run);
  }

  forgetOldest(): RunSummary | undefined {
    const oldest = this.#ordered.shift();
    if (oldest !== undefined) this.#byId.delete(oldest.id);
    return oldest;
  }

  /** Newest first. */
  *all(): Iterable<RunSummary> {
    for (let at = this.#ordered.length - 1; at >= 0; at--) yield this.#ordered[at]!;
  }

  /** Where a run is, or belongs. */
  #placeOf(run: RunSummary): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(this.#ordered[middle]!, run) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** By arrival; of those at one moment the greater id is the older, so that pages go by rising ids. */
function compare(a: RunSummary, b: RunSummary): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? -1 : 1;
  return a.id === b.id ? 0 : a.id > b.id ? -1 : 1;
}

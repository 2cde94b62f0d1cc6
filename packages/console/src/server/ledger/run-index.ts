import { compileQuery, type RunPage, type RunQuery, type RunSummary } from '@tributary/events/ledger';
import { entryAt, type RunEntry } from './run-entry.ts';

/** All runs in memory, by the time of their arrival. */
export class RunIndex {
  /** Oldest first: a new run goes to the end. */
  readonly #order: RunEntry[];
  readonly #byId = new Map<string, RunEntry>();

  constructor(entries: readonly RunEntry[]) {
    this.#order = [...entries].sort(compareEntries);
    for (const entry of entries) this.#byId.set(entry.summary.id, entry);
  }

  put(entry: RunEntry): void {
    const before = this.#byId.get(entry.summary.id);
    if (before !== undefined) this.#order.splice(this.#placeOf(before), 1);
    this.#order.splice(this.#placeOf(entry), 0, entry);
    this.#byId.set(entry.summary.id, entry);
  }

  get(id: string): RunEntry | undefined {
    return this.#byId.get(id);
  }

  /** Newest first. */
  *newest(now: number): Generator<RunEntry> {
    for (let at = this.#order.length - 1; at >= 0; at -= 1) yield entryAt(this.#order[at]!, now);
  }

  page(query: RunQuery, now: number): RunPage {
    const runs: RunSummary[] = [];
    const states: RunPage['states'] = {};
    const { limit, cursor, ...conditions } = query;
    const matches = compileQuery(conditions);
    let total = 0;
    let more = false;
    for (const { summary } of this.newest(now)) {
      if (!matches(summary)) continue;
      total += 1;
      states[summary.state] = (states[summary.state] ?? 0) + 1;
      if (more || (cursor !== undefined && cursorOf(summary) >= cursor)) continue;
      if (runs.length < limit) runs.push(summary);
      else more = true;
    }
    const last = runs.at(-1);
    const oldest = this.#order[0];
    return {
      runs,
      ...(more && last && { next: cursorOf(last) }),
      total,
      states,
      asOf: new Date(now).toISOString(),
      ...(oldest && { oldest: oldest.summary.startedAt }),
    };
  }

  /** Where the entry is, or belongs. */
  #placeOf(entry: RunEntry): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareEntries(this.#order[middle]!, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compareEntries(a: RunEntry, b: RunEntry): number {
  const left = cursorOf(a.summary);
  const right = cursorOf(b.summary);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** All times are UTC with milliseconds, so that text compares as time. */
function cursorOf({ startedAt, id }: RunSummary): string {
  return `${startedAt} ${id}`;
}

import { randomBytes } from 'node:crypto';
import type { RunSummary } from '@tributary/events/ledger';

/** Changes a reader may be behind before it has to read the list anew. */
const MOST_KEPT = 1000;

/** The last changes of runs, numbered; whoever has seen some can ask for those after. */
export class LiveChanges {
  /** A number of another start of this server says nothing here. */
  readonly #epoch = randomBytes(4).toString('hex');
  readonly #kept: RunSummary[] = [];
  #count = 0;
  readonly #waiting = new Set<() => void>();

  tell(summary: RunSummary): void {
    this.#kept.push(summary);
    if (this.#kept.length > MOST_KEPT) this.#kept.shift();
    this.#count += 1;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  get place(): string {
    return `${this.#epoch}-${this.#count}`;
  }

  /** Each run once, as it is now; undefined if the place is unknown or too long ago. */
  after(place: string): RunSummary[] | undefined {
    const [epoch, number] = place.split('-');
    const missed = this.#count - Number(number);
    if (epoch !== this.#epoch || !(missed >= 0) || missed > this.#kept.length) return undefined;
    const latest = new Map(this.#kept.slice(this.#kept.length - missed).map((run) => [run.id, run]));
    return [...latest.values()];
  }

  /** Resolves at the next change, or after `ms`, or when `signal` aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#waiting.add(end);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });
  }
}

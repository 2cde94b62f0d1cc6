import {
  compileQuery,
  foldRun,
  type LedgerEvent,
  type RunPage,
  type RunQuery,
  type RunState,
  type RunSummary,
  STUCK_AFTER_MS,
  summarizeRun,
} from '@tributary/events/ledger';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { SortedRuns } from './sorted-runs.ts';

export interface RunIndexSettings {
  /** Every event of a run that the index holds no events of any more. */
  load(summary: RunSummary): Promise<LedgerEvent[]>;
  /** Every event of a run that the index has forgotten, wherever it lies. */
  find(id: string): Promise<LedgerEvent[]>;
  /** Runs to remember; the oldest are forgotten first. */
  maxRuns?: number;
  /** Runs whose events are held, so that what comes next need not be looked up. */
  maxOpen?: number;
}

/** What of a changed run a feed of changes tells. */
export interface Change {
  sequence: number;
  /** Milliseconds since 1970: when the ledger was told. */
  at: number;
  runId: string;
}

const rememberedChanges = 10_000;
/** S3 dates a root event by whole seconds, and the arrival of a run is reckoned back from its first step. */
const blurMs = 60_000;

/** The summaries of many runs in memory, newest first; a few hundred bytes each. */
export class RunIndex {
  readonly #settings: Required<RunIndexSettings>;
  readonly #runs = new SortedRuns();
  /** Events of the runs that changed last, the latest at the end. */
  readonly #open = new Map<string, LedgerEvent[]>();
  readonly #changes: Change[] = [];
  #sequence = 0;
  /** Milliseconds since 1970: arrival of the newest run that was forgotten. */
  #forgottenUntil: number | undefined;

  constructor(settings: RunIndexSettings) {
    this.#settings = { maxRuns: 200_000, maxOpen: 5_000, ...settings };
  }

  get size(): number {
    return this.#runs.size;
  }

  /** Whether runs may have been forgotten. */
  get isFull(): boolean {
    return this.#runs.size >= this.#settings.maxRuns;
  }

  /** Takes summaries as an earlier index had them. */
  restore(summaries: Iterable<RunSummary>): void {
    this.#runs.fill(summaries);
    // An index that was full may have forgotten what came before.
    const { oldest } = this.#runs;
    if (this.isFull && oldest !== undefined) this.#forgottenUntil = Date.parse(oldest.startedAt);
  }

  /** Newest first. */
  all(): Iterable<RunSummary> {
    return this.#runs.all();
  }

  get(id: string): RunSummary | undefined {
    return this.#runs.get(id);
  }

  /** @param at when the ledger was told */
  async add(events: readonly LedgerEvent[], at: number): Promise<void> {
    const byRun = new Map<string, LedgerEvent[]>();
    for (const event of events) {
      const own = byRun.get(event.runId);
      if (own === undefined) byRun.set(event.runId, [event]);
      else own.push(event);
    }
    for (const [id, added] of byRun) {
      const open = this.#open.get(id);
      // What is looked up holds what is added too, and the summary does not.
      const known = open ?? (await this.#before(id, added));
      const fresh = added.filter((event) => !known.some((other) => other.id === event.id));
      if (open === undefined || fresh.length > 0) this.#fold(id, [...known, ...fresh], at);
    }
  }

  query(query: RunQuery, now: number): RunPage {
    const matches = compileQuery(query);
    const states: Partial<Record<RunState, number>> = {};
    const runs: RunSummary[] = [];
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    let total = 0;
    let more = false;
    for (const summary of this.#runs.all()) {
      const current = asOf(summary, now);
      if (!matches(current)) continue;
      total++;
      states[current.state] = (states[current.state] ?? 0) + 1;
      if (after !== undefined && !isAfter(summary, after)) continue;
      if (runs.length < query.limit) runs.push(current);
      else more = true;
    }
    const oldest = this.#runs.oldest?.startedAt;
    return {
      runs,
      ...(more && { next: encodeCursor(runs.at(-1)!) }),
      total,
      states,
      asOf: new Date(now).toISOString(),
      ...(oldest !== undefined && { oldest }),
    };
  }

  /** The runs that changed since a place of this index; undefined if that is forgotten. */
  changedSince(sequence: number, now: number): RunSummary[] | undefined {
    const first = this.#changes[0]?.sequence ?? this.#sequence + 1;
    if (sequence + 1 < first) return undefined;
    return this.#tell(
      this.#changes.filter((change) => change.sequence > sequence),
      now,
    );
  }

  /** Likewise since a time. */
  changedSinceTime(at: number, now: number): RunSummary[] | undefined {
    if (this.#changes.length >= rememberedChanges && at < this.#changes[0]!.at) return undefined;
    return this.#tell(
      this.#changes.filter((change) => change.at >= at),
      now,
    );
  }

  /** Of the last change. */
  get sequence(): number {
    return this.#sequence;
  }

  #tell(changes: readonly Change[], now: number): RunSummary[] {
    const ids = new Set(changes.map(({ runId }) => runId));
    return [...ids].flatMap((id) => {
      const summary = this.#runs.get(id);
      return summary === undefined ? [] : [asOf(summary, now)];
    });
  }

  /** A run that was forgotten is not known by what comes of it late: that alone would be half of it, and of today. */
  async #before(id: string, added: readonly LedgerEvent[]): Promise<LedgerEvent[]> {
    const summary = this.#runs.get(id);
    if (summary !== undefined) return await this.#settings.load(summary);
    if (this.#forgottenUntil === undefined) return [];
    const arrivedAt = Math.min(
      ...added.map(({ root }) => (root.time === undefined ? 0 : Date.parse(root.time))),
    );
    return arrivedAt <= this.#forgottenUntil + blurMs ? await this.#settings.find(id) : [];
  }

  #fold(id: string, events: LedgerEvent[], at: number): void {
    const run = foldRun(events);
    if (run === undefined) return;
    this.#runs.put(summarizeRun(run));
    this.#open.delete(id);
    this.#open.set(id, events);
    if (this.#open.size > this.#settings.maxOpen) this.#open.delete(this.#open.keys().next().value!);
    if (this.#runs.size > this.#settings.maxRuns) {
      const forgotten = this.#runs.forgetOldest();
      if (forgotten !== undefined) {
        this.#open.delete(forgotten.id);
        this.#forgottenUntil = Date.parse(forgotten.startedAt);
      }
    }
    this.#changes.push({ sequence: ++this.#sequence, at, runId: id });
    if (this.#changes.length > rememberedChanges * 2) this.#changes.splice(0, rememberedChanges);
  }
}

/** What is open and silent for too long is stuck: that comes with time and by no event. */
export function asOf(summary: RunSummary, now: number): RunSummary {
  if (summary.state !== 'running' || now - Date.parse(summary.updatedAt) <= STUCK_AFTER_MS) return summary;
  const steps = summary.steps.map((step) =>
    step.state === 'running' ? { ...step, state: 'stuck' as const } : step,
  );
  return { ...summary, state: 'stuck', steps };
}

function isAfter({ startedAt, id }: RunSummary, after: { startedAt: string; id: string }): boolean {
  return startedAt < after.startedAt || (startedAt === after.startedAt && id > after.id);
}

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  compareInRun,
  foldRun,
  type LedgerEvent,
  type Run,
  readLedgerEvent,
  runOf,
} from '@tributary/events/ledger';
import { entryOf, type RunEntry } from './run-entry.ts';

/** Runs beyond these are forgotten, oldest first: a laptop keeps no history of years. */
const MOST_RUNS = 100_000;

/**
 * Step events as the local buses carry them, and what their runs come to: a table of each, so that a start reads one row for a
 * run and not its events.
 */
export class RunStore {
  readonly #database: DatabaseSync;
  readonly #insertEvent: StatementSync;
  readonly #putRun: StatementSync;
  readonly #eventsOf: StatementSync;
  readonly #mostRuns: number;
  #writes = 0;

  constructor(path: string, mostRuns = MOST_RUNS) {
    mkdirSync(dirname(path), { recursive: true });
    this.#mostRuns = mostRuns;
    this.#database = new DatabaseSync(path);
    // What a power cut takes is one more look at what the functions have logged, not data.
    this.#database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
      CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, run TEXT NOT NULL, event TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS events_of_run ON events (run);
      CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, started TEXT NOT NULL, entry TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS runs_by_start ON runs (started);`);
    this.#insertEvent = this.#database.prepare('INSERT OR IGNORE INTO events VALUES (?, ?, ?)');
    this.#putRun = this.#database.prepare('INSERT OR REPLACE INTO runs VALUES (?, ?, ?)');
    this.#eventsOf = this.#database.prepare('SELECT event FROM events WHERE run = ?');
  }

  /** Keeps an event of a bus. @returns what its run is now; undefined if it tells of none or is known already */
  take(event: unknown): RunEntry | undefined {
    const known = readLedgerEvent(event);
    if (known === undefined) return undefined;
    const { changes } = this.#insertEvent.run(known.id, known.runId, JSON.stringify(event));
    if (changes === 0) return undefined;
    const run = foldRun(this.#read(known.runId));
    if (run === undefined) return undefined;
    const entry = entryOf(run);
    this.#putRun.run(run.id, run.startedAt, JSON.stringify(entry));
    this.#writes += 1;
    if (this.#writes % 1000 === 0) this.#forget();
    return entry;
  }

  /** Oldest first. */
  entries(): RunEntry[] {
    this.#forget();
    const rows = this.#database.prepare('SELECT entry FROM runs ORDER BY started, id').all();
    return rows.map(({ entry }) => JSON.parse(String(entry)) as RunEntry);
  }

  run(id: string, now: string): Run | undefined {
    return runOf(this.events(id), { now });
  }

  /** In the order of time. */
  events(runId: string): Record<string, unknown>[] {
    const events = this.#eventsOf.all(runId).map(({ event }) => JSON.parse(String(event)));
    return events.sort(compareInRun);
  }

  close(): void {
    this.#database.close();
  }

  #read(runId: string): LedgerEvent[] {
    return this.events(runId)
      .map(readLedgerEvent)
      .filter((event) => event !== undefined);
  }

  #forget(): void {
    this.#database.exec(`
      DELETE FROM runs WHERE id IN (SELECT id FROM runs ORDER BY started DESC, id DESC LIMIT -1 OFFSET ${this.#mostRuns});
      DELETE FROM events WHERE run NOT IN (SELECT id FROM runs);`);
  }
}

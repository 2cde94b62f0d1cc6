import type { S3Client } from '@aws-sdk/client-s3';
import { type LedgerEvent, type Run, readLedgerEvent, runOf } from '@tributary/events/ledger';
import { findRun } from './find-run.ts';
import { JournalTail } from './journal-tail.ts';
import { readRunEvents } from './run-events.ts';
import { RunIndex } from './run-index.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';

export interface LedgerSettings {
  s3: S3Client;
  bucket: string;
  maxRuns?: number;
  /** Objects of the journal between snapshots. */
  snapshotObjects?: number;
  now?: () => number;
}

/** A snapshot is due after so many events, so that the next process need not read them. */
const snapshotAfter = 20_000;
/** Or after so many objects of the journal: each is a request, and they hold one event each where little happens. */
const snapshotObjects = 5_000;

/**
 * The ledger as one process reads it: an index in memory that follows the journal, and the events of single runs from
 * their objects. It begins with the snapshot that some process left.
 */
export class Ledger {
  readonly index: RunIndex;
  readonly #settings: LedgerSettings;
  #tail: JournalTail | undefined;
  #catchingUp: Promise<void> | undefined;
  #sinceSnapshot = { events: 0, objects: 0 };

  constructor(settings: LedgerSettings) {
    this.#settings = settings;
    const { s3, bucket, maxRuns } = settings;
    this.index = new RunIndex({
      load: async (summary) => known(await readRunEvents(s3, bucket, summary)),
      find: async (id) => {
        const place = await findRun(s3, bucket, id);
        return place === undefined ? [] : known(await readRunEvents(s3, bucket, place));
      },
      ...(maxRuns !== undefined && { maxRuns }),
    });
  }

  now(): number {
    return this.#settings.now?.() ?? Date.now();
  }

  /** When the journal was written to last, as far as it was read. */
  get position(): number {
    return this.#tail?.position ?? 0;
  }

  /** Takes up all that was recorded until now. Several callers share one way. */
  catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readOn().finally(() => {
      this.#catchingUp = undefined;
    });
    return this.#catchingUp;
  }

  /** Everything of one run; undefined if there is none. */
  async run(id: string): Promise<{ run: Run; events: Record<string, unknown>[] } | undefined> {
    const { s3, bucket } = this.#settings;
    const place = this.index.get(id) ?? (await findRun(s3, bucket, id));
    if (place === undefined) return undefined;
    const events = await readRunEvents(s3, bucket, place);
    const run = runOf(events, { now: new Date(this.now()).toISOString() });
    return run && { run, events };
  }

  /** Leaves the index for the next process to begin with. */
  async writeSnapshot(): Promise<void> {
    const { s3, bucket } = this.#settings;
    await writeSnapshot(s3, bucket, { position: this.position, runs: this.index.all() });
    this.#sinceSnapshot = { events: 0, objects: 0 };
  }

  async #readOn(): Promise<void> {
    this.#tail ??= await this.#begin();
    for await (const { events, at } of this.#tail.read()) {
      await this.index.add(events, at);
      this.#sinceSnapshot.events += events.length;
      this.#sinceSnapshot.objects++;
      // On the way too: a journal that takes longer than one request may is read on by the next from here.
      if (this.#isSnapshotDue()) await this.writeSnapshot();
    }
  }

  #isSnapshotDue(): boolean {
    const { events, objects } = this.#sinceSnapshot;
    return events >= snapshotAfter || objects >= (this.#settings.snapshotObjects ?? snapshotObjects);
  }

  async #begin(): Promise<JournalTail> {
    const { s3, bucket } = this.#settings;
    const snapshot = await readSnapshot(s3, bucket);
    if (snapshot !== undefined) this.index.restore(snapshot.runs);
    return new JournalTail(s3, bucket, snapshot?.position);
  }
}

function known(events: readonly unknown[]): LedgerEvent[] {
  return events.map(readLedgerEvent).filter((event) => event !== undefined);
}

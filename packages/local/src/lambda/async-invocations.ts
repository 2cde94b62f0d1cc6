import type { ActivityFeed } from '../activity.ts';
import { AwsError, messageOf } from '../errors.ts';
import { Journal } from '../journal.ts';
import type { Timers } from '../timers.ts';
import type { AsyncConfig, InvocationResult } from './function-config.ts';
import type { FunctionPool } from './function-pool.ts';

/** Lambda waits one minute before the second attempt and two before the third. */
const retryDelaysMs = [60_000, 120_000];
/** Lambda's own limit of events that wait is not told; this one is ours. */
const maxWaiting = 100_000;
export const maxAsyncPayloadBytes = 1024 * 1024;

/** How an asynchronous invocation ended, for destinations and dead-letter queues. */
export interface AsyncOutcome {
  requestId: string;
  condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';
  attempts: number;
  payload: Buffer;
  result?: InvocationResult;
}

interface Entry {
  function: string;
  requestId: string;
  /** Milliseconds since 1970. */
  acceptedAt: number;
  attempts: number;
  payload: string;
  clientContext?: string;
}

interface Waiting {
  requestId: string;
  acceptedAt: number;
  attempts: number;
  /** What the last attempt gave; lost over a restart, like the process itself. */
  result?: InvocationResult;
}

export interface AsyncSettings {
  journal: Journal<Entry>;
  timers: Timers;
  feed: ActivityFeed;
  /** Multiplies every waiting time; 1 is as AWS. */
  timeScale: number;
  poolOf(name: string): FunctionPool | undefined;
  configOf(name: string): AsyncConfig;
  conclude(name: string, outcome: AsyncOutcome): Promise<void>;
}

export function openAsyncJournal(directory: string): Promise<Journal<Entry>> {
  return Journal.open<Entry>(directory);
}

/** Lambda's queue of asynchronous invocations: accepted ones are on disk, run when there is room, retried, and concluded. */
export class AsyncInvocations {
  #settings: AsyncSettings;
  #queues = new Map<string, Waiting[]>();
  #count = 0;
  #running = new Set<Promise<void>>();
  /** How many of `#running` are of one function. */
  #runs = new Map<string, number>();
  #stopped = false;

  constructor(settings: AsyncSettings) {
    this.#settings = settings;
  }

  /** Accepts an invocation: once this resolves it survives a kill. @throws AwsError TooManyRequestsException */
  async accept(name: string, requestId: string, payload: Buffer, clientContext?: string): Promise<void> {
    if (this.#count >= maxWaiting) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    const entry: Entry = {
      function: name,
      requestId,
      acceptedAt: Date.now(),
      attempts: 0,
      payload: payload.toString('utf8'),
      ...(clientContext && { clientContext }),
    };
    this.#count++;
    try {
      await this.#settings.journal.write(requestId, entry);
    } catch (error) {
      this.#count--;
      throw error;
    }
    this.#enqueue(name, entry);
  }

  /** Takes up what an earlier run of the server accepted and did not finish. */
  async resume(): Promise<void> {
    const entries: Entry[] = [];
    for await (const [, entry] of this.#settings.journal.entries()) entries.push(entry);
    entries.sort((a, b) => a.acceptedAt - b.acceptedAt);
    for (const { function: name, requestId, acceptedAt, attempts } of entries) {
      this.#count++;
      this.#enqueue(name, { requestId, acceptedAt, attempts });
    }
  }

  /** Runs what waits for a function while it has room. */
  pump(name: string): void {
    const queue = this.#queues.get(name);
    const pool = this.#settings.poolOf(name);
    const mayRun = () =>
      pool && ((pool.hasRoom && this.#active(name) < pool.capacity) || pool.config.reservedConcurrency === 0);
    while (!this.#stopped && pool && queue?.length && mayRun()) {
      const waiting = queue.shift()!;
      this.#runs.set(name, this.#active(name) + 1);
      const run = this.#run(name, pool, waiting)
        .catch((error: unknown) => {
          process.emitWarning(
            `Asynchronous invocation ${waiting.requestId} of ${name} stays queued: ${messageOf(error)}`,
          );
        })
        .finally(() => {
          this.#running.delete(run);
          this.#runs.set(name, this.#active(name) - 1);
          this.pump(name);
        });
      this.#running.add(run);
    }
  }

  /** Forgets what waits for a function that is gone. */
  async drop(name: string): Promise<void> {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.delete(name);
    for (const { requestId } of queue) await this.#forget(requestId);
  }

  /** Starts nothing more; an attempt that is ended now does not count, and is made again after the next start. */
  halt(): void {
    this.#stopped = true;
  }

  /** Waits for attempts under way; their pools must be stopping. */
  async close(): Promise<void> {
    this.halt();
    await Promise.all(this.#running);
  }

  #active(name: string): number {
    return this.#runs.get(name) ?? 0;
  }

  #enqueue(name: string, waiting: Waiting): void {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    const { requestId, acceptedAt, attempts, result } = waiting;
    queue.push({ requestId, acceptedAt, attempts, ...(result && { result }) });
    this.pump(name);
  }

  async #run(name: string, pool: FunctionPool, waiting: Waiting): Promise<void> {
    const { journal, feed, configOf, timers, timeScale } = this.#settings;
    const { requestId } = waiting;
    const config = configOf(name);
    const tooOld = () => Date.now() - waiting.acceptedAt > config.maximumEventAgeSeconds * 1000;
    const zero = pool.config.reservedConcurrency === 0;
    const entry = await journal.read(requestId);
    if (!entry) return this.#forget(requestId);
    const payload = Buffer.from(entry.payload);
    if (zero || tooOld()) {
      return this.#conclude(name, waiting, payload, zero ? 'ZeroReservedConcurrency' : 'EventAgeExceeded');
    }
    if (this.#stopped) return;
    let result: InvocationResult;
    const attempt = waiting.attempts + 1;
    try {
      feed.tell({ kind: 'function-invoked', function: name, requestId, mode: 'Event', attempt });
      result = await pool.invoke({
        requestId,
        payload,
        attempt,
        ...(entry.clientContext && { clientContext: entry.clientContext }),
      });
    } catch (error) {
      if (this.#stopped) return;
      if (error instanceof AwsError) {
        // Throttled, or its pool was just replaced, is not an attempt: Lambda keeps it queued until it is too old.
        this.#queues.get(name)?.unshift(waiting);
        return;
      }
      throw error;
    }
    if (this.#stopped && result.error) return;
    waiting.attempts = attempt;
    waiting.result = result;
    tellResult(feed, name, requestId, attempt, result);
    if (!result.error) return this.#conclude(name, waiting, payload, 'Success');
    if (attempt > config.maximumRetryAttempts)
      return this.#conclude(name, waiting, payload, 'RetriesExhausted');
    const delayMs = (retryDelaysMs[attempt - 1] ?? retryDelaysMs.at(-1)!) * timeScale;
    if (Date.now() + delayMs - waiting.acceptedAt > config.maximumEventAgeSeconds * 1000) {
      return this.#conclude(name, waiting, payload, 'EventAgeExceeded');
    }
    await journal.write(requestId, { ...entry, attempts: attempt });
    feed.tell({ kind: 'function-retried', function: name, requestId, attempt: attempt + 1, delayMs });
    void timers.wait(delayMs).then((elapsed) => {
      if (elapsed) this.#enqueue(name, waiting);
    });
  }

  async #conclude(
    name: string,
    waiting: Waiting,
    payload: Buffer,
    condition: AsyncOutcome['condition'],
  ): Promise<void> {
    const { requestId, attempts, result } = waiting;
    if (condition !== 'Success') {
      this.#settings.feed.tell({ kind: 'function-gave-up', function: name, requestId, condition, attempts });
    }
    await this.#settings.conclude(name, {
      requestId,
      condition,
      attempts,
      payload,
      ...(result && { result }),
    });
    await this.#forget(requestId);
  }

  async #forget(requestId: string): Promise<void> {
    this.#count--;
    await this.#settings.journal.remove(requestId);
  }
}

export function tellResult(
  feed: ActivityFeed,
  name: string,
  requestId: string,
  attempt: number,
  result: InvocationResult,
): void {
  const figures = {
    durationMs: result.durationMs,
    billedMs: result.billedMs,
    maxMemoryMb: result.maxMemoryMb,
    ...(result.initMs !== undefined && { initMs: result.initMs }),
  };
  if (result.error) {
    const { type, message } = result.error;
    feed.tell({
      kind: 'function-failed',
      function: name,
      requestId,
      errorType: type,
      error: message,
      attempt,
      ...figures,
    });
  } else feed.tell({ kind: 'function-completed', function: name, requestId, ...figures });
}

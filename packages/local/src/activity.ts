/** One thing that happened, as the follow API tells it. `at` is milliseconds since 1970. */
export type Activity = { at: number } & (
  | { kind: 'stack-deployed' | 'stack-updated' | 'stack-removed'; stack: string; resources: number }
  | { kind: 'stack-failed'; stack: string; code: string; error: string }
  | {
      kind: 'object-event';
      /** `Object Created`, `Object Deleted`, ... */
      detailType: string;
      bucket: string;
      key: string;
      size?: number;
      reason?: string;
      /** Of created objects: later events of one key compare greater. */
      sequencer?: string;
      eventId: string;
    }
  | { kind: 'event-put'; bus: string; eventId: string; source: string; detailType: string; event: AwsEvent }
  | { kind: 'rule-matched'; bus: string; rule: string; eventId: string; targets: string[] }
  | {
      kind: 'delivery-retried';
      rule: string;
      target: string;
      eventId: string;
      attempt: number;
      error: string;
    }
  | {
      kind: 'delivery-failed';
      rule: string;
      target: string;
      eventId: string;
      errorCode: string;
      error: string;
    }
  | {
      kind: 'dead-lettered';
      queue: string;
      source: string;
      eventId: string;
      errorCode: string;
      error: string;
    }
  | {
      kind: 'replay-changed';
      replay: string;
      archive: string;
      bus: string;
      /** `STARTING`, `RUNNING`, `COMPLETED`, ... as DescribeReplay has it. */
      state: string;
      error?: string;
    }
  | { kind: 'function-invoked'; function: string; requestId: string; mode: InvocationMode; attempt: number }
  | ({ kind: 'function-completed'; function: string; requestId: string } & InvocationFigures)
  | ({
      kind: 'function-failed';
      function: string;
      requestId: string;
      errorType: string;
      error: string;
      attempt: number;
    } & InvocationFigures)
  | { kind: 'function-retried'; function: string; requestId: string; attempt: number; delayMs: number }
  | { kind: 'function-gave-up'; function: string; requestId: string; condition: string; attempts: number }
  | { kind: 'function-log'; function: string; requestId?: string; line: string }
  | { kind: 'destination-sent'; function: string; requestId: string; destination: string; condition: string }
  | { kind: 'destination-failed'; function: string; requestId: string; destination: string; error: string }
  | { kind: 'fault-injected'; fault: string; subject: string }
  | { kind: 'request-refused'; service: string; operation: string; code: string; error: string }
);

export type InvocationMode = 'RequestResponse' | 'Event';

export interface InvocationFigures {
  durationMs: number;
  billedMs: number;
  maxMemoryMb: number;
  /** Only on the first invocation of a process. */
  initMs?: number;
}

/** An event as EventBridge hands it on. */
export interface AwsEvent {
  version: string;
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
  /** Only in what an archive brings back. */
  'replay-name'?: string;
}

// `Omit` on a union keeps common members only; this one distributes.
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type ActivityReport = Without<Activity, 'at'>;

/** A follower that falls this far behind loses its oldest entries: a slow reader must not fill the memory. */
const maxBacklog = 100_000;

/** Everything that happens, told to whoever follows. */
export class ActivityFeed {
  #listeners = new Set<(activity: Activity) => void>();
  #ends = new Set<() => void>();

  tell(report: ActivityReport): void {
    const activity = { at: Date.now(), ...report } as Activity;
    for (const listener of this.#listeners) {
      try {
        listener(activity);
      } catch (error) {
        // A follower's own fault must not fail a delivery; it still has to be seen.
        process.emitWarning(`A listener of the local AWS threw: ${String(error)}`);
      }
    }
  }

  /** @returns the function that ends the following. */
  listen(listener: (activity: Activity) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows from the call on; ends when the server stops or the loop is left. */
  follow(): AsyncIterableIterator<Activity> {
    const backlog: Activity[] = [];
    let wake: (() => void) | undefined;
    let ended = false;
    const unlisten = this.listen((activity) => {
      if (backlog.length >= maxBacklog) backlog.shift();
      backlog.push(activity);
      wake?.();
    });
    const end = () => {
      ended = true;
      unlisten();
      this.#ends.delete(end);
      wake?.();
    };
    this.#ends.add(end);
    const iterator: AsyncIterableIterator<Activity> = {
      [Symbol.asyncIterator]: () => iterator,
      async next() {
        while (backlog.length === 0 && !ended) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const value = backlog.shift();
        return value ? { value, done: false } : { value: undefined, done: true };
      },
      async return() {
        end();
        backlog.length = 0;
        return { value: undefined, done: true };
      },
    };
    return iterator;
  }

  close(): void {
    for (const end of [...this.#ends]) end();
    this.#listeners.clear();
  }
}

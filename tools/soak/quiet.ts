import { setTimeout } from 'node:timers/promises';
import type { Activity } from '@tributary/local';

const settleLimitMs = 900_000;

/** Knows when nothing is under way any more. */
export class Quiet {
  #running = new Map<string, 'Event' | 'RequestResponse'>();
  #last = performance.now();

  readonly listen = (activity: Activity): void => {
    if (activity.kind === 'function-log') return;
    this.#last = performance.now();
    switch (activity.kind) {
      case 'function-invoked':
        this.#running.set(activity.requestId, activity.mode);
        break;
      case 'function-completed':
      case 'function-gave-up':
        this.#running.delete(activity.requestId);
        break;
      case 'function-failed':
        // Nobody tries again what a caller waits for: its messages come back by themselves.
        if (this.#running.get(activity.requestId) === 'RequestResponse')
          this.#running.delete(activity.requestId);
        break;
      default:
    }
  };

  /** Resolves once no function has run and nothing has happened for so long. @throws Error if that never comes */
  async come(ms: number): Promise<void> {
    // What came just before may not have begun yet: a message in a queue tells nothing.
    this.#last = performance.now();
    const until = performance.now() + settleLimitMs;
    while (this.#running.size > 0 || performance.now() - this.#last < ms) {
      if (performance.now() > until)
        throw new Error(`not at rest after ${settleLimitMs / 1000} s: ${this.#running.size} invocations run`);
      await setTimeout(25);
    }
  }
}

import type { Ledger } from './ledger.ts';
import type { S3Notification } from './notification.ts';

const retryMs = 1000;

/** Delivers what the ledger says is to be told, in order, each until it is taken: at least once, also across a restart. */
export class Outbox {
  #ledger: Ledger;
  #notify: (notification: S3Notification) => void | Promise<void>;
  #running: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(ledger: Ledger, notify: (notification: S3Notification) => void | Promise<void>) {
    this.#ledger = ledger;
    this.#notify = notify;
  }

  /** Something may be there to be delivered. */
  wake(): void {
    if (this.#closed || this.#running) return;
    clearTimeout(this.#retry);
    this.#running = this.#deliver()
      .catch((error: unknown) => {
        process.emitWarning(`An S3 notification was not taken and is told again: ${String(error)}`);
        if (!this.#closed) this.#retry = setTimeout(() => this.wake(), retryMs).unref();
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Waits for the one delivery under way; the rest is delivered after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#running;
  }

  async #deliver(): Promise<void> {
    // After the turn in which the change was committed.
    await Promise.resolve();
    for (;;) {
      const batch = this.#ledger.outbox(100);
      if (batch.length === 0) return;
      for (const { id, notification } of batch) {
        if (this.#closed) return;
        await this.#notify(notification);
        this.#ledger.markDelivered(id);
      }
    }
  }
}

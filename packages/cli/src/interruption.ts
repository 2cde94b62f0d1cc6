import { Interrupted } from './failure.ts';

/** Listens for SIGINT and SIGTERM as long as it is in use. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #interrupted = Promise.withResolvers<never>();

  constructor() {
    this.#interrupted.promise.catch(() => {}); // there may be nothing to race
    process.on('SIGINT', this.#interrupt).on('SIGTERM', this.#interrupt);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Settles as `work` does, or rejects at a signal, even while `work` waits for input that never comes. */
  async race<T>(work: Promise<T>): Promise<T> {
    return await Promise.race([work, this.#interrupted.promise]);
  }

  readonly #interrupt = (signal: NodeJS.Signals): void => {
    this.#controller.abort(new Interrupted(signal));
    this.#interrupted.reject(this.#controller.signal.reason);
  };

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#interrupt).off('SIGTERM', this.#interrupt);
  }
}

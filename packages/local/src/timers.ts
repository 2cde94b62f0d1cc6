/** Every waiting of the server goes through here, so that stopping leaves no timer behind. */
export class Timers {
  #waiting = new Map<NodeJS.Timeout, () => void>();
  #closed = false;

  /** Resolves to true after `ms`, or at once to false when the server stops. */
  wait(ms: number): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => {
          this.#waiting.delete(timer);
          resolve(true);
        },
        // Beyond 2^31-1 ms Node fires at once.
        Math.min(ms, 0x7fff_ffff),
      );
      this.#waiting.set(timer, () => resolve(false));
    });
  }

  close(): void {
    this.#closed = true;
    for (const [timer, cancel] of this.#waiting) {
      clearTimeout(timer);
      cancel();
    }
    this.#waiting.clear();
  }
}

/**
 * Runs writes to one file one after the other. The kernel lets only one through anyway, and the threads that wait for it spin: of
 * four, three would burn what hashing needs.
 */
export class WriteTurns {
  #last = new Map<string, Promise<void>>();

  async run(path: string, write: () => Promise<void>): Promise<void> {
    const turn = (this.#last.get(path) ?? Promise.resolve()).then(write);
    const settled = turn.catch(() => {});
    this.#last.set(path, settled);
    try {
      await turn;
    } finally {
      if (this.#last.get(path) === settled) this.#last.delete(path);
    }
  }
}

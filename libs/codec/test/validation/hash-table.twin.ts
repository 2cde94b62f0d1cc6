import { finish } from './hash.twin.ts';

/** Hashes as a table keeps them: all but one bit of them, and never 0. */
export function storedHash(hash: bigint): bigint {
  const stored = finish(hash) & ~1n;
  return stored || 2n;
}

export class NaiveHashes {
  readonly #counts = new Map<bigint, number>();

  /** Whether it comes up for the second time. */
  insert(hash: bigint): boolean {
    const count = (this.#counts.get(storedHash(hash)) ?? 0) + 1;
    this.#counts.set(storedHash(hash), count);
    return count === 2;
  }

  has(hash: bigint): boolean {
    return this.#counts.has(storedHash(hash));
  }

  get size(): number {
    return this.#counts.size;
  }
}

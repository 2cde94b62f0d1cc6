/**
 * Finds rows whose key another row has had. Keys are texts that are equal exactly if the keys are. A store may keep less
 * than the keys, as long as its answer is exact.
 */
export interface KeyStore {
  /** Takes the key of a row. Rows come in order of their numbers. */
  add(key: string, row: number): void;
  /** After the last row: every row whose key an earlier row has, with the first such row, in order of their numbers. */
  repeats(): Iterable<{ row: number; first: number }>;
}

/** Finds rows whose key no row of the table referred to has. */
export interface ReferenceStore {
  /** Takes a key of the table referred to; may come before, after and between `addRow`. */
  addReference(key: string): void;
  addRow(key: string, row: number): void;
  /** After the last of both: the rows without a reference, in order of their numbers. */
  strays(): Iterable<number>;
}

/** A store that keeps every key: the meaning of the others, for small tables and tests. */
export class MemoryKeyStore implements KeyStore {
  readonly #first = new Map<string, number>();
  readonly #repeats: { row: number; first: number }[] = [];

  add(key: string, row: number): void {
    const first = this.#first.get(key);
    if (first === undefined) this.#first.set(key, row);
    else this.#repeats.push({ row, first });
  }

  repeats(): Iterable<{ row: number; first: number }> {
    return this.#repeats;
  }
}

/** Likewise for references. */
export class MemoryReferenceStore implements ReferenceStore {
  readonly #references = new Set<string>();
  readonly #rows: { key: string; row: number }[] = [];

  addReference(key: string): void {
    this.#references.add(key);
  }

  addRow(key: string, row: number): void {
    this.#rows.push({ key, row });
  }

  strays(): Iterable<number> {
    return this.#rows.filter(({ key }) => !this.#references.has(key)).map(({ row }) => row);
  }
}

import type { ErrorCount, ReportError } from './validation-report.ts';

/**
 * Keeps the first errors of each type and column, and counts all. A file in which every cell is wrong takes no more memory
 * than one with a few wrong cells.
 */
export class ErrorLog {
  readonly errors: ReportError[] = [];
  /** All errors, listed or not. */
  total = 0;
  readonly #counts = new Map<string, ErrorCount & { listed: number }>();
  readonly #limits: { listed: number; perKind: number; kinds: number };

  /**
   * @param limits errors listed in all, of each type and column, and how many types and columns are told apart; of those
   * beyond only the type is counted
   */
  constructor({ listed = 1000, perKind = 20, kinds = 10_000 } = {}) {
    this.#limits = { listed, perKind, kinds };
  }

  /** Takes an error; `make` is asked for it only if it is to be listed. */
  add(type: string, field: { name?: string; number?: number }, make: () => ReportError): void {
    this.total++;
    const count = this.#countOf(type, field);
    count.count++;
    if (count.listed >= this.#limits.perKind || this.errors.length >= this.#limits.listed) return;
    count.listed++;
    this.errors.push(make());
  }

  /** How many errors of each type each column has, the most first. */
  counts(): ErrorCount[] {
    return [...this.#counts.values()]
      .map(({ listed, ...count }) => count)
      .sort((a, b) => b.count - a.count || (a.fieldNumber ?? 0) - (b.fieldNumber ?? 0));
  }

  #countOf(
    type: string,
    { name, number }: { name?: string; number?: number },
  ): ErrorCount & { listed: number } {
    const key = `${type} ${number ?? ''}`;
    const known = this.#counts.get(key);
    if (known) return known;
    if (this.#counts.size >= this.#limits.kinds && number !== undefined) return this.#countOf(type, {});
    const count: ErrorCount & { listed: number } = { type, count: 0, listed: 0 };
    if (name !== undefined) count.fieldName = name;
    if (number !== undefined) count.fieldNumber = number;
    this.#counts.set(key, count);
    return count;
  }
}

import type { RejectedRow } from '../converter.ts';
import { BadInput } from '../errors.ts';
import type { RejectOptions } from '../options.ts';

/** Rejects that must have come before the ratio is judged on a part of the file: its start may be its worst part. */
const ratioJudgedFrom = 100_000;

/** What a run that stopped has counted. */
export interface HeldCounts {
  codes: [code: string, rows: number][];
  first?: Pick<RejectedRow, 'line' | 'column' | 'code'> | undefined;
}

/** Counts rejected rows and says when they make a bad file. */
export class Threshold {
  rejected = 0;
  readonly #options: RejectOptions;
  /** How many rows were rejected by each code, and which was the first: what a person asks about a rejected file. */
  readonly #codes: Map<string, number>;
  #first: Pick<RejectedRow, 'line' | 'column' | 'code'> | undefined;

  constructor(options: RejectOptions, held: HeldCounts = { codes: [] }) {
    this.#options = options;
    this.#codes = new Map(held.codes);
    this.rejected = held.codes.reduce((sum, [, rows]) => sum + rows, 0);
    this.#first = held.first;
  }

  hold(): HeldCounts {
    return { codes: [...this.#codes], first: this.#first };
  }

  /** Counts a rejected row. @throws {BadInput} `too-many-rejects`, `too-high-reject-ratio` */
  count({ line, column, code }: RejectedRow): void {
    this.rejected++;
    this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
    this.#first ??= { line, code, ...(column === undefined ? {} : { column }) };
    const { maxRejects, maxRejectRatio } = this.#options;
    if (maxRejects !== undefined && this.rejected > maxRejects) {
      throw new BadInput({
        code: 'too-many-rejects',
        what: 'Too many rows are bad',
        expected: `at most ${maxRejects} (rejects.maxRejects)`,
        got: `${this.rejected}: ${this.#describe()}`,
        where: { line },
      });
    }
    if (maxRejectRatio === 0 || this.rejected >= ratioJudgedFrom) this.judge(line, line);
  }

  /** Judges the ratio over `rows`, good and bad together. @throws {BadInput} `too-high-reject-ratio` */
  judge(rows: number, line?: number): void {
    const { maxRejectRatio } = this.#options;
    if (this.rejected <= maxRejectRatio * rows) return;
    throw new BadInput({
      code: 'too-high-reject-ratio',
      what: 'Too large a share of the rows is bad',
      expected: `at most ${maxRejectRatio} (rejects.maxRejectRatio)`,
      got: `${this.rejected} of ${rows}: ${this.#describe()}`,
      ...(line === undefined ? {} : { where: { line } }),
    });
  }

  /** For instance `12 short-record, 3 nul-byte; first line 7, column price`. */
  #describe(): string {
    const codes = [...this.#codes].map(([code, rows]) => `${rows} ${code}`).join(', ');
    const { line, column } = this.#first ?? {};
    return `${codes}; first line ${line}${column === undefined ? '' : `, column ${column}`}`;
  }
}

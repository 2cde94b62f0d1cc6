import { BadInput } from '../errors.ts';
import type { RejectOptions } from '../options.ts';

/** Rejects that must have come before the ratio is judged on a part of the file: its start may be its worst part. */
const ratioJudgedFrom = 100_000;

/** Counts rejected rows and says when they make a bad file. */
export class Threshold {
  rejected = 0;
  readonly #options: RejectOptions;

  constructor(options: RejectOptions) {
    this.#options = options;
  }

  /** Counts the row on `line`. @throws {BadInput} `too-many-rejects`, `too-high-reject-ratio` */
  count(line: number): void {
    this.rejected++;
    const { maxRejects, maxRejectRatio } = this.#options;
    if (maxRejects !== undefined && this.rejected > maxRejects) {
      throw new BadInput({
        code: 'too-many-rejects',
        what: 'Too many rows are bad',
        expected: `at most ${maxRejects} (rejects.maxRejects)`,
        got: `${this.rejected}`,
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
      got: `${this.rejected} of ${rows}`,
      ...(line === undefined ? {} : { where: { line } }),
    });
  }
}

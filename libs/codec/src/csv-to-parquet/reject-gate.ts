import type { RejectedRow } from '../converter.ts';
import { HeldRejects } from '../delimited/held-rejects.ts';
import { BadInput } from '../errors.ts';

/**
 * What the pass under way is for, which decides on the rows that are rejected in it:
 * - `survey`: for types; the rows are rejected in a later pass.
 * - `decide`: the first batch is yet to tell whether this is a survey.
 * - `guess`: for the output, by types that may turn out to be wrong; the rows are held until all types are known to be right.
 * - `convert`: for the output; the rows go to quarantine.
 */
export type Pass = 'survey' | 'decide' | 'guess' | 'convert';

/** Rows on their way to quarantine, in the order of the input, if the pass is one that rejects rows. */
export class RejectGate {
  pass: Pass = 'convert';
  readonly #held: HeldRejects;
  readonly #reject: (row: RejectedRow) => void;
  /** A row was one too many. */
  #isRefused = false;

  constructor(reject: (row: RejectedRow) => void) {
    this.#reject = reject;
    this.#held = new HeldRejects((row) => this.reject(row));
  }

  get isEmpty(): boolean {
    return this.#held.isEmpty;
  }

  /** Of the reader, while it gathers a batch. */
  add(row: RejectedRow): void {
    if (this.pass !== 'survey') this.#held.add(row);
  }

  /** Of a batch, in its order with those of the reader. @throws {BadInput} if it is one too many */
  reject(row: RejectedRow): void {
    try {
      this.#reject(row);
    } catch (error) {
      this.#isRefused = true;
      throw error;
    }
  }

  /** Hands on those of the reader, up to a byte of the input. @throws as `reject` */
  release(before?: number): void {
    this.#held.release(before);
  }

  /** Hands on all where the file is refused already: that too many rows are bad, too, is no news. */
  releaseQuietly(): void {
    if (this.#isRefused) return;
    try {
      this.#held.release();
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
    }
  }

  /** From here on this is a survey: the rows will be read again. */
  survey(): void {
    this.pass = 'survey';
    this.#held.clear();
  }

  /** Whether so much is held that a batch of so many rows had better end. What comes before all of a batch is handed on at once. */
  endsBatch(records: number): boolean {
    if (!this.#held.isFull) return false;
    if (this.pass === 'guess' || (this.pass === 'decide' && records === 0)) this.survey();
    else if (records > 0) return true;
    else this.#held.release();
    return false;
  }
}

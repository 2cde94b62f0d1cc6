import type { RecordBatch } from '../delimited/record-batch.ts';
import type { RowHashes } from './hash-table.ts';
import type { OddRecord } from './record-feed.ts';
import type { SecondThread } from './thread/second-thread.ts';

/** Batches that may be read and not yet judged; the text of so many stays in memory. */
export const BATCHES_BEHIND = 6;

/** A batch on its way from the reader to its verdict, and the odd records in it. */
export interface ReadBatch {
  batch: RecordBatch | undefined;
  odd: readonly OddRecord[];
  /** Number of its first row. */
  first: number;
  /** A byte of 1 for each row that is not proved good, which there may be fewer of than rows; undefined while a thread is at it. */
  suspects: Uint8Array | undefined;
  /** Of the odd records, the index that the judge of keys knows them by. */
  oddIndex: ReadonlyMap<OddRecord, number>;
  /** Hashes of its rows that are yet to be noted. */
  rooms: readonly RowHashes[];
}

/** Batches whose checks end in any order are judged in that of the input. */
export class BatchQueue {
  readonly #judge: (item: ReadBatch) => Promise<void>;
  readonly #thread: SecondThread | undefined;
  readonly #items: ReadBatch[] = [];

  constructor(judge: (item: ReadBatch) => Promise<void>, thread: SecondThread | undefined) {
    this.#judge = judge;
    this.#thread = thread;
  }

  /** To be awaited before the next batch is read. @throws what `judge` throws */
  async add(item: ReadBatch): Promise<void> {
    this.#items.push(item);
    await this.#judgeChecked();
    if (!this.#thread?.isBusy) return;
    // Its answers come in between.
    await new Promise((resolve) => setImmediate(resolve));
    await this.#judgeDown(BATCHES_BEHIND);
  }

  /** Resolves when all are judged. @throws what `judge` throws */
  async settle(): Promise<void> {
    await this.#judgeDown(0);
  }

  /** Judges until no more than so many are left. */
  async #judgeDown(most: number): Promise<void> {
    for (await this.#judgeChecked(); this.#items.length > most; await this.#judgeChecked())
      await this.#thread!.hear();
  }

  async #judgeChecked(): Promise<void> {
    while (this.#items[0]?.suspects) {
      const item = this.#items.shift()!;
      try {
        await this.#judge(item);
      } catch (error) {
        // What comes after it has no verdict.
        this.#items.length = 0;
        throw error;
      }
    }
  }
}

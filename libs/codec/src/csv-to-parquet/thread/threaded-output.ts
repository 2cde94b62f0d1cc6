import type { Column, ColumnVector } from '../../parquet/column.ts';
import type { TableEnd, TableLayout, TableOutput } from '../table-output.ts';
import type { SecondThread } from './second-thread.ts';

/** An output that the second thread writes. What is appended is in use for as many batches as that may be behind. */
export class ThreadedOutput implements TableOutput {
  readonly #thread: SecondThread;

  constructor(thread: SecondThread, columns: readonly Column[], layout: TableLayout) {
    this.#thread = thread;
    thread.post({ kind: 'open', columns, layout });
  }

  async append(rows: number, vectors: readonly ColumnVector[]): Promise<void> {
    const addresses = new Uint32Array(2 * vectors.length);
    vectors.forEach(({ slots, present }, i) => {
      addresses[2 * i] = slots;
      addresses[2 * i + 1] = present;
    });
    this.#thread.postBatch({ kind: 'append', rows, vectors: addresses });
    await this.#thread.turn();
  }

  settle(): Promise<void> {
    return this.#thread.settle();
  }

  end(end?: TableEnd): Promise<void> {
    return this.#thread.end(end);
  }

  async close(): Promise<void> {}
}

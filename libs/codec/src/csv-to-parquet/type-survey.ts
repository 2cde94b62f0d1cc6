import { emptyEvidence, type Field, fieldOf } from '@tributary/table-schema';
import { EvidenceCollector } from '../columns/evidence-collector.ts';
import type { RecordBatch } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { PlannedColumn } from './table-plan.ts';
import type { SecondThread } from './thread/second-thread.ts';

/**
 * Finds a field for each column that has none, by what is seen of the rows. What is seen of a column adds up to the same, however
 * batches are shared out between threads, and however often one is looked at.
 */
export class TypeSurvey {
  readonly #columns: readonly PlannedColumn[];
  readonly #watched: { index: number; missing: readonly string[] }[];
  readonly #collector: EvidenceCollector;
  #thread: SecondThread | undefined;
  #seen: Uint8Array = new Uint8Array();

  constructor(heap: KernelHeap, columns: readonly PlannedColumn[]) {
    this.#columns = columns;
    this.#watched = columns.flatMap(({ index, field, missing }) =>
      field || index === undefined ? [] : [{ index, missing }],
    );
    this.#collector = new EvidenceCollector(heap, this.#watched);
  }

  /** Until `gather`, a second thread helps whenever it is free. */
  share(thread: SecondThread | undefined): void {
    this.#thread = thread;
    thread?.post({ kind: 'watch', columns: this.#watched });
  }

  look(batch: RecordBatch): void {
    if (this.#thread?.isIdle) {
      const { records, columns, cells } = batch;
      this.#thread.postBatch({ kind: 'look', records, columns, cells });
    } else this.#collector.add(batch);
  }

  /** Takes over what the second thread has seen. @throws as it failed */
  async gather(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    const seen = await thread?.evidence();
    seen?.forEach((evidence, i) => {
      this.#collector.merge(this.#watched[i]!.index, evidence);
    });
  }

  /** Whether something was seen that had not been when this was asked last. */
  hasNews(): boolean {
    const seen = this.#collector.bytes();
    if (Buffer.compare(seen, this.#seen) === 0) return false;
    this.#seen = seen.slice();
    return true;
  }

  /** Of all columns, by what was seen on this thread or gathered from the other. */
  fields(): Field[] {
    return this.#columns.map(
      ({ name, index, field }) =>
        field ?? fieldOf(name, index === undefined ? emptyEvidence() : this.#collector.evidence(index)),
    );
  }

  close(): void {
    this.#collector.close();
  }
}

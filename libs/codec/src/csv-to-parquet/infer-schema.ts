import {
  type ColumnEvidence,
  emptyEvidence,
  type Field,
  fieldOf,
  mergeEvidence,
} from '@tributary/table-schema';
import { EvidenceCollector } from '../columns/evidence-collector.ts';
import type { DelimitedReader } from '../delimited/reader.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { TimezoneSurvey } from './settle-field.ts';
import type { PlannedColumn } from './table-plan.ts';
import type { SecondThread } from './thread/second-thread.ts';

/**
 * Reads to the end and finds a field for each column that has none; `timezones` sees the same rows. Whichever thread is
 * free looks at a batch: what they see of a column adds up to the same, however batches are shared out.
 */
export async function inferFields(
  heap: KernelHeap,
  reader: DelimitedReader,
  columns: readonly PlannedColumn[],
  timezones: TimezoneSurvey,
  thread: SecondThread | undefined,
  signal: AbortSignal | undefined,
): Promise<Field[]> {
  const watched = columns.flatMap(({ index, field, missing }) =>
    field || index === undefined ? [] : [{ index, missing }],
  );
  const collector = new EvidenceCollector(heap, watched);
  try {
    thread?.post({ kind: 'watch', columns: watched });
    for (let batch = await reader.next(); batch; batch = await reader.next()) {
      signal?.throwIfAborted();
      if (thread?.isIdle) {
        const { records, columns, cells } = batch;
        thread.postBatch({ kind: 'look', records, columns, cells });
      } else collector.add(batch);
      timezones.add(batch);
      await thread?.turn();
    }
    const other = await thread?.evidence();
    const evidence = new Map<number | undefined, ColumnEvidence>(
      watched.map(({ index }, i) => {
        const own = collector.evidence(index);
        return [index, other ? mergeEvidence(own, other[i]!) : own];
      }),
    );
    return columns.map(
      ({ name, index, field }) => field ?? fieldOf(name, evidence.get(index) ?? emptyEvidence()),
    );
  } finally {
    collector.close();
  }
}

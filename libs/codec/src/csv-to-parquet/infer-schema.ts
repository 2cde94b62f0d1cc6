import { type Field, fieldOf } from '@tributary/table-schema';
import { EvidenceCollector } from '../columns/evidence-collector.ts';
import type { DelimitedReader } from '../delimited/reader.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { TimezoneSurvey } from './settle-field.ts';
import type { PlannedColumn } from './table-plan.ts';

/** Reads to the end and finds a field for each column that has none; `timezones` sees the same rows. */
export async function inferFields(
  heap: KernelHeap,
  reader: DelimitedReader,
  columns: readonly PlannedColumn[],
  timezones: TimezoneSurvey,
  signal: AbortSignal | undefined,
): Promise<Field[]> {
  const watched = columns.flatMap(({ index, field, missing }) =>
    field || index === undefined ? [] : [{ index, missing }],
  );
  const collector = new EvidenceCollector(heap, watched);
  try {
    for (let batch = await reader.next(); batch; batch = await reader.next()) {
      signal?.throwIfAborted();
      collector.add(batch);
      timezones.add(batch);
    }
    return columns.map(({ name, index, field }) => field ?? fieldOf(name, collector.evidence(index ?? -1)));
  } finally {
    collector.close();
  }
}

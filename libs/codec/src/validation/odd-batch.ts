import { CELL_SIZE, type RecordBatch } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { oddErrors } from './odd-records.ts';
import type { OddRecord } from './record-feed.ts';
import type { Cell } from './table-rules.ts';

/** Lends odd records that have cells as a batch, if there are any. @param columns of the table */
export function useOddBatch(
  heap: KernelHeap,
  odd: readonly OddRecord[],
  columns: number,
  use: (batch: RecordBatch, cells: readonly (readonly Cell[])[], records: readonly OddRecord[]) => void,
): void {
  const records = odd.filter((record) => record.cells && !oddErrors(record, 0));
  if (records.length === 0) return;
  const cells = records.map((record) => record.cells!);
  const { batch, close } = writeBatch(heap, cells, columns);
  try {
    use(batch, cells, records);
  } finally {
    close();
  }
}

/** Rows at hand as a batch like those of the reader: cells that they lack are not there, and those beyond the columns are left out. */
function writeBatch(
  heap: KernelHeap,
  rows: readonly (readonly Cell[])[],
  columns: number,
): { batch: RecordBatch; close: () => void } {
  const texts = rows.map((cells) =>
    Array.from({ length: columns }, (_, i) => {
      const cell = cells[i];
      return cell === undefined ? undefined : Buffer.from(cell);
    }),
  );
  const pairs = rows.length * columns * CELL_SIZE;
  const bytes = texts.flat().reduce((sum, text) => sum + (text?.length ?? 0), 0);
  const block = heap.allocate(pairs + bytes);
  let pair = block;
  let at = block + pairs;
  for (const text of texts.flat()) {
    heap.view.setUint32(pair, text ? at : 0, true);
    heap.view.setUint32(pair + 4, text?.length ?? 0, true);
    if (text) heap.bytes.set(text, at);
    at += text?.length ?? 0;
    pair += CELL_SIZE;
  }
  const batch: RecordBatch = {
    records: rows.length,
    columns,
    cells: block,
    extents: 0,
    place: () => ({ line: 0, byte: 0 }),
    raw: () => new Uint8Array(0),
  };
  return { batch, close: () => heap.release(block) };
}

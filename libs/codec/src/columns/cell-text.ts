import { CELL_SIZE, type RecordBatch } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';

/** A cell of a batch as text; undefined if it is not there. */
export function cellText(
  { view, memory }: KernelHeap,
  { cells, columns }: RecordBatch,
  row: number,
  column: number,
): string | undefined {
  const cell = cells + (row * columns + column) * CELL_SIZE;
  const at = view.getUint32(cell, true);
  return at === 0 ? undefined : Buffer.from(memory.buffer, at, view.getUint32(cell + 4, true)).toString();
}

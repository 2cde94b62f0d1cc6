import { CELL_SIZE } from '../../src/delimited/record-batch.ts';
import type { KernelHeap } from '../../src/kernel/heap.ts';

/** Lays rows of cells out in a heap as a reader does; `undefined` is a cell that is not there. */
export function layOutCells(heap: KernelHeap, rows: readonly (readonly (string | undefined)[])[]): number {
  const columns = rows[0]?.length ?? 0;
  const texts = rows.map((row) => row.map((text) => (text === undefined ? undefined : Buffer.from(text))));
  const total = texts.flat().reduce((sum, text) => sum + (text?.length ?? 0), 0);
  const cells = heap.allocate(rows.length * columns * CELL_SIZE);
  let at = heap.allocate(total + 1);
  texts.flat().forEach((text, i) => {
    heap.view.setUint32(cells + i * CELL_SIZE, text === undefined ? 0 : at, true);
    heap.view.setUint32(cells + i * CELL_SIZE + 4, text?.length ?? 0, true);
    if (text === undefined) return;
    heap.bytes.set(text, at);
    at += text.length;
  });
  return cells;
}

import type { RejectedRow } from '../converter.ts';
import { KernelHeap } from '../kernel/heap.ts';
import type { ByteSource } from '../ports.ts';
import { dialectSchema, type ReadDialect, readingSchema } from './dialect.ts';
import { DelimitedReader } from './reader.ts';
import { CELL_SIZE, type RecordBatch } from './record-batch.ts';

/** How a file is written, how far to trust it, and what its start reads as. */
export interface InferredTable {
  dialect: ReadDialect;
  /** 0 to 1: from a bare guess to all signs agreeing. */
  confidence: number;
  /** What was seen, for a person. */
  notes: string[];
  columns: string[];
  /** The first rows; null is a cell that is not there. */
  rows: (string | null)[][];
}

/** The start of a file, a record over the limit and what is made of both. */
const HEAP_BYTES = 256 * 1024 * 1024;

/**
 * Finds the dialect of a delimited file from its start and reads the first rows by it. Give the dialect as options to read
 * the file just so.
 * @throws {BadInput} `empty-input`, `binary-input` and what else `DelimitedReader.open` does
 * @example `(await inferTable(source, 5)).dialect.delimiter`
 */
export async function inferTable(source: ByteSource, most: number): Promise<InferredTable> {
  const heap = new KernelHeap(HEAP_BYTES);
  const rejected: RejectedRow[] = [];
  const options = { dialect: dialectSchema.parse({}), reading: readingSchema.parse({}) };
  const reader = new DelimitedReader(heap, source, options, {
    reject: (row) => void rejected.push({ ...row, record: row.record.slice(0, 0) }),
  });
  try {
    const opened = await reader.open();
    const batch = await reader.next();
    const rows = Array.from({ length: Math.min(most, batch?.records ?? 0) }, (_, record) =>
      readRow(heap, batch!, record),
    );
    const counts = Object.entries(reader.notices).map(([name, count]) => `${name}: ${count}`);
    const first = rejected[0];
    return {
      ...opened,
      notes: [
        ...opened.notes,
        ...(counts.length > 0 ? [`in the first rows ${counts.join(', ')}`] : []),
        ...(first
          ? [`${rejected.length} of the first rows are rejected; line ${first.line}: ${first.message}`]
          : []),
      ],
      rows,
    };
  } finally {
    reader.close();
  }
}

function readRow(heap: KernelHeap, batch: RecordBatch, record: number): (string | null)[] {
  return Array.from({ length: batch.columns }, (_, column) => {
    const cell = batch.cells + (record * batch.columns + column) * CELL_SIZE;
    const address = heap.view.getUint32(cell, true);
    const bytes = heap.at(address, heap.view.getUint32(cell + 4, true));
    return address === 0 ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  });
}

import type { InputHints, RejectedRow } from '../../src/converter.ts';
import { dialectSchema, readingSchema } from '../../src/delimited/dialect.ts';
import { DelimitedReader, type OpenedTable } from '../../src/delimited/reader.ts';
import type { RecordBatch } from '../../src/delimited/record-batch.ts';
import type { ReaderSizes } from '../../src/delimited/record-reader.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { memoryIo } from '../fixed-width/memory-io.ts';

export interface ReadTable {
  opened: OpenedTable;
  /** Bytes as characters, or null. */
  rows: (string | null)[][];
  places: { line: number; byte: number; raw: string }[];
  rejects: RejectedRow[];
  notices: Record<string, number>;
  rejected: number;
  /** Records of each batch. */
  batches: number[];
}

export interface Reading {
  dialect?: object;
  reading?: object;
  hints?: InputHints;
  names?: string[];
  sizes?: Partial<ReaderSizes>;
  /** The most bytes that one read gives. */
  chunk?: number;
  heap?: KernelHeap;
}

/** Reads all of an input; text as UTF-8. */
export async function readTable(input: string | Uint8Array, how: Reading = {}): Promise<ReadTable> {
  const { io, rejects } = memoryIo(input, how.chunk);
  const heap = how.heap ?? new KernelHeap(256 * 1024 * 1024);
  const options = {
    dialect: dialectSchema.parse(how.dialect ?? {}),
    reading: readingSchema.parse(how.reading ?? {}),
  };
  const reader = new DelimitedReader(heap, io.source, options, {
    reject: io.reject,
    ...(how.hints ? { hints: how.hints } : {}),
    ...(how.names ? { names: how.names } : {}),
    ...(how.sizes ? { sizes: how.sizes } : {}),
  });
  try {
    const opened = await reader.open();
    const table: ReadTable = { opened, rows: [], places: [], rejects, notices: {}, rejected: 0, batches: [] };
    for (let batch = await reader.next(); batch; batch = await reader.next()) {
      table.batches.push(batch.records);
      for (let record = 0; record < batch.records; record++) {
        table.rows.push(cellsOf(heap, batch, record));
        table.places.push({ ...batch.place(record), raw: Buffer.from(batch.raw(record)).toString('latin1') });
      }
    }
    table.notices = reader.notices;
    table.rejected = reader.rejected;
    return table;
  } finally {
    reader.close();
  }
}

function cellsOf(heap: KernelHeap, batch: RecordBatch, record: number): (string | null)[] {
  return Array.from({ length: batch.columns }, (_, column) => {
    const cell = batch.cells + (record * batch.columns + column) * 8;
    const address = heap.view.getUint32(cell, true);
    const length = heap.view.getUint32(cell + 4, true);
    return address === 0 ? null : Buffer.from(heap.at(address, length)).toString('latin1');
  });
}

/** Text of UTF-8 bytes as characters. */
export const text = (row: (string | null)[]): (string | null)[] =>
  row.map((cell) => (cell === null ? null : Buffer.from(cell, 'latin1').toString()));

import type { CellValue } from '@tributary/table-schema';
import type * as z from 'zod';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { type Column, type ColumnVector, slotKindOf, slotSize } from '../../src/parquet/column.ts';
import { parquetOptions } from '../../src/parquet/options.ts';
import { type ParquetSummary, ParquetWriter } from '../../src/parquet/writer.ts';

export type Value = CellValue | null;
export type Options = z.input<typeof parquetOptions>;

/** Puts values into kernel memory as a column's parser does; gives the vector and what frees it. */
export function vectorOf(
  heap: KernelHeap,
  { type }: Column,
  values: readonly Value[],
): { vector: ColumnVector; release(): void } {
  const kind = slotKindOf(type);
  const size = slotSize(kind);
  const blocks: number[] = [];
  const allocate = (bytes: number) => {
    const address = heap.allocate(bytes);
    blocks.push(address);
    return address;
  };
  const slots = allocate(size * values.length);
  // Slots of nulls hold anything.
  heap.bytes.fill(0xa5, slots, slots + size * values.length);
  const texts = values.map((value) => (kind === 'bytes' && value !== null ? bytesOf(value) : undefined));
  let next = allocate(texts.reduce((sum, text) => sum + (text?.length ?? 0), 0));
  values.forEach((value, i) => {
    if (value === null) return;
    const at = slots + size * i;
    if (kind === 'f64') heap.view.setFloat64(at, value as number, true);
    else if (kind === 'b16') heap.bytes.set(value as Uint8Array, at);
    else if (kind === 'bytes') {
      const text = texts[i]!;
      heap.bytes.set(text, next);
      heap.view.setUint32(at, next, true);
      heap.view.setUint32(at + 4, text.length, true);
      next += text.length;
    } else {
      const number = BigInt(value as bigint | boolean);
      heap.view.setBigInt64(at, BigInt.asIntN(64, number), true);
      if (kind === 'i128') heap.view.setBigInt64(at + 8, number >> 64n, true);
    }
  });
  let present = 0;
  if (values.includes(null)) {
    present = allocate(values.length);
    values.forEach((value, i) => {
      heap.bytes[present + i] = Number(value !== null);
    });
  }
  return {
    vector: { slots, present },
    release() {
      for (const block of blocks) heap.release(block);
    },
  };
}

const bytesOf = (value: CellValue) =>
  typeof value === 'string' ? new TextEncoder().encode(value) : (value as Uint8Array);

export interface Table {
  columns: Column[];
  /** Column by column. */
  values: Value[][];
}

export interface Written extends ParquetSummary {
  file: Uint8Array<ArrayBuffer>;
}

/** Writes a table in batches of so many rows, over and over; checks that the writer gives all memory back. */
export async function writeTable(
  { columns, values }: Table,
  options: Options = {},
  batches: number[] = [1000],
  metadata: Record<string, string> = {},
  capacity = 256 * 1024 * 1024,
): Promise<Written> {
  const heap = new KernelHeap(capacity);
  const pieces: Uint8Array[] = [];
  const sink = {
    async write(bytes: Uint8Array) {
      // Keeps the bytes only once the write is under way, as a slow sink does.
      await new Promise((resolve) => setImmediate(resolve));
      pieces.push(bytes.slice());
    },
  };
  const writer = new ParquetWriter(heap, columns, sink, parquetOptions.parse(options));
  const rows = values[0]?.length ?? 0;
  for (let at = 0, i = 0; at < rows; i++) {
    const count = Math.min(batches[i % batches.length]!, rows - at);
    const vectors = columns.map((column, j) => vectorOf(heap, column, values[j]!.slice(at, at + count)));
    await writer.append(
      count,
      vectors.map(({ vector }) => vector),
    );
    for (const { release } of vectors) release();
    at += count;
  }
  const summary = await writer.end(metadata);
  await writer.close();
  // All is one block again.
  heap.release(heap.allocate(capacity - 4096));
  return { ...summary, file: new Uint8Array(Buffer.concat(pieces)) };
}

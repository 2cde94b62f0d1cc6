// The writer alone, on vectors in kernel memory, without compression: what it costs the main thread.
// `node libs/codec/test/parquet/writer.bench.ts [COMPRESSION [FILE]]`
import { writeFileSync } from 'node:fs';
import { KernelHeap } from '../../src/kernel/heap.ts';
import type { Column, ColumnVector } from '../../src/parquet/column.ts';
import { parquetOptions } from '../../src/parquet/options.ts';
import { ParquetWriter } from '../../src/parquet/writer.ts';
import { lineitemColumns, lineitems } from './lineitem.ts';
import { type Value, vectorOf } from './write-table.ts';

const ROWS = 4 * 122_880;
const BATCH = 4096;
const ROUNDS = 10;
const [compression = 'none', path] = process.argv.slice(2);

const heap = new KernelHeap(1024 * 1024 * 1024);
const source = lineitems();
const batches: Value[][][] = Array.from({ length: ROWS / BATCH }, () => {
  const rows = Array.from({ length: BATCH }, () => source.next().value);
  return lineitemColumns.map((_, column) => rows.map((row) => row[column]!));
});

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

async function measure(
  name: string,
  columns: Column[],
  from: (batch: Value[][]) => Value[][],
): Promise<void> {
  const vectors: ColumnVector[][] = batches.map((batch) => {
    const values = from(batch);
    return columns.map((column, i) => vectorOf(heap, column, values[i]!).vector);
  });
  let best = Number.POSITIVE_INFINITY;
  let bytes = 0;
  const pieces: Uint8Array[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    pieces.length = 0;
    const sink = { write: async (piece: Uint8Array) => void (path && pieces.push(piece.slice())) };
    const writer = new ParquetWriter(heap, columns, sink, parquetOptions.parse({ compression }));
    const start = cpu();
    for (const batch of vectors) await writer.append(BATCH, batch);
    bytes = (await writer.end({})).bytes;
    best = Math.min(best, cpu() - start);
    await writer.close();
  }
  const each = (1000 * best) / ROWS / columns.length;
  console.log(
    `${name.padEnd(18)} ${each.toFixed(2).padStart(6)} ns/value ${(ROWS / best).toFixed(2).padStart(6)} M rows/s ${(bytes / ROWS).toFixed(2).padStart(7)} bytes/row`,
  );
  if (path) writeFileSync(path, Buffer.concat(pieces));
}

if (!path) {
  for (const [i, column] of lineitemColumns.entries()) {
    await measure(column.name, [column], (batch) => [batch[i]!]);
  }
  await measure('nullable date', [{ name: 'x', type: { kind: 'date' }, nullable: true }], (batch) => [
    batch[10]!.map((value, i) => (i % 7 === 0 ? null : value)),
  ]);
  await measure('double', [{ name: 'x', type: { kind: 'double' }, nullable: false }], (batch) => [
    batch[5]!.map((value) => Math.sqrt(Number(value))),
  ]);
}
await measure('lineitem', lineitemColumns, (batch) => batch);

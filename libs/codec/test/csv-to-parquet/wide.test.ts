import { parquetMetadata } from 'hyparquet';
import { expect, test } from 'vitest';
import { KernelHeap } from '../../src/kernel/heap.ts';
import type { Column } from '../../src/parquet/column.ts';
import { parquetOptions } from '../../src/parquet/options.ts';
import { ParquetWriter } from '../../src/parquet/writer.ts';
import { vectorOf } from '../parquet/write-table.ts';
import { convertText } from './convert-text.ts';
import { queryWithDuckDb } from './read-back.ts';

const MiB = 1024 * 1024;

test('thousands of columns of few distinct or all distinct texts take little memory', async () => {
  const width = 4096;
  const rows = 100;
  const columns = Array.from(
    { length: width },
    (_, i): Column => ({ name: `c${i}`, type: { kind: 'string' }, nullable: true }),
  );
  const options = parquetOptions.parse({ rowGroupBytes: 8 * MiB, compression: 'none' });
  const vectorBytes = 2 * MiB;
  const needed = ParquetWriter.heapBytes(columns, options);
  expect(needed).toBeLessThan(36 * MiB);
  const heap = new KernelHeap(needed + vectorBytes);
  const few = vectorOf(
    heap,
    columns[0]!,
    Array.from({ length: rows }, (_, i) => `value ${i % 5}`),
  );
  const many = vectorOf(
    heap,
    columns[0]!,
    Array.from({ length: rows }, (_, i) => `a longer value ${i}`),
  );
  const written: Uint8Array[] = [];
  let bytes = 0;
  const sink = {
    write: async (lent: Uint8Array) => {
      written.push(lent.slice());
      bytes += lent.length;
    },
  };
  const writer = new ParquetWriter(heap, columns, sink, options);
  const vectors = columns.map((_, i) => (i % 2 === 0 ? few.vector : many.vector));
  await writer.append(rows, vectors);
  const { rowGroups } = await writer.end({});
  await writer.close();
  const text = (width / 2) * rows * (7 + 17);
  expect(bytes).toBeLessThan(text + rowGroups * width * 400);
  expect(rowGroups).toBeLessThan(3);
  const { buffer } = Buffer.concat(written);
  expect(parquetMetadata(buffer as ArrayBuffer).row_groups[0]!.columns).toHaveLength(width);
});

test('a row of long strings that would not fit starts another row group', async () => {
  const cell = 'lorem ipsum '.repeat(125_000);
  const input = `n,text\n${Array.from({ length: 5 }, (_, i) => `${i},${i}${cell}`).join('\n')}\n`;
  const { file } = await convertText(input, { output: { rowGroupBytes: 4 * MiB } });
  const { row_groups } = parquetMetadata(new Uint8Array(file).buffer);
  expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([2, 2, 1]);
  const lengths = await queryWithDuckDb(file, 'SELECT n, length(text) FROM $FILE');
  expect(lengths.map((row) => row.map(Number))).toEqual([0, 1, 2, 3, 4].map((n) => [n, cell.length + 1]));
});

import { fileOf } from '../../src/byte-source.ts';
import { ParquetReader } from '../../src/parquet-read/parquet-reader.ts';
import type { Value } from '../parquet/write-table.ts';

export type ReadOptions = Parameters<typeof ParquetReader.open>[1];

/** All columns of a file, as values and as texts. */
export async function readParquet(
  file: Uint8Array,
  options: ReadOptions = {},
): Promise<{ reader: ParquetReader; values: Value[][]; texts: (string | null)[][]; batches: number }> {
  const reader = await ParquetReader.open(fileOf(file), options);
  const values: Value[][] = reader.columns.map(() => []);
  const texts: (string | null)[][] = reader.columns.map(() => []);
  let batches = 0;
  for (let batch = await reader.next(); batch; batch = await reader.next()) {
    batches++;
    batch.cells.forEach((cells, column) => {
      for (let row = 0; row < batch.rows; row++) {
        values[column]!.push(cells.value(row));
        texts[column]!.push(cells.text(row));
      }
    });
  }
  return { reader, values, texts, batches };
}

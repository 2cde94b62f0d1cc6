import type { Converter, ConvertIo, ConvertReport } from '../converter.ts';
import { describeUnwritable } from '../delimited/convert-rows.ts';
import { DelimitedWriter } from '../delimited/writer.ts';
import { describeWritten, formOfWritten } from '../delimited/written-dialect.ts';
import { ParquetReader } from '../parquet-read/parquet-reader.ts';
import { type ParquetToCsvOptions, parquetToCsvOptions } from './options.ts';

/** Parquet to CSV: every value in full, as Table Schema writes it, a page of each column in memory at a time. */
export const parquetToCsv: Converter<ParquetToCsvOptions> = {
  name: 'parquet-to-csv',
  summary: 'Parquet to CSV, every value in full',
  options: parquetToCsvOptions,
  input: { mediaTypes: ['application/vnd.apache.parquet'] },
  output: { extension: '.csv', mediaType: 'text/csv' },
  // A name with a point may be a field of a struct.
  inputForm: ({ columns }) => ({ ...(columns && { fields: columns.filter((name) => !name.includes('.')) }) }),
  outputForm: ({ columns, output: { dialect } }, { fields }) => formOfWritten(dialect, columns ?? fields),
  readsAnywhere: () => true,
  convert: convertParquet,
};

/** @throws {BadInput} those of `ParquetReader` */
async function convertParquet(
  io: ConvertIo,
  { columns, output }: ParquetToCsvOptions,
): Promise<ConvertReport> {
  const reader = await ParquetReader.open(io.file!, columns ? { columns } : {});
  const names = reader.columns.map(({ name }) => name);
  const writer = new DelimitedWriter(io.sink, names, output.dialect);
  let rejected = 0;
  for (let batch = await reader.next(); batch; batch = await reader.next()) {
    io.signal?.throwIfAborted();
    const { cells, firstRow } = batch;
    for (let row = 0; row < batch.rows; row++) {
      for (const column of cells) column.put(row, writer);
      const unwritable = writer.endRow();
      if (!unwritable) continue;
      rejected++;
      // A row has no place of its own in the file: its number stands for the line, its texts for the record.
      const record = Buffer.from(JSON.stringify(cells.map((column) => column.text(row))));
      io.reject({ ...describeUnwritable(unwritable, names), line: firstRow + row + 1, byte: 0, record });
      if (writer.isFull) await writer.flush();
    }
    if (writer.isFull) await writer.flush();
  }
  await writer.end();
  return {
    rows: writer.rows,
    rejected,
    dialect: describeWritten(output.dialect),
    fields: names,
    schema: { descriptor: reader.schema as Record<string, unknown>, inferred: false },
    notices: {},
  };
}

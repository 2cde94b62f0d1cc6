import type { Converter } from '../converter.ts';
import { formOfRead } from '../delimited/dialect.ts';
import { convertCsvToParquet, readsTwice, writesFiles } from './convert.ts';
import { type CsvToParquetOptions, csvToParquetOptions } from './options.ts';

export { type CsvToParquetInput, type CsvToParquetOptions, csvToParquetOptions } from './options.ts';

const mayLack = (fieldsMatch: string | undefined) => fieldsMatch === 'superset' || fieldsMatch === 'partial';

/** Delimited text (CSV, TSV and their kin) to typed Parquet. */
export const csvToParquet: Converter<CsvToParquetOptions> = {
  name: 'csv-to-parquet',
  summary: 'Delimited text (CSV, TSV) to typed Parquet',
  options: csvToParquetOptions,
  input: { mediaTypes: ['text/csv', 'text/tab-separated-values'] },
  output: { extension: '.parquet', mediaType: 'application/vnd.apache.parquet', packed: 'inside' },
  inputForm: ({ dialect, schema: { fields, fieldsMatch } = {} }) =>
    formOfRead(dialect, mayLack(fieldsMatch) ? undefined : fields?.map(({ name }) => name)),
  readsTwice,
  writesParts: writesFiles,
  convert: (io, options) => convertCsvToParquet(io, options),
};

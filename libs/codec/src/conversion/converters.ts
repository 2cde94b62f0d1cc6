import type { Converter } from '../converter.ts';
import { BadOptions } from '../errors.ts';
import type { SharedOptions } from '../options.ts';

/** A converter before it is loaded. */
export interface ConverterEntry {
  summary: string;
  load(): Promise<Converter<SharedOptions>>;
}

/** Every converter there is, by name. Nothing is loaded until asked for, so a list costs nothing. */
export const converters: Readonly<Record<string, ConverterEntry>> = {
  'csv-to-csv': {
    summary: 'Delimited text to CSV in one dialect and encoding',
    load: async () => (await import('../csv-to-csv/csv-to-csv.ts')).csvToCsv,
  },
  'csv-to-parquet': {
    summary: 'Delimited text (CSV, TSV) to typed Parquet',
    load: async () => (await import('../csv-to-parquet/csv-to-parquet.ts')).csvToParquet,
  },
  'fixed-width-to-tsv': {
    summary: 'Fixed-width records to tab-separated values',
    load: async () => (await import('../fixed-width/fixed-width-to-tsv.ts')).fixedWidthToTsv,
  },
  'json-lines-to-csv': {
    summary: 'JSON Lines to CSV, nested objects laid out flat',
    load: async () => (await import('../json-lines-to-csv/json-lines-to-csv.ts')).jsonLinesToCsv,
  },
  'parquet-to-csv': {
    summary: 'Parquet to CSV, every value in full',
    load: async () => (await import('../parquet-to-csv/parquet-to-csv.ts')).parquetToCsv,
  },
  'schema-validator': {
    summary: 'Tables checked against a Table Schema: valid rows go on, the others to quarantine',
    load: async () => (await import('../validation/schema-validator.ts')).schemaValidator,
  },
  'split-by-column': {
    summary: 'One CSV to one for each value of a column',
    load: async () => (await import('../split-by-column/split-by-column.ts')).splitByColumn,
  },
};

/** @throws {BadOptions} `unknown-converter` */
export async function loadConverter(name: string): Promise<Converter<SharedOptions>> {
  if (Object.hasOwn(converters, name)) return await converters[name]!.load();
  throw new BadOptions({
    code: 'unknown-converter',
    what: 'There is no such converter',
    expected: Object.keys(converters).join(' or '),
    got: name,
  });
}

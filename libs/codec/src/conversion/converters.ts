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
  'csv-to-parquet': {
    summary: 'Delimited text (CSV, TSV) to typed Parquet',
    load: async () => (await import('../csv-to-parquet/csv-to-parquet.ts')).csvToParquet,
  },
  'fixed-width-to-tsv': {
    summary: 'Fixed-width records to tab-separated values',
    load: async () => (await import('../fixed-width/fixed-width-to-tsv.ts')).fixedWidthToTsv,
  },
  'schema-validator': {
    summary: 'Tables checked against a Table Schema: valid rows go on, the others to quarantine',
    load: async () => (await import('../validation/schema-validator.ts')).schemaValidator,
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

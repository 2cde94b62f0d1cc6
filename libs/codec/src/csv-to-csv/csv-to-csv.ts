import type { Converter } from '../converter.ts';
import { noSuchColumn } from '../csv-to-parquet/faults.ts';
import { convertRows, type RowPlan } from '../delimited/convert-rows.ts';
import { formOfRead } from '../delimited/dialect.ts';
import { formOfWritten } from '../delimited/written-dialect.ts';
import { BadInput } from '../errors.ts';
import { type CsvToCsvOptions, csvToCsvOptions } from './options.ts';

/** Delimited text of any dialect and encoding to one that is known: names, columns, quotes and line ends put right. */
export const csvToCsv: Converter<CsvToCsvOptions> = {
  name: 'csv-to-csv',
  summary: 'Delimited text to CSV in one dialect and encoding',
  options: csvToCsvOptions,
  input: { mediaTypes: ['text/csv', 'text/tab-separated-values'] },
  output: { extension: '.csv', mediaType: 'text/csv' },
  inputForm: ({ dialect, columns, rename }) =>
    formOfRead(dialect, [...(columns ?? []), ...Object.keys(rename)]),
  outputForm: (options, { fields: read }) => {
    const fields = options.columns ?? read;
    return formOfWritten(options.output.dialect, fields && nameColumns(fields, options));
  },
  resumes: () => true,
  convert: (io, options) => convertRows(io, options, (columns) => planRows(columns, options)),
};

/** @throws {BadInput} `no-such-column`, `duplicate-name` */
function planRows(read: readonly string[], options: CsvToCsvOptions): RowPlan {
  const { columns: wanted, rename, trim } = options;
  const places = new Map(read.map((name, place) => [name, place]));
  for (const [option, names] of Object.entries({ columns: wanted ?? [], rename: Object.keys(rename) })) {
    const absent = names.find((name) => !places.has(name));
    if (absent !== undefined) throw noSuchColumn(option, absent, read);
  }
  const chosen = (wanted ?? read).map((name) => places.get(name)!);
  const columns = nameColumns(wanted ?? read, options);
  const twice = columns.find((name, i) => columns.indexOf(name) < i);
  if (twice !== undefined)
    throw new BadInput({ code: 'duplicate-name', what: 'Two columns would have one name', got: twice });
  if (!trim) return { columns, convert: chosen };
  return {
    columns,
    convert: (row) => chosen.map((place) => row[place]?.replace(/^[ \t]+|[ \t]+$/g, '') ?? null),
  };
}

function nameColumns(read: readonly string[], { rename, headerNames }: CsvToCsvOptions): string[] {
  return read.map((name) => {
    const given = Object.hasOwn(rename, name) ? rename[name]! : name;
    return headerNames === 'snake' ? snakeCase(given) : given;
  });
}

/** @example `snakeCase('Customer ID (old)') // 'customer_id_old'` */
function snakeCase(name: string): string {
  const plain = name.replaceAll('ß', 'ss').normalize('NFKD').replace(/\p{M}/gu, '');
  const words = plain.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2').toLowerCase();
  return words.replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_+|_+$/g, '') || 'column';
}

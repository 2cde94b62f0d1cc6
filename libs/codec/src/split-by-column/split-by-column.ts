import type { Converter, ConvertIo, ConvertReport } from '../converter.ts';
import { noColumnsLeft, noSuchColumn } from '../csv-to-parquet/faults.ts';
import { DelimitedParts } from '../delimited/delimited-parts.ts';
import { formOfRead } from '../delimited/dialect.ts';
import { TextRows } from '../delimited/text-rows.ts';
import { describeWritten, formOfWritten } from '../delimited/written-dialect.ts';
import { type SplitByColumnOptions, splitByColumnOptions } from './options.ts';

/** One CSV to one for each value of a column. */
export const splitByColumn: Converter<SplitByColumnOptions> = {
  name: 'split-by-column',
  summary: 'One CSV to one for each value of a column',
  options: splitByColumnOptions,
  input: { mediaTypes: ['text/csv', 'text/tab-separated-values'] },
  output: { extension: '.csv', mediaType: 'text/csv' },
  inputForm: ({ dialect, by }) => formOfRead(dialect, by),
  outputForm: ({ by, keys, output: { dialect } }, { fields }) =>
    formOfWritten(dialect, keys === 'named' ? fields : fields?.filter((name) => !by.includes(name))),
  writesParts: () => true,
  convert: convertSplit,
};

/** @throws {BadInput} `no-such-column`, `no-columns-left`, `too-many-files` */
async function convertSplit(io: ConvertIo, options: SplitByColumnOptions): Promise<ConvertReport> {
  const { by, keys, output } = options;
  const table = await TextRows.open(io, options);
  try {
    const absent = by.find((name) => !table.columns.includes(name));
    if (absent !== undefined) throw noSuchColumn('by', absent, table.columns);
    const places = by.map((name) => table.columns.indexOf(name));
    const kept = [...table.columns.keys()].filter((place) => keys === 'named' || !places.includes(place));
    if (kept.length === 0) throw noColumnsLeft();
    const fields = kept.map((place) => table.columns[place]!);
    const parts = new DelimitedParts(io, fields, output.dialect, options);
    while (await table.next()) {
      table.eachRecord((cells) => {
        const values = places.map((place) => cells.text(place));
        const name = () =>
          keys === 'hive'
            ? { partition: by.map((column, i) => [column, values[i]!] as const) }
            : { partition: [], label: values.map((value) => value ?? '').join('.') };
        return parts.add(JSON.stringify(values), name, (writer) => {
          for (const place of kept) cells.put(place, writer);
        });
      });
      await parts.settle();
    }
    const rows = await parts.end();
    return {
      rows,
      rejected: table.rejected,
      dialect: describeWritten(output.dialect),
      inputDialect: { ...table.opened.dialect, guessed: table.opened.guessed },
      fields,
      notices: table.notices,
    };
  } finally {
    table.close();
  }
}

import { DRIVE_STATS_OPTIONS, driveStats } from './drive-stats.ts';
import { LINEITEM_SCHEMA, lineitem } from './lineitem.ts';

/** What a sample is written as; a Parquet file is made of `csv`. */
export type TextKind = 'records' | 'csv' | 'jsonl';
export type SampleKind = TextKind | 'parquet';

/** What each converter is given to measure it, and under which options. */
export const converterWork: Readonly<
  Record<string, { reads: SampleKind; options: Record<string, unknown> & { output?: object } }>
> = {
  'fixed-width-to-tsv': { reads: 'records', options: DRIVE_STATS_OPTIONS },
  'csv-to-parquet': { reads: 'csv', options: { schema: LINEITEM_SCHEMA } },
  'schema-validator': { reads: 'csv', options: { schema: LINEITEM_SCHEMA } },
  'csv-to-csv': { reads: 'csv', options: {} },
  'split-by-column': { reads: 'csv', options: { by: ['shipmode'] } },
  'json-lines-to-csv': { reads: 'jsonl', options: {} },
  'parquet-to-csv': { reads: 'parquet', options: {} },
};

/** Bytes of a record, about; those of a Parquet file as text. */
export const bytesOfRecord: Readonly<Record<SampleKind, number>> = {
  records: 110,
  csv: 131,
  jsonl: 330,
  parquet: 131,
};

/** Lines of so many records, after a header where the kind has one. */
export function kindLines(kind: TextKind, rows: number): Iterable<string> {
  if (kind === 'records') return driveStats({ records: rows });
  return kind === 'csv' ? lineitem({ rows }) : jsonLines(rows);
}

/** The rows of lineitem as objects; their comments, the last column, may hold commas and quotes. */
function* jsonLines(rows: number): Generator<string> {
  const names = LINEITEM_SCHEMA.fields.map(({ name }) => name);
  const numbers = new Set<string>(
    LINEITEM_SCHEMA.fields
      .filter(({ type }) => type === 'integer' || type === 'number')
      .map(({ name }) => name),
  );
  let isHeader = true;
  for (const line of lineitem({ rows })) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const cells = line.slice(0, -1).split(',');
    const comment = cells.slice(names.length - 1).join(',');
    const members = names.map((name, i) => {
      const text = i === names.length - 1 ? comment : cells[i]!;
      return `${JSON.stringify(name)}:${numbers.has(name) ? text : JSON.stringify(text)}`;
    });
    yield `{${members.join(',')}}\n`;
  }
}

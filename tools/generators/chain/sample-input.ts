import { parquetWriteBuffer } from 'hyparquet-writer';

/** A file that a new chain is tried with. */
export interface SampleInput {
  name: string;
  text?: string;
  bytes?: Buffer;
}

/** The same two rows in all forms: what one service writes of them, the next one can read. */
const rows = [
  { id: '1', name: 'Ann' },
  { id: '2', name: 'Bob' },
];

/** Options for services that cannot do without: for such rows, and to be replaced. */
export const sampleOptions: Readonly<Record<string, object>> = {
  'fixed-width-to-tsv': {
    layout: {
      fields: [
        { name: 'id', start: 0, end: 10 },
        { name: 'name', start: 10, end: 80 },
      ],
    },
  },
  'schema-validator': {
    schema: {
      fields: [
        { name: 'id', type: 'integer' },
        { name: 'name', type: 'string' },
      ],
    },
  },
  'split-by-column': { by: ['id'] },
};

/** A small file of a kind that a service reads; its name ends in a suffix of the source, if there are such. */
export function sampleInput(mediaTypes: readonly string[], [suffix]: readonly string[]): SampleInput {
  const lines = (line: (row: (typeof rows)[number]) => string) =>
    rows.map((row) => `${line(row)}\n`).join('');
  if (mediaTypes.includes('text/csv'))
    return {
      name: `sample${suffix ?? '.csv'}`,
      text: `id,name\n${lines(({ id, name }) => `${id},${name}`)}`,
    };
  if (mediaTypes.includes('application/x-ndjson'))
    return { name: `sample${suffix ?? '.jsonl'}`, text: lines((row) => JSON.stringify(row)) };
  if (mediaTypes.includes('text/plain'))
    return {
      name: `sample${suffix ?? '.txt'}`,
      text: lines(({ id, name }) => id.padEnd(10) + name.padEnd(70)),
    };
  if (!mediaTypes.includes('application/vnd.apache.parquet'))
    throw new Error(`There is no sample of ${mediaTypes.join(' or ')}: write the chain by hand`);
  const columnData = (['id', 'name'] as const).map((name) => ({
    name,
    data: rows.map((row) => row[name]),
    type: 'STRING' as const,
  }));
  return { name: `sample${suffix ?? '.parquet'}`, bytes: Buffer.from(parquetWriteBuffer({ columnData })) };
}

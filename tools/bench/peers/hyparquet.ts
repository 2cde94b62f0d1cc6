// node hyparquet.ts FROM TO JSON: CSV to Parquet in JavaScript, csv-parse feeding hyparquet-writer, with the types of the order.
import { createReadStream } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import { parse } from 'csv-parse';
import type { SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';

export interface HyparquetOrder {
  fields: readonly Field[];
}

interface Field {
  name: string;
  type: string;
  scale?: number;
  precision?: number;
}

const ROW_GROUP = 122_880;

const [from, to, json] = process.argv.slice(2);
const { fields } = JSON.parse(json!) as HyparquetOrder;
const casts = fields.map(castOf);
const writer = new ParquetWriter({
  writer: fileWriter(to!),
  schema: [{ name: 'root', num_children: fields.length }, ...fields.map(elementOf)],
  codec: 'ZSTD',
  compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
});
let columns = emptyColumns();
for await (const record of createReadStream(from!).pipe(parse({ from_line: 2 }))) {
  for (let index = 0; index < fields.length; index++)
    columns[index]!.push(casts[index]!(record[index] as string));
  if (columns[0]!.length === ROW_GROUP) flush();
}
flush();
writer.finish();

function emptyColumns(): unknown[][] {
  return fields.map(() => []);
}

function flush(): void {
  if (columns[0]!.length === 0) return;
  writer.write({
    columnData: fields.map(({ name }, index) => ({ name, data: columns[index]! })),
    rowGroupSize: ROW_GROUP,
  });
  columns = emptyColumns();
}

function castOf({ type, scale }: Field): (text: string) => unknown {
  switch (type) {
    case 'integer':
      return (text) => (text === '' ? null : BigInt(text));
    case 'number':
      return (text) => (text === '' ? null : decimal(text, scale!));
    case 'date':
      return (text) => (text === '' ? null : Date.parse(text) / 86_400_000);
    case 'datetime':
      return (text) => (text === '' ? null : BigInt(Date.parse(`${text}Z`)) * 1000n);
    case 'boolean':
      return (text) => (text === '' ? null : text === 'true');
    default:
      return (text) => text;
  }
}

function decimal(text: string, scale: number): bigint {
  const [whole, fraction = ''] = text.split('.') as [string, string?];
  return BigInt(whole + fraction.padEnd(scale, '0'));
}

function elementOf({ name, type, precision, scale }: Field): SchemaElement {
  const common = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type) {
    case 'integer':
      return { ...common, type: 'INT64' };
    case 'number':
      return { ...common, type: 'INT64', converted_type: 'DECIMAL', precision: precision!, scale: scale! };
    case 'date':
      return { ...common, type: 'INT32', converted_type: 'DATE' };
    case 'datetime':
      return { ...common, type: 'INT64', converted_type: 'TIMESTAMP_MICROS' };
    case 'boolean':
      return { ...common, type: 'BOOLEAN' };
    default:
      return { ...common, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
  }
}

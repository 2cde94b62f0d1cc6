import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const ROWS_SHOWN = 5;
const GAP = ' │ ';

/** The header and the first rows of a TSV file, gzipped or not. */
export async function firstRowsOfText(path: string): Promise<string[]> {
  const bytes = createReadStream(path);
  const lines: string[] = [];
  for await (const line of createInterface(path.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes)) {
    lines.push(line.replaceAll('\t', GAP));
    if (lines.length > ROWS_SHOWN) break;
  }
  bytes.destroy();
  return lines;
}

/** The columns with their types and the first rows of a Parquet file, read back by a reader that is not ours. */
export async function firstRowsOfParquet(path: string): Promise<string[]> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns = parquetSchema(metadata).children.map(({ element }) => ({
    name: element.name,
    type: element.logical_type?.type ?? element.type ?? '',
  }));
  const rows = await parquetReadObjects({ file, metadata, compressors, rowStart: 0, rowEnd: ROWS_SHOWN });
  return [
    columns.map(({ name, type }) => `${name} ${type.toLowerCase()}`).join(GAP),
    ...rows.map((row) => columns.map(({ name, type }) => cell(row[name], type)).join(GAP)),
  ];
}

/** How many rows a Parquet file says it has. */
export async function rowsOfParquet(path: string): Promise<number> {
  return Number((await parquetMetadataAsync(await asyncBufferFromFile(path))).num_rows);
}

function cell(value: unknown, type: string): string {
  if (!(value instanceof Date)) return String(value);
  return type === 'DATE' ? value.toISOString().slice(0, 10) : value.toISOString();
}

import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ObjectPreview } from '../../local-api.ts';
import type { OpenedObject } from '../objects.ts';
import { sketchColumns } from './sketch-columns.ts';

const MOST_COLUMNS = 200;
const LONGEST_CELL = 500;

type Preview = Omit<ObjectPreview, 'bucket' | 'key' | 'bytes'>;

/** The first rows and the columns of a Parquet file; only what these need is read. */
export async function previewParquet(object: OpenedObject, most: number): Promise<Preview> {
  const file = {
    byteLength: object.size,
    async slice(start: number, end = object.size): Promise<ArrayBuffer> {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, object.size) - start));
      await object.read(start, bytes);
      return bytes.buffer;
    },
  };
  const metadata = await parquetMetadataAsync(file);
  const all = parquetSchema(metadata).children.map(({ element }) => ({
    name: element.name,
    type: (element.logical_type?.type ?? element.converted_type ?? element.type ?? 'group').toLowerCase(),
  }));
  const columns = all.slice(0, MOST_COLUMNS);
  const names = columns.map(({ name }) => name);
  const read = await parquetReadObjects({
    file,
    metadata,
    compressors,
    columns: names,
    rowStart: 0,
    rowEnd: most,
  });
  const rows = read.map((row) => columns.map(({ name, type }) => printCell(row[name], type)));
  return {
    format: 'parquet',
    notes: [
      `${metadata.row_groups.length} row group${metadata.row_groups.length === 1 ? '' : 's'}`,
      ...(metadata.created_by ? [`written by ${metadata.created_by}`] : []),
      ...(all.length > columns.length ? [`${all.length - columns.length} more columns are not shown`] : []),
    ],
    columns,
    rows,
    totalRows: Number(metadata.num_rows),
    profile: sketchColumns(
      names,
      rows,
      columns.map(({ type }) => type),
    ),
  };
}

function printCell(value: unknown, type: string): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return type === 'date' ? value.toISOString().slice(0, 10) : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.subarray(0, 64)).toString('hex');
  const text =
    typeof value === 'object'
      ? JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one))
      : String(value);
  return text.slice(0, LONGEST_CELL);
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  DuckDBUUIDValue,
} from '@duckdb/node-api';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** Dates and times as the casts of Table Schema give them, decimals unscaled, UUIDs and blobs in hexadecimal digits. */
export type Plain = string | bigint | number | boolean | null;

function plainDuck(value: unknown): Plain {
  if (value instanceof DuckDBDecimalValue) return value.value;
  if (value instanceof DuckDBDateValue) return BigInt(value.days);
  if (value instanceof DuckDBTimeValue || value instanceof DuckDBTimeTZValue) return value.micros;
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return value.micros;
  if (value instanceof DuckDBUUIDValue) return value.toString().replaceAll('-', '');
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex');
  return value as Plain;
}

let connected: Promise<DuckDBConnection> | undefined;
const connection = () => {
  connected ??= DuckDBInstance.create(':memory:', { threads: '1' }).then((instance) => instance.connect());
  return connected;
};

/** Rows of a query in which `$FILE` stands for the file. */
export async function queryWithDuckDb(file: Uint8Array, query = 'FROM $FILE'): Promise<Plain[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-read-back-'));
  try {
    const path = join(folder, 'table.parquet');
    writeFileSync(path, file);
    const sql = query.replaceAll('$FILE', `read_parquet('${path}', hive_partitioning = false)`);
    const rows = await (await (await connection()).runAndReadAll(sql)).getRows();
    return rows.map((row) => row.map(plainDuck));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Names and types of the columns as DuckDB has them. */
export async function describeWithDuckDb(file: Uint8Array): Promise<Record<string, string>> {
  const rows = await queryWithDuckDb(file, 'DESCRIBE FROM $FILE');
  return Object.fromEntries(rows.map(([name, type]) => [name, type]));
}

/** As DuckDB's, but decimals are doubles. */
export async function readWithHyparquet(file: Uint8Array): Promise<Plain[][]> {
  const bytes = Uint8Array.from(file).buffer;
  const names = parquetMetadata(bytes)
    .schema.slice(1)
    .map(({ name }) => name);
  const rows = await parquetReadObjects({
    file: bytes,
    compressors,
    utf8: false,
    parsers: {
      dateFromDays: (days) => (days === undefined ? days : BigInt(days)) as never,
      timestampFromMicroseconds: (micros) => micros as never,
      jsonFromBytes: (text) => text && Buffer.from(text).toString(),
      uuidFromBytes: (text) => text && Buffer.from(text).toString('hex'),
    },
  });
  return rows.map((row) => names.map((name) => plainHyparquet(row[name])));
}

function plainHyparquet(value: unknown): Plain {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return (value ?? null) as Plain;
}

/** The file's key-value metadata. */
export function keyValuesOf(file: Uint8Array): Record<string, string | undefined> {
  const pairs = parquetMetadata(Uint8Array.from(file).buffer).key_value_metadata ?? [];
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}

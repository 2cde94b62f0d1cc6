// Two foreign readers of what the writer wrote; values come out as they went in (see write-table.ts).
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
  DuckDBTimeValue,
  DuckDBUUIDValue,
} from '@duckdb/node-api';
import { type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Column, ColumnType } from '../../src/parquet/column.ts';
import type { Value } from './write-table.ts';

/** Reads all columns, physical values only: what they mean is taken from `columns`. */
export async function readWithHyparquet(
  file: Uint8Array<ArrayBuffer>,
  columns: readonly Column[],
): Promise<Value[][]> {
  const metadata = parquetMetadata(file.buffer);
  for (const element of metadata.schema) {
    delete element.converted_type;
    delete element.logical_type;
  }
  const rows = await parquetReadObjects({ file: file.buffer, metadata, compressors, utf8: false });
  return columns.map(({ name, type }) => rows.map((row) => physicalValue(row[name], type)));
}

function physicalValue(raw: unknown, type: ColumnType): Value {
  if (raw === null || raw === undefined) return null;
  switch (type.kind) {
    case 'boolean':
    case 'double':
      return raw as boolean | number;
    case 'string':
    case 'json':
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(raw as Uint8Array);
    case 'binary':
    case 'uuid':
      return Uint8Array.from(raw as Uint8Array);
    case 'decimal':
      if (raw instanceof Uint8Array) {
        return BigInt.asIntN(8 * raw.length, BigInt(`0x${Buffer.from(raw).toString('hex')}`));
      }
      return BigInt(raw as number | bigint);
    default:
      return BigInt(raw as number | bigint);
  }
}

/** A DuckDB and a folder for the files that it reads. */
export class Duck {
  readonly #connection: DuckDBConnection;
  readonly #folder: string;
  #files = 0;

  private constructor(connection: DuckDBConnection, folder: string) {
    this.#connection = connection;
    this.#folder = folder;
  }

  static async open(): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    return new Duck(await instance.connect(), mkdtempSync(join(tmpdir(), 'tributary-parquet-')));
  }

  close(): void {
    this.#connection.closeSync();
    rmSync(this.#folder, { recursive: true });
  }

  /** Puts a file where DuckDB finds it; gives its path. */
  save(file: Uint8Array): string {
    const path = join(this.#folder, `${this.#files++}.parquet`);
    writeFileSync(path, file);
    return path;
  }

  /** Rows of a query as objects of what the driver makes of values. */
  async query(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.#connection.runAndReadAll(sql)).getRowObjects();
  }

  async read(file: Uint8Array, columns: readonly Column[]): Promise<Value[][]> {
    const result = await this.#connection.runAndReadAll(`from '${this.save(file)}'`);
    if (result.currentRowCount === 0) return columns.map(() => []);
    return result.getColumns().map((values) => values.map(fromDuck));
  }
}

function fromDuck(value: unknown): Value {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (value instanceof DuckDBDateValue) return BigInt(value.days);
  if (value instanceof DuckDBTimeValue || value instanceof DuckDBTimestampValue) return value.micros;
  if (value instanceof DuckDBTimestampTZValue) return value.micros;
  if (value instanceof DuckDBDecimalValue) return value.value;
  if (value instanceof DuckDBUUIDValue)
    return Uint8Array.from(Buffer.from(value.toString().replaceAll('-', ''), 'hex'));
  if (value instanceof DuckDBBlobValue) return Uint8Array.from(value.bytes);
  return value as Value;
}

/** Makes integers of DuckDB, which come as numbers up to 32 bits, what the writer was given. */
export function asGiven(values: Value[][], columns: readonly Column[]): Value[][] {
  return columns.map(({ type }, i) =>
    type.kind === 'integer'
      ? values[i]!.map((value) => (value === null ? null : BigInt(value as number)))
      : values[i]!,
  );
}

export type { FileMetaData };

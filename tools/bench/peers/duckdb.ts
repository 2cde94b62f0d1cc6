// node duckdb.ts FROM TO ORDER: CSV to Parquet by DuckDB, on the number of threads, with the codec and the types of the order.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

export interface DuckDbOrder {
  threads: number;
  compression: string;
  /** SQL type by column; detected from a sample if left out. */
  types?: Record<string, string>;
}

const [from, to, order] = process.argv.slice(2);
const { threads, compression, types } = JSON.parse(readFileSync(order!, 'utf8')) as DuckDbOrder;
const columns = types ? `, columns = ${JSON.stringify(types).replaceAll('"', "'")}, auto_detect = false` : '';
const connection = await (await DuckDBInstance.create(':memory:', { threads: String(threads) })).connect();
await connection.run(
  `COPY (FROM read_csv('${from}', header = true, delim = ',', quote = '"', escape = '"'${columns})) TO '${to}' (FORMAT parquet, COMPRESSION ${compression})`,
);

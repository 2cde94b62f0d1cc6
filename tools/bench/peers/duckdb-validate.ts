// node duckdb-validate.ts CSV SCHEMA.json: the rows that break a rule, as a query of DuckDB on 2 threads. Cells are cast by the reader, and
// cells that are no value of their type are left out and told by `store_rejects`.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Rules } from './validation-rules.ts';

const [csv, schemaFile] = process.argv.slice(2);
const { fields, primaryKey } = JSON.parse(readFileSync(schemaFile!, 'utf8')) as Rules;
const types = Object.fromEntries(
  fields.map(({ name, type, precision, scale }) => {
    const sql: Record<string, string> = {
      integer: 'BIGINT',
      number: `DECIMAL(${precision},${scale})`,
      date: 'DATE',
    };
    return [name, sql[type] ?? 'VARCHAR'];
  }),
);
const quote = (value: number | string) => `'${value}'`;
const rules = fields.flatMap(({ name, constraints }) => [
  `${name} IS NOT NULL`,
  ...(constraints.minimum === undefined ? [] : [`${name} >= ${quote(constraints.minimum)}::${types[name]}`]),
  ...(constraints.maximum === undefined ? [] : [`${name} <= ${quote(constraints.maximum)}::${types[name]}`]),
  ...(constraints.enum ? [`${name} IN (${constraints.enum.map(quote).join(', ')})`] : []),
]);
const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
const columns = JSON.stringify(types).replaceAll('"', "'");
const key = primaryKey ? `, count(*) - count(DISTINCT (${primaryKey.join(', ')})) AS repeated` : '';
const result = await connection.runAndReadAll(
  `SELECT count(*) AS rows, count(*) FILTER (WHERE NOT coalesce(${rules.join(' AND ')}, false)) AS bad${key}
   FROM read_csv('${csv}', header = true, delim = ',', quote = '"', escape = '"', columns = ${columns}, auto_detect = false, store_rejects = true)`,
);
console.log(result.getRowObjectsJson());

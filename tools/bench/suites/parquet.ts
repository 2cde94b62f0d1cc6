import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARTICLES_SCHEMA, articles } from '../../sample/articles.ts';
import { LINEITEM_SCHEMA, lineitem } from '../../sample/lineitem.ts';
import { wideTable, wideTableSchema } from '../../sample/wide-table.ts';
import { writeSample } from '../../sample/write-sample.ts';
import { benchFolder, repeatedInput } from '../inputs.ts';
import { type Contender, type Run, runPaired } from '../measure.ts';
import type { DuckDbOrder } from '../peers/duckdb.ts';
import { tributary } from '../peers.ts';
import { ratioTable, report } from '../report.ts';
import { scanTable } from '../scan.ts';
import type { SuiteOptions } from './convert.ts';

const MIB = 1024 * 1024;
const LINEITEM_ROWS = 3_000_000;
const COMPRESSION = 'zstd';

interface Field {
  name: string;
  type: string;
  precision?: number;
  scale?: number;
}

interface Data {
  title: string;
  csv: string;
  schema: { fields: readonly Field[] };
}

/** CSV to Parquet, whole processes: with a schema and with none, against DuckDB and against JavaScript’s libraries. */
export async function benchParquet({ rounds, keep }: SuiteOptions): Promise<void> {
  const folder = benchFolder(1024 * MIB);
  for (const [name, data] of await inputs(folder)) {
    const out = (who: string) => join(folder, `${name}.${who}.parquet`);
    const ours = out('tributary');
    const theirs = out('duckdb');
    const withSchema: Contender[] = [
      { name: 'tributary', command: convert(folder, data.csv, ours, { schema: data.schema }), output: ours },
      {
        name: 'DuckDB, 2 threads',
        command: duckdb(data.csv, theirs, { threads: 2, compression: COMPRESSION, types: sqlTypes(data) }),
        output: theirs,
      },
    ];
    const title = `CSV to Parquet, ${data.title}, ${mib(data.csv)} MiB`;
    const runs = await runPaired(withSchema, rounds);
    if (name === 'lineitem') await addSlowPeer(withSchema, runs, data, out('hyparquet-writer'));
    const sizes = `Output: tributary ${mib(ours)} MiB, DuckDB ${mib(theirs)} MiB (${(statSync(ours).size / statSync(theirs).size).toFixed(2)}).`;
    const scans = await scanTable([
      ['tributary’s file', ours],
      ['DuckDB’s file', theirs],
    ]);
    const table = [ratioTable(`${title}, with a schema`, withSchema, runs), sizes, '', scans].join('\n');
    report(`parquet-${name}`, table, Object.fromEntries(runs), keep);

    const inferred: Contender[] = [
      { name: 'tributary, types of every row', command: convert(folder, data.csv, ours, {}), output: ours },
      {
        name: 'DuckDB, types of a sample',
        command: duckdb(data.csv, theirs, { threads: 2, compression: COMPRESSION }),
        output: theirs,
      },
    ];
    const inferredRuns = await runPaired(inferred, rounds);
    report(
      `parquet-${name}-inferred`,
      ratioTable(`${title}, with no schema`, inferred, inferredRuns),
      Object.fromEntries(inferredRuns),
      keep,
    );
  }
  rmSync(folder, { recursive: true });
}

/** Peak memory at two sizes: it must not grow with the file. */
export async function benchParquetMemory({ keep }: SuiteOptions): Promise<void> {
  const folder = benchFolder(4096 * MIB);
  const base = join(folder, 'lineitem.csv');
  await writeSample(base, lineitem({ rows: LINEITEM_ROWS }));
  const contenders: Contender[] = [];
  for (const size of [380, 4096]) {
    const csv = await repeatedInput(folder, base, size);
    for (const [how, options] of [
      ['with a schema', { schema: LINEITEM_SCHEMA }],
      ['with no schema', {}],
    ] as const) {
      const out = join(folder, 'out.parquet');
      contenders.push({
        name: `${size} MiB, ${how}`,
        command: convert(folder, csv, out, options),
        output: out,
      });
    }
  }
  const runs = await runPaired(contenders, 1);
  report(
    'parquet-memory',
    ratioTable('CSV to Parquet, peak memory by size', contenders, runs),
    Object.fromEntries(runs),
    keep,
  );
  rmSync(folder, { recursive: true });
}

async function inputs(folder: string): Promise<[name: string, Data][]> {
  const file = async (name: string, lines: Iterable<string>) => {
    const csv = join(folder, `${name}.csv`);
    await writeSample(csv, lines);
    return csv;
  };
  return [
    [
      'lineitem',
      {
        title: 'lineitem of 16 columns',
        csv: await file('lineitem', lineitem({ rows: LINEITEM_ROWS })),
        schema: LINEITEM_SCHEMA,
      },
    ],
    [
      'wide',
      {
        title: '400 columns',
        csv: await file('wide', wideTable({ rows: 100_000 })),
        schema: wideTableSchema() as Data['schema'],
      },
    ],
    [
      'text',
      {
        title: 'mostly text',
        csv: await file('text', articles({ rows: 400_000 })),
        schema: ARTICLES_SCHEMA,
      },
    ],
  ];
}

/** One run only: it takes half a minute. */
async function addSlowPeer(
  contenders: Contender[],
  runs: Map<string, Run[]>,
  { csv, schema }: Data,
  output: string,
): Promise<void> {
  const peer = join(import.meta.dirname, '../peers/hyparquet.ts');
  const slow = {
    name: 'hyparquet-writer fed by csv-parse (one run)',
    command: `${process.execPath} ${peer} ${csv} ${output} '${JSON.stringify({ fields: schema.fields })}'`,
    output,
  };
  contenders.push(slow);
  const [run] = (await runPaired([slow], 1)).get(slow.name)!;
  runs.set(
    slow.name,
    runs.get('tributary')!.map(() => run!),
  );
}

let optionFiles = 0;

function convert(folder: string, from: string, to: string, options: object): string {
  const file = join(folder, `options-${optionFiles++}.json`);
  writeFileSync(file, JSON.stringify({ output: { compression: COMPRESSION }, ...options }));
  return tributary('convert', 'csv-to-parquet', '--quiet', '--options', file, from, to);
}

function duckdb(from: string, to: string, order: DuckDbOrder): string {
  const peer = join(import.meta.dirname, '../peers/duckdb.ts');
  const json = join(to.replace(/\.parquet$/, order.types ? '.typed.json' : '.json'));
  writeFileSync(json, JSON.stringify(order));
  return `${process.execPath} ${peer} ${from} ${to} ${json}`;
}

function sqlTypes({ schema }: Data): Record<string, string> {
  return Object.fromEntries(schema.fields.map((field) => [field.name, sqlType(field)]));
}

function sqlType({ type, precision, scale }: Field): string {
  const types: Record<string, string> = {
    integer: 'BIGINT',
    number: `DECIMAL(${precision},${scale})`,
    date: 'DATE',
    datetime: 'TIMESTAMP',
    boolean: 'BOOLEAN',
  };
  return types[type] ?? 'VARCHAR';
}

function mib(file: string): string {
  return (statSync(file).size / MIB).toFixed(0);
}

import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineitem } from '../../sample/lineitem.ts';
import { LINEITEM_KEYED_RULES, LINEITEM_RULES } from '../../sample/lineitem-rules.ts';
import { writeSample } from '../../sample/write-sample.ts';
import { benchFolder } from '../inputs.ts';
import { type Contender, runPaired } from '../measure.ts';
import { has, tributary } from '../peers.ts';
import { ratioTable, report } from '../report.ts';
import type { SuiteOptions } from './convert.ts';

const MIB = 1024 * 1024;
/** Bytes of a line, about. */
const LINE = 131;
/** For the peer that looks at a row at a time. */
const SLOW_ROWS = 3_000_000;

/** A table held to a schema, whole processes: types on 16 columns, ranges on 5, enums on 4; without a key and with one of two columns. */
export async function benchValidate({ mib: size, rounds, keep }: SuiteOptions): Promise<void> {
  const folder = benchFolder(1024 * MIB);
  const csv = join(folder, 'lineitem.csv');
  const slowCsv = join(folder, 'lineitem-start.csv');
  await writeSample(csv, lineitem({ rows: Math.round((size * MIB) / LINE) }));
  await writeSample(slowCsv, lineitem({ rows: SLOW_ROWS }));
  const accepted = join(folder, 'accepted.csv');
  // All threads on one core, where the machine lets us say so.
  const pinned = has('taskset') ? 'taskset -c 0 ' : '';
  for (const [name, title, rules] of [
    ['plain', 'without a key', LINEITEM_RULES],
    ['keyed', 'with a primary key of two columns', LINEITEM_KEYED_RULES],
  ] as const) {
    const schema = join(folder, `${name}.json`);
    writeFileSync(schema, JSON.stringify(rules));
    const ours = (file: string, ...more: string[]) =>
      tributary('validate', '--schema', schema, ...more, file);
    const contenders: Contender[] = [
      { name: 'tributary, gate, on one core', command: `${pinned}${ours(csv, '--mode', 'gate')}` },
      { name: 'tributary, gate', command: ours(csv, '--mode', 'gate') },
      {
        name: 'tributary, split',
        command: ours(csv, '--accepted', accepted),
        output: accepted,
      },
      { name: 'DuckDB, 2 threads', command: peer('duckdb-validate.ts', csv, schema) },
    ];
    const runs = await runPaired(contenders, rounds);
    const table = ratioTable(
      `Validation ${title}, lineitem of 16 columns, ${mib(csv)} MiB`,
      contenders,
      runs,
    );
    const slow: Contender[] = [
      { name: 'tributary, gate, on one core', command: `${pinned}${ours(slowCsv, '--mode', 'gate')}` },
      { name: 'csv-parse and zod', command: `${pinned}${peer('zod-validate.ts', slowCsv, schema)}` },
    ];
    const slowRuns = await runPaired(slow, 1);
    const slowTable = ratioTable(`Likewise, ${mib(slowCsv)} MiB`, slow, slowRuns);
    report(
      `validate-${name}`,
      [table, slowTable].join('\n'),
      { ...Object.fromEntries(runs), start: Object.fromEntries(slowRuns) },
      keep,
    );
  }
  rmSync(folder, { recursive: true });
}

function peer(name: string, ...args: string[]): string {
  return [process.execPath, join(import.meta.dirname, '../peers', name), ...args].join(' ');
}

function mib(file: string): string {
  return (statSync(file).size / MIB).toFixed(0);
}

import { rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
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
/** Of how many times the size the larger file is, where the time to start no longer counts. */
const LARGER = 4;
/** For the peer that looks at a row at a time. */
const SLOW_ROWS = 3_000_000;

/** A table held to a schema, whole processes: types on 16 columns, ranges on 5, enums on 4; without a key and with one of two columns. */
export async function benchValidate({ mib: size, rounds, keep }: SuiteOptions): Promise<void> {
  const folder = benchFolder(2 * LARGER * size * MIB);
  const slowCsv = join(folder, 'lineitem-start.csv');
  await writeSample(slowCsv, lineitem({ rows: SLOW_ROWS }));
  const csvs: string[] = [];
  for (const times of [1, LARGER]) {
    const csv = join(folder, `lineitem-${times}.csv`);
    await writeSample(csv, lineitem({ rows: Math.round((times * size * MIB) / LINE) }));
    csvs.push(csv);
  }
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
    const tables: string[] = [];
    const runs: Record<string, unknown> = {};
    for (const csv of csvs) {
      const contenders: Contender[] = [
        { name: 'tributary, gate, on one core', command: `${pinned}${ours(csv, '--mode', 'gate')}` },
        { name: 'tributary, gate', command: ours(csv, '--mode', 'gate') },
        { name: 'tributary, split', command: ours(csv, '--accepted', accepted), output: accepted },
        { name: 'DuckDB, 2 threads', command: peer('duckdb-validate.ts', csv, schema) },
      ];
      const paired = await runPaired(contenders, rounds);
      const heading = `Validation ${title}, lineitem of 16 columns, ${mib(csv)} MiB`;
      tables.push(ratioTable(heading, contenders, paired));
      runs[basename(csv)] = Object.fromEntries(paired);
    }
    const slow: Contender[] = [
      { name: 'tributary, gate, on one core', command: `${pinned}${ours(slowCsv, '--mode', 'gate')}` },
      { name: 'csv-parse and zod', command: `${pinned}${peer('zod-validate.ts', slowCsv, schema)}` },
    ];
    const slowRuns = await runPaired(slow, 1);
    tables.push(ratioTable(`Likewise, ${mib(slowCsv)} MiB`, slow, slowRuns));
    runs[basename(slowCsv)] = Object.fromEntries(slowRuns);
    report(`validate-${name}`, tables.join('\n'), runs, keep);
  }
  rmSync(folder, { recursive: true });
}

function peer(name: string, ...args: string[]): string {
  return [process.execPath, join(import.meta.dirname, '../peers', name), ...args].join(' ');
}

function mib(file: string): string {
  return (statSync(file).size / MIB).toFixed(0);
}

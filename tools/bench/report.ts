import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contender, machine, median, pairedRatio, type Run } from './measure.ts';

/** A table of one suite: every contender against ours, by the median of paired ratios. */
export function ratioTable(title: string, contenders: Contender[], runs: Map<string, Run[]>): string {
  const ours = runs.get(contenders[0]!.name)!;
  const rows = contenders.map(({ name }) => {
    const own = runs.get(name)!;
    const figure = (of: (run: Run) => number, digits: number) => median(own.map(of)).toFixed(digits);
    return `| ${name} | ${pairedRatio(own, ours).toFixed(2)} | ${figure((run) => run.wall, 2)} | ${figure((run) => run.cpu, 2)} | ${figure((run) => run.peakMiB, 0)} |`;
  });
  return [
    `### ${title}`,
    '',
    '| | time / ours | wall s | cpu s | peak MiB |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
  ].join('\n');
}

/** Prints a table; with `keep`, puts it and every single run it came of beside the benchmarks, for the README. */
export function report(suite: string, table: string, runs: unknown, keep: boolean): void {
  console.log(table);
  if (!keep) return;
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const all = { machine: machine(), at: new Date().toISOString(), table: table.split('\n'), runs };
  writeFileSync(join(folder, `${suite}.json`), `${JSON.stringify(all, null, 1)}\n`);
}

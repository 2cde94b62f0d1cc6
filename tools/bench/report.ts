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

/** Keeps every single run beside the table that came of it. */
export function keepRaw(suite: string, table: string, runs: unknown): void {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${suite}.json`);
  writeFileSync(
    file,
    `${JSON.stringify({ machine: machine(), at: new Date().toISOString(), table: table.split('\n'), runs }, null, 1)}\n`,
  );
  console.log(`${table}\nRaw runs: ${file}\n`);
}

// npm run large -- [--gib N] [--gz-gib N] [--memory MB] [--timeout SECONDS] [--only SERVICE] [--keep]: large files through every converter in little memory.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBundles } from '../demo/package-stack.ts';
import { converterWork, type SampleKind } from '../sample/converter-work.ts';
import { type LargeInput, largeInput } from './large-input.ts';
import { type LargeReport, runLarge } from './run-large.ts';

const GiB = 2 ** 30;
const { values } = parseArgs({
  options: {
    gib: { type: 'string', default: '10' },
    'gz-gib': { type: 'string', default: '2' },
    memory: { type: 'string', default: '512' },
    timeout: { type: 'string', default: '900' },
    only: { type: 'string' },
    /** Keeps the reports in tools/large/results, in the place of those of the same service and input. */
    keep: { type: 'boolean', default: false },
  },
});
const limits = { memory: Number(values.memory), timeout: Number(values.timeout) };
const folder = resolve('.tributary/large');
mkdirSync(folder, { recursive: true });
await buildBundles();

const kinds = Map.groupBy(Object.entries(converterWork), ([, { reads }]) => reads);
for (const [kind, works] of kinds) {
  const services = works.map(([name]) => name).filter((name) => !values.only || name === values.only);
  if (services.length === 0) continue;
  for await (const input of inputsOf(kind)) {
    for (const service of services) tell(await runLarge(folder, service, input, limits));
    rmSync(input.file);
  }
}
rmSync(folder, { recursive: true, force: true });

/** One after the other is made, and gone before the next. */
async function* inputsOf(kind: SampleKind): AsyncGenerator<LargeInput> {
  yield await largeInput(folder, kind, 'none', Number(values.gib) * GiB);
  if (kind !== 'parquet') yield await largeInput(folder, kind, 'gzip', Number(values['gz-gib']) * GiB);
}

function tell(report: LargeReport): void {
  const { end, rows, rejectedRows, records } = report;
  if (end !== 'completed' || rows + rejectedRows !== records) process.exitCode = 1;
  console.log(rowOf(report));
  if (values.keep) keepReport(report);
}

function rowOf(one: LargeReport): string {
  const gib = (one.bytes / GiB).toFixed(1);
  const lost = one.records - one.rows - one.rejectedRows;
  return `| ${one.service} | ${one.input}, ${gib} GiB | ${one.end} | ${one.peak.toFixed(0)} of ${one.memory} | ${one.records} | ${one.rejectedRows} | ${lost} | ${one.invocations} | ${one.progressLines} |`;
}

function keepReport(report: LargeReport): void {
  const file = resolve(import.meta.dirname, 'results/large.json');
  mkdirSync(resolve(file, '..'), { recursive: true });
  const before: LargeReport[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).reports : [];
  const others = before.filter(({ service, input }) => service !== report.service || input !== report.input);
  const reports = [...others, report].sort((a, b) =>
    `${a.service} ${a.input}` < `${b.service} ${b.input}` ? -1 : 1,
  );
  const table = [
    '| service | input | end | peak MB | records | rejected | lost | invocations | progress lines |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...reports.map(rowOf),
  ];
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), table, reports }, null, 1)}\n`);
}

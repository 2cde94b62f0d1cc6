// npm run fuzz -- [--group NAME] [--inputs N] [--seconds N] [--seed N] [--only NAME] [--keep]: see README.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type FuzzGroup, fuzzGroups } from './groups.ts';
import type { Fared } from './run-targets.ts';

const { values } = parseArgs({
  options: {
    group: { type: 'string', default: '' },
    /** In all, shared among the targets of each group. */
    inputs: { type: 'string', default: '' },
    /** In all; without either, a minute. */
    seconds: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
    /** Keeps what came of it in tools/fuzz/results. */
    keep: { type: 'boolean', default: false },
  },
});
const groups = Object.entries(fuzzGroups).filter(([name]) => name.includes(values.group));
const endless = values.inputs === '';
const seconds = Number(values.seconds || (endless ? 60 : Number.POSITIVE_INFINITY));

console.log('| target | inputs | found | seconds |\n| --- | ---: | ---: | ---: |');
for (const [name, makeGroup] of groups) {
  const group = await makeGroup();
  const fared = await runGroup(group);
  if (values.keep) keepResults(name, fared);
  await group.close();
}
process.exit();

async function runGroup({ members, run }: FuzzGroup): Promise<Fared[]> {
  const chosen = members.filter(({ name }) => name.includes(values.only));
  const weights = chosen.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const all: Fared[] = [];
  for (const { name, weight = 1 } of chosen) {
    const share = weight / weights;
    const fared = await run(name, {
      seed: Number(values.seed),
      from: Number(values.from),
      inputs: endless ? Number.POSITIVE_INFINITY : Math.ceil(Number(values.inputs) * share),
      seconds: (seconds * share) / groups.length,
    });
    all.push(fared);
    console.log(rowOf(fared));
    if (fared.found > 0) process.exitCode = 1;
  }
  return all;
}

function rowOf({ target, inputs, found, seconds }: Fared): string {
  return `| ${target} | ${inputs.toLocaleString('en-GB')} | ${found} | ${seconds} |`;
}

function keepResults(group: string, fared: Fared[]): void {
  const file = resolve(import.meta.dirname, `results/${group}.json`);
  mkdirSync(dirname(file), { recursive: true });
  const inputs = fared.reduce((sum, one) => sum + one.inputs, 0);
  const kept = { at: new Date().toISOString(), seed: Number(values.seed), inputs, targets: fared };
  writeFileSync(file, `${JSON.stringify(kept, null, 1)}\n`);
}

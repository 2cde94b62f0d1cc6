// npm run soak -- [--seed N] [--seeds COUNT] [--files N] [--keep]: random files through random faults, then the invariants.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBundles } from '../demo/package-stack.ts';
import { type SeedReport, soakTable, summaryOf } from './soak-report.ts';
import { soakSeed } from './soak-seed.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    /** This many seeds, one after the other. */
    seeds: { type: 'string', default: '1' },
    files: { type: 'string', default: '100' },
    /** Keeps the report in tools/soak/results, for the README. */
    keep: { type: 'boolean', default: false },
  },
});
const first = Number(values.seed);
const files = Number(values.files);
const folder = resolve('.tributary/soak');
await buildBundles();

const reports: SeedReport[] = [];
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const report = await soakSeed(seed, files, folder);
  reports.push(report);
  console.log(summaryOf(report));
  for (const what of report.violations) console.log(`  ${what}`);
  if (report.violations.length > 0) {
    console.log(`  again: npm run soak -- --seed ${seed} --files ${files}`);
    process.exitCode = 1;
  }
}
console.log(`\n${soakTable(reports)}`);
if (values.keep) {
  const results = resolve(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(
    resolve(results, 'soak.json'),
    `${JSON.stringify({ at: new Date().toISOString(), files, reports }, null, 1)}\n`,
  );
}
rmSync(folder, { recursive: true, force: true });

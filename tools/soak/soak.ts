// npm run soak -- [--seed N] [--seeds COUNT] [--files N] [--keep]: random files through random faults, then the invariants.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBundles } from '../demo/package-stack.ts';
import { type SeedReport, seedsTable, soakTable, summaryOf } from './soak-report.ts';
import { soakSeed } from './soak-seed.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    /** This many seeds, one after the other. */
    seeds: { type: 'string', default: '1' },
    files: { type: 'string', default: '100' },
    /** Keeps the reports in tools/soak/results, beside those of other seeds. */
    keep: { type: 'boolean', default: false },
  },
});
/** Violations of one seed that are printed; what the first one does not tell, the hundredth does not. */
const shown = 20;
const first = Number(values.seed);
const files = Number(values.files);
const folder = resolve('.tributary/soak');
await buildBundles();

const reports: SeedReport[] = [];
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const report = await soakSeed(seed, files, folder);
  reports.push(report);
  console.log(summaryOf(report));
  for (const what of report.violations.slice(0, shown)) console.log(`  ${what}`);
  if (report.violations.length > 0) {
    console.log(`  again: npm run soak -- --seed ${seed} --files ${files}`);
    process.exitCode = 1;
  }
}
console.log(`\n${soakTable(reports)}`);
if (values.keep) keepReports(reports);
// Logs and objects of a seed that failed tell why.
if (!process.exitCode) rmSync(folder, { recursive: true, force: true });

/** The file of all seeds that were kept, in their order. */
function keepReports(now: SeedReport[]): void {
  const file = resolve(import.meta.dirname, 'results/soak.json');
  mkdirSync(dirname(file), { recursive: true });
  const before: SeedReport[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).reports : [];
  const others = before.filter((one) => !now.some(({ seed }) => seed === one.seed));
  const all = [...others, ...now].sort((a, b) => a.seed - b.seed);
  const kept = {
    at: new Date().toISOString(),
    table: `${seedsTable(all)}\n\n${soakTable(all)}`.split('\n'),
    reports: all,
  };
  writeFileSync(file, `${JSON.stringify(kept, null, 1)}\n`);
}

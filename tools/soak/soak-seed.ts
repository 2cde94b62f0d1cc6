import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageStack } from '../demo/package-stack.ts';
import { pick, randomFrom } from '../sample/random.ts';
import { soakFaults } from './fault-plan.ts';
import { SOAK_LAYOUT, soakInputs } from './inputs.ts';
import { violations } from './invariants.ts';
import { run } from './run.ts';
import type { SeedReport } from './soak-report.ts';

/** Runs the files of a seed without faults and with them, and holds one against the other. Bundles must be built. */
export async function soakSeed(seed: number, files: number, folder: string): Promise<SeedReport> {
  mkdirSync(folder, { recursive: true });
  const inputs = soakInputs(seed, files);
  const stacks = await packageChain(seed, folder);
  const clean = await run({ stacks, inputs, seed, directory: join(folder, 'clean') });
  const faulty = await run({
    stacks,
    inputs,
    seed,
    directory: join(folder, 'faulty'),
    faults: soakFaults(seed),
  });
  return {
    seed,
    files,
    versions: inputs.reduce((sum, { versions }) => sum + versions.length, 0),
    bytes: inputs.reduce(
      (sum, { versions }) => sum + versions.reduce((all, { length }) => all + length, 0),
      0,
    ),
    ends: countEnds(faulty.ends.steps.values()),
    struck: faulty.struck,
    failures: Object.fromEntries(faulty.failures),
    orphans: faulty.orphans.length,
    seconds: Math.round(clean.seconds + faulty.seconds),
    violations: violations(inputs, faulty, clean),
  };
}

/** Fixed width to TSV to Parquet, with options that hang on the seed. */
async function packageChain(seed: number, folder: string): Promise<string[]> {
  const random = randomFrom(seed ^ 0xc4a1);
  const toTsv = join(folder, 'to-tsv.json');
  const compression = pick(random, ['gzip', 'zstd', 'none']);
  writeFileSync(
    toTsv,
    JSON.stringify({ layout: SOAK_LAYOUT, output: { compression }, rejects: { maxRejectRatio: 0.5 } }),
  );
  return await Promise.all([
    packageStack('event-bus'),
    packageStack('fixed-width-to-tsv', {
      sourceBucket: 'landing',
      sourcePrefix: 'in/',
      outputBucket: 'lake',
      outputPrefix: 'tsv/',
      createBuckets: 'true',
      options: toTsv,
    }),
    packageStack('csv-to-parquet', {
      after: 'fixed-width-to-tsv/convert',
      sourceBucket: 'lake',
      sourcePrefix: 'tsv/',
      outputPrefix: 'parquet/',
    }),
  ]);
}

function countEnds(steps: Iterable<{ ends: ReadonlySet<string> }>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { ends } of steps) {
    const name = [...ends].sort().join('+');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { randomFrom } from '../sample/random.ts';
import { soakChain } from './chains.ts';
import { soakFaults } from './fault-plan.ts';
import { soakInputs } from './inputs.ts';
import { violations } from './invariants.ts';
import { Digests } from './lake.ts';
import { packageChain } from './package-chain.ts';
import { run } from './run.ts';
import type { SeedReport } from './soak-report.ts';

/** Runs the files of a seed without faults and with them, and holds one against the other. Bundles must be built. */
export async function soakSeed(seed: number, files: number, folder: string): Promise<SeedReport> {
  mkdirSync(folder, { recursive: true });
  const chain = soakChain(randomFrom(seed ^ 0xc4a1));
  const inputs = soakInputs(randomFrom(seed), chain.format, files);
  const { stacks, ledger } = await packageChain(chain, folder);
  const both = { inputs, seed, digests: new Digests() };
  const clean = await run({ ...both, stacks, directory: join(folder, 'clean') });
  const faulty = await run({
    ...both,
    stacks: [...stacks, ledger],
    directory: join(folder, 'faulty'),
    faults: soakFaults(seed),
  });
  return {
    seed,
    files,
    chain: chain.steps.map(
      ({ name, service, after }) =>
        `${name}: ${service}${after ? ` after ${after.step}.${after.outcome}` : ''}`,
    ),
    versions: inputs.reduce((sum, { versions }) => sum + versions.length, 0),
    bytes: inputs.reduce(
      (sum, { versions }) => sum + versions.reduce((all, { length }) => all + length, 0),
      0,
    ),
    kinds: countBy(inputs, ({ kind }) => kind),
    ends: countBy(faulty.ends.steps.values(), ({ ends }) => [...ends].sort().join('+')),
    events: faulty.ends.told.size,
    struck: faulty.struck,
    failures: Object.fromEntries(faulty.failures),
    orphans: faulty.orphans.length,
    seconds: Math.round(clean.seconds + faulty.seconds),
    violations: violations(chain, inputs, faulty, clean),
  };
}

function countBy<T>(all: Iterable<T>, nameOf: (one: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of all) counts[nameOf(one)] = (counts[nameOf(one)] ?? 0) + 1;
  return counts;
}

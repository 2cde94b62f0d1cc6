// npm run fuzz -- [--seconds N] [--seed N] [--only NAME]: changed inputs through everything that reads; what breaks it is kept.
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { randomFrom } from '../sample/random.ts';
import { fuzzTargets, type Target } from './targets.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});
/** An input that takes longer is as bad as one that never ends. */
const slowMs = 10_000;

const targets = (await fuzzTargets()).filter(({ name }) => name.includes(values.only));
const clean = Object.getOwnPropertyNames(Object.prototype).length;
console.log('| target | inputs | found |\n| --- | ---: | ---: |');
for (const target of targets) {
  const { inputs, found } = await fuzz(target, Number(values.seconds) / targets.length);
  console.log(`| ${target.name} | ${inputs.toLocaleString('en-GB')} | ${found} |`);
  if (found > 0) process.exitCode = 1;
}

async function fuzz(target: Target, seconds: number): Promise<{ inputs: number; found: number }> {
  const random = randomFrom(Number(values.seed));
  const until = performance.now() + seconds * 1000;
  let inputs = 0;
  let found = 0;
  while (performance.now() < until && found < 10) {
    const input = target.make(random);
    inputs++;
    try {
      await inTime(target.take(input));
      if (Object.getOwnPropertyNames(Object.prototype).length !== clean)
        throw new Error('Object.prototype was changed');
    } catch (error) {
      found++;
      keep(target, input, error);
    }
  }
  return { inputs, found };
}

/** @throws Error if the work takes too long, or never ends */
async function inTime(work: Promise<void> | void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${slowMs} ms`)), slowMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function keep({ name }: Target, input: Buffer, error: unknown): void {
  const folder = resolve('.tributary/fuzz');
  mkdirSync(folder, { recursive: true });
  const file = resolve(folder, `${name.replaceAll(' ', '-')}-${Date.now()}.bin`);
  writeFileSync(file, input);
  console.error(`${name}: ${error instanceof Error ? error.stack : String(error)}\n  ${file}`);
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { randomFrom } from '../sample/random.ts';
import type { KernelTarget } from './kernel/kernel-target.ts';
import type { Target } from './target.ts';

/** How a target fared. */
export interface Fared {
  target: string;
  inputs: number;
  found: number;
  seconds: number;
}

export interface Amount {
  seed: number;
  /** The first input; to begin with one that was found. */
  from: number;
  inputs: number;
  /** Ends earlier after this time. */
  seconds?: number;
}

/** An input that takes longer is as bad as one that never ends. */
const slowMs = 10_000;
const mostFound = 10;

/** Numbers of one input: it hangs on seed and index alone, so it can be made again. */
function numbersOf(seed: number, index: number) {
  return randomFrom((Math.imul(seed, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca6b)) | 0);
}

/** Functions of kernels against their twins. */
export async function runKernelTarget(target: KernelTarget, amount: Amount): Promise<Fared> {
  return await count(target.name, amount, async (index) => {
    await target.run(numbersOf(amount.seed, index));
  });
}

/** Whatever takes an input; one that breaks it is kept, to become a fixture. */
export async function runTarget(target: Target, amount: Amount): Promise<Fared> {
  const names = Object.getOwnPropertyNames(Object.prototype).length;
  return await count(target.name, amount, async (index) => {
    const input = target.make(numbersOf(amount.seed, index));
    try {
      await inTime(target.take(input));
      if (Object.getOwnPropertyNames(Object.prototype).length !== names || 'polluted' in {})
        throw new Error('Object.prototype was changed');
    } catch (error) {
      keep(target.name, index, input);
      throw error;
    }
  });
}

async function count(
  target: string,
  { seed, from, inputs, seconds = Number.POSITIVE_INFINITY }: Amount,
  take: (index: number) => Promise<void>,
): Promise<Fared> {
  const began = performance.now();
  let taken = 0;
  let found = 0;
  while (taken < inputs && found < mostFound && performance.now() - began < seconds * 1000) {
    const index = from + taken++;
    try {
      await take(index);
    } catch (error) {
      found++;
      console.error(`${target}: ${error instanceof Error ? error.stack : String(error)}`);
      console.error(`  again: npm run fuzz -- --only '${target}' --seed ${seed} --from ${index} --inputs 1`);
    }
  }
  return { target, inputs: taken, found, seconds: Math.round((performance.now() - began) / 100) / 10 };
}

/** @throws Error if the work takes too long, or never ends */
async function inTime(work: Promise<void> | void): Promise<void> {
  if (!(work instanceof Promise)) return;
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

function keep(target: string, index: number, input: Buffer): void {
  const folder = resolve('.tributary/fuzz');
  mkdirSync(folder, { recursive: true });
  writeFileSync(resolve(folder, `${target.replaceAll(/\W+/g, '-')}-${index}.bin`), input);
}

import { isDeepStrictEqual } from 'node:util';
import type { Random } from '../../sample/random.ts';

/** A function of a kernel and its naive twin. */
export interface KernelTarget {
  name: string;
  /** Of how many inputs it gets, beside others; 1 if left out. */
  weight?: number;
  /** Makes one input and gives it to both. @throws Error if they differ, or a byte was written that is not the output */
  run(random: Random): void | Promise<void>;
}

export const below = (random: Random, limit: number) => Math.floor(random() * limit);

/** @throws Error that tells both */
export function same(actual: unknown, expected: unknown, input: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const tell = (value: unknown) =>
    JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner));
  throw new Error(`kernel: ${tell(actual)}\n  twin: ${tell(expected)}\n  input: ${tell(input)}`);
}

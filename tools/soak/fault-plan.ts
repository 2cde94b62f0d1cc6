import type { LocalAwsOptions } from '@tributary/local';
import { pick, randomFrom } from '../sample/random.ts';

type FaultPlan = NonNullable<LocalAwsOptions['faults']>;

/** Faults of one run: some seeds know few of them, some all at once. */
export function soakFaults(seed: number): FaultPlan {
  const random = randomFrom(seed ^ 0x5eed);
  const rate = (most: number) => (random() < 0.7 ? Math.round(random() * most * 1000) / 1000 : 0);
  return {
    seed,
    s3: {
      internalError: rate(0.05),
      slowDown: rate(0.05),
      clockSkew: rate(0.01),
      diskFull: rate(0.03),
      lostAnswer: rate(0.04),
      resetBody: rate(0.08),
      shortBody: rate(0.08),
      stalledBody: rate(0.01),
      slowBody: rate(0.05),
      staleHead: rate(0.05),
    },
    publish: { throttle: rate(0.05), failedEntry: rate(0.05), lostAnswer: rate(0.05) },
    deliveries: {
      duplicate: rate(0.1),
      late: rate(0.1),
      delay: rate(0.2),
      delayMs: pick(random, [20, 100, 300]),
    },
    functions: {
      kill: rate(0.02),
      killAtPublish: rate(0.05),
      outOfMemory: rate(0.005),
      timeout: rate(0.005),
    },
  };
}

import type { LocalAwsOptions } from '@tributary/local';
import { pick, randomFrom } from '../sample/random.ts';

type FaultPlan = NonNullable<LocalAwsOptions['faults']>;

const recorder = 'tributary-dev-run-ledger-record';

/** Faults of one run: some seeds know few of them, some all at once. */
export function soakFaults(seed: number): FaultPlan {
  const random = randomFrom(seed ^ 0x5eed);
  const rate = (most: number) => (random() < 0.7 ? Math.round(random() * most * 1000) / 1000 : 0);
  return {
    seed,
    s3: {
      internalError: rate(0.03),
      slowDown: rate(0.03),
      clockSkew: rate(0.01),
      diskFull: rate(0.03),
      lostAnswer: rate(0.04),
      resetBody: rate(0.08),
      shortBody: rate(0.08),
      stalledBody: rate(0.005),
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
      kill: rate(0.01),
      killAtPublish: rate(0.03),
      outOfMemory: rate(0.002),
      timeout: rate(0.002),
      // The ledger is down at first: its messages come back at once, and ten times at most.
      away: random() < 0.7 ? { [recorder]: 1 + Math.floor(random() * 6) } : {},
      // A batch of a hundred events is a hundred requests, which meet few enough faults to get through in ten attempts.
      shares: { [recorder]: 0.03, 'tributary-dev-run-ledger-lineage': 0.03 },
    },
  };
}

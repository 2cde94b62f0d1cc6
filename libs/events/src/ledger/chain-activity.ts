import * as z from 'zod';

const counts = z.object({
  completed: z.number(),
  partlyRejected: z.number(),
  rejected: z.number(),
  failed: z.number(),
});
export type StepCounts = z.output<typeof counts>;

/** A step as its rule has it, and as the ledger has seen it at work. */
export const stepActivity = z.object({
  chain: z.string(),
  step: z.string(),
  service: z.string().optional(),
  /** The steps that woke it, as `chain/step`; a step woken by S3 has none. */
  after: z.array(z.string()),
  /** Buckets and folders that S3 woke it for, as `bucket/prefix`; at most 20. */
  sources: z.array(z.string()),
  /** Where its outputs lie, as `bucket/prefix`; at most 20. */
  outputs: z.array(z.string()),
  inFlight: z.number(),
  stuck: z.number(),
  lastHour: counts,
  lastDay: counts,
  /** Ended runs of the step in each of the last 24 hours, oldest first. */
  throughput: z.array(z.number()),
  /** Median milliseconds of the same hours; null where there was none. */
  latency: z.array(z.number().nullable()),
});
export type StepActivity = z.output<typeof stepActivity>;

/** `GET /v1/chains` */
export const chainsAnswer = z.object({
  chains: z.array(z.object({ chain: z.string(), runs: z.number(), steps: z.array(stepActivity) })),
  asOf: z.string(),
});
export type ChainsAnswer = z.output<typeof chainsAnswer>;

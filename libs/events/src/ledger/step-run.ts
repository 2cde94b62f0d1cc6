import * as z from 'zod';
import { stepCompleted, stepRejected } from '../step-events.ts';
import { ledgerEventKind } from './ledger-event.ts';
import { runState } from './run-state.ts';

const { input, outputs, output, quarantine, manifest, schema, notices, timings, facts, documents } =
  stepCompleted.schema.shape.detail.shape;

/** US dollars, at list prices: what Lambda, EventBridge and S3 ask for the work, free tiers left aside. */
export const runCost = z.object({
  dollars: z.number(),
  /** The parts of it. */
  lambda: z.number(),
  events: z.number(),
  requests: z.number(),
});
export type RunCost = z.output<typeof runCost>;

/** Why a step was rejected or failed. A failure's code is the name of the error, or Lambda's condition. */
export const stepFault = stepRejected.schema.shape.detail.shape.report.extend({
  kind: z.enum(['rejected', 'failed']),
});
export type StepFault = z.output<typeof stepFault>;

/** One step of one chain with one input object: all deliveries, attempts and replays of it together. */
export const stepRun = z.object({
  /** Stable; hexadecimal. */
  id: z.string(),
  chain: z.string(),
  step: z.string(),
  /** Absent until an event of the service itself is there. */
  service: z.object({ name: z.string(), version: z.string() }).optional(),
  state: runState,
  /** Steps since the root event: 1 for the first. */
  hop: z.number(),
  /** The step of the same run that woke this one; absent for those that the S3 event woke. */
  parent: z.string().optional(),
  /** The event that woke it last. */
  parentId: z.string(),
  /** RFC 3339, milliseconds where the service tells them. Of the newest attempt. */
  startedAt: z.string(),
  /** Absent while it runs. */
  endedAt: z.string().optional(),
  updatedAt: z.string(),
  /** Of the newest attempt that ended. */
  timings: timings.partial().optional(),
  input: input.optional(),
  /** Where its outputs lie. */
  output: output.optional(),
  outputs,
  manifest,
  quarantine,
  schema,
  notices,
  facts,
  documents,
  outcome: z.string().optional(),
  outcomeReason: z.string().optional(),
  fault: stepFault.optional(),
  rows: z.object({
    /** Written and rejected ones; absent where the step has not told. */
    in: z.number().optional(),
    out: z.number().optional(),
    rejected: z.number().optional(),
    /** What the step before says it wrote to the input: another number than `in` means lost rows. */
    expected: z.number().optional(),
  }),
  bytes: z.object({ in: z.number().optional(), out: z.number().optional() }),
  /** Different events that woke it, for instance by a replay of the step before. */
  deliveries: z.number(),
  /** Times it was begun anew for the same event. */
  retries: z.number(),
  cost: runCost,
  /** In the order of time. */
  events: z.array(z.object({ id: z.string(), kind: ledgerEventKind, time: z.string() })),
});
export type StepRun = z.output<typeof stepRun>;

import * as z from 'zod';
import { runState } from './run-state.ts';
import { runCost, stepRun } from './step-run.ts';

/** What a list of runs shows of each. */
export const runSummary = z.object({
  /** The id of the root S3 event. */
  id: z.string(),
  state: runState,
  /** All that the source object woke, in alphabetical order. */
  chains: z.array(z.string()),
  root: z.object({ bucket: z.string(), key: z.string(), sequencer: z.string() }),
  /** RFC 3339: when the file arrived, as far as it is known. */
  startedAt: z.string(),
  /** Absent while it runs. */
  endedAt: z.string().optional(),
  updatedAt: z.string(),
  /** From the arrival to the end; absent while it runs. */
  milliseconds: z.number().optional(),
  bytes: z.object({ in: z.number(), out: z.number() }),
  /** In: of the first step; out: of the last ones; rejected: of all. */
  rows: z.object({ in: z.number().optional(), out: z.number().optional(), rejected: z.number() }),
  retries: z.number(),
  /** Codes of rejections and failures, each once. */
  codes: z.array(z.string()),
  /** Whether a step has found its columns changed. */
  drift: z.boolean(),
  dollars: z.number(),
  /** In the order of the chain. */
  steps: z.array(z.object({ id: z.string(), chain: z.string(), step: z.string(), state: runState })),
});
export type RunSummary = z.output<typeof runSummary>;

/** All that one source object has caused. */
export const run = runSummary.extend({
  cost: runCost,
  /** Parents before children. */
  steps: z.array(stepRun),
});
export type Run = z.output<typeof run>;

/** What the list shows of a run. */
export function summarizeRun({ cost: _cost, steps, ...rest }: Run): RunSummary {
  return { ...rest, steps: steps.map(({ id, chain, step, state }) => ({ id, chain, step, state })) };
}

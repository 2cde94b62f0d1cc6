import * as z from 'zod';
import { stepCompleted } from '../step-events.ts';
import { runState } from './run-state.ts';
import { runCost, stepRun } from './step-run.ts';

/** What a list of runs shows of each. */
export const runSummary = z.object({
  /** The id of the root S3 event. */
  id: z.string(),
  state: runState,
  /** All that the source object woke, in alphabetical order. */
  chains: z.array(z.string()),
  root: stepCompleted.schema.shape.detail.shape.root,
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
  /**
   * Empty cells as a share of all, by column, where a step has counted them: the emptiest 30 columns, and none that has
   * no empty cell.
   */
  nullRatios: z.record(z.string(), z.number()).optional(),
  dollars: z.number(),
  /** In the order of the chain. */
  steps: z.array(
    z.object({
      id: z.string(),
      chain: z.string(),
      step: z.string(),
      state: runState,
      service: z.string().optional(),
      /** The step that woke it, `<chain>/<step>`; absent if S3 did. */
      after: z.string().optional(),
      /** Where its outputs lie, `<bucket>/<prefix>`. */
      output: z.string().optional(),
      endedAt: z.string().optional(),
      /** Of the newest attempt. */
      milliseconds: z.number().optional(),
    }),
  ),
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
  const byId = new Map(steps.map((step) => [step.id, step]));
  return {
    ...rest,
    steps: steps.map(({ id, chain, step, state, service, parent, output, endedAt, timings }) => {
      const before = parent === undefined ? undefined : byId.get(parent);
      return {
        id,
        chain,
        step,
        state,
        ...(service && { service: service.name }),
        ...(before && { after: `${before.chain}/${before.step}` }),
        ...(output && { output: `${output.bucket}/${output.prefix}` }),
        ...(endedAt !== undefined && { endedAt }),
        ...(timings?.total !== undefined && { milliseconds: timings.total }),
      };
    }),
  };
}

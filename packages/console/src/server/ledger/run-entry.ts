import { type Run, type RunSummary, STUCK_AFTER_MS, summarizeRun } from '@tributary/events/ledger';

/** What chains are drawn from: one step of a run. */
export interface StepFact {
  chain: string;
  step: string;
  service?: string;
  /** `chain/step` of the step before; absent where S3 woke it. */
  after?: string;
  /** `bucket/folder/` of the input. */
  source?: string;
  /** `bucket/prefix` of the outputs. */
  output?: string;
  state: RunSummary['state'];
  startedAt: string;
  endedAt?: string;
  /** Of the handler and the wait before it. */
  milliseconds?: number;
}

/** What is kept of each run in memory. */
export interface RunEntry {
  summary: RunSummary;
  steps: StepFact[];
}

export function entryOf(run: Run): RunEntry {
  const names = new Map(run.steps.map(({ id, chain, step }) => [id, `${chain}/${step}`]));
  const steps = run.steps.map((step): StepFact => {
    const after = step.parent === undefined ? undefined : names.get(step.parent);
    const { timings, input, output, service, endedAt } = step;
    return {
      chain: step.chain,
      step: step.step,
      ...(service && { service: service.name }),
      ...(after !== undefined && { after }),
      ...(input && { source: `${input.bucket}/${folderOf(input.key)}` }),
      ...(output && { output: `${output.bucket}/${output.prefix}` }),
      state: step.state,
      startedAt: step.startedAt,
      ...(endedAt !== undefined && { endedAt }),
      ...(timings?.total !== undefined && { milliseconds: timings.total + (timings.queued ?? 0) }),
    };
  });
  return { summary: summarizeRun(run), steps };
}

/** The folder of a key, with its slash; empty at the top. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

/** The entry as it is now: what has been silent for too long is stuck. */
export function entryAt(entry: RunEntry, now: number): RunEntry {
  const { summary, steps } = entry;
  if (summary.state !== 'running' || now - Date.parse(summary.updatedAt) < STUCK_AFTER_MS) return entry;
  const stuck = <T extends { state: RunSummary['state'] }>(step: T): T =>
    step.state === 'running' ? { ...step, state: 'stuck' } : step;
  return {
    summary: { ...summary, state: 'stuck', steps: summary.steps.map(stuck) },
    steps: steps.map(stuck),
  };
}

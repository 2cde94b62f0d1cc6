import { millisecondsOf, timeOf } from './instant.ts';
import type { ReplayRequest } from './replay.ts';
import type { Run } from './run.ts';
import { type RunQuery, runQuery } from './run-query.ts';
import type { StepRun } from './step-run.ts';

type Selection = Exclude<ReplayRequest, { kind: 'dead-letters' }>;

/** The runs that a selection may touch; `run` alone names one. */
export function runsToReplay(selection: Exclude<Selection, { kind: 'run' }>): RunQuery {
  if (selection.kind === 'code') {
    const { code, chain, since } = selection;
    const from = since.length === 10 ? `${since}T00:00:00Z` : since;
    return runQuery.parse({ code, from, ...(chain !== undefined && { chain: [chain] }) });
  }
  const from = `${selection.date}T00:00:00.000Z`;
  const to = timeOf(millisecondsOf(from) + 86_400_000);
  return runQuery.parse({ chain: [selection.chain], from, to });
}

/** The steps of a run to begin again; those after them follow by their rules. */
export function stepsToReplay(run: Run, selection: Selection): StepRun[] {
  const byId = new Map(run.steps.map((step) => [step.id, step]));
  switch (selection.kind) {
    case 'run': {
      const { step: wanted } = selection;
      if (wanted === undefined) return run.steps.filter(({ parent }) => parent === undefined);
      return run.steps.filter(
        ({ id, step, chain }) => wanted === id || wanted === step || wanted === `${chain}/${step}`,
      );
    }
    case 'code':
      return run.steps.filter(
        ({ fault, chain }) => fault?.code === selection.code && (selection.chain ?? chain) === chain,
      );
    case 'day':
      // Where the chain begins: a step of it that none of its own woke.
      return run.steps.filter(
        ({ chain, parent }) => chain === selection.chain && byId.get(parent ?? '')?.chain !== chain,
      );
  }
}

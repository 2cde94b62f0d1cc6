import { EventsError } from '../errors.ts';
import { type FoldedStep, foldStep } from './fold-step.ts';
import { millisecondsOf, timeOf } from './instant.ts';
import { type LedgerEvent, readLedgerEvent } from './ledger-event.ts';
import { nullRatiosOf } from './null-ratios.ts';
import type { Run } from './run.ts';
import { addCosts } from './run-cost.ts';
import { worstState } from './run-state.ts';
import { stepIdOf } from './step-id.ts';
import type { StepRun } from './step-run.ts';

/**
 * Lambda's longest invocation (15 minutes), its pause before the next attempt (2 minutes) and some delay: who says
 * nothing for so long says nothing more.
 */
export const STUCK_AFTER_MS = 20 * 60_000;

export interface FoldOptions {
  /** RFC 3339; without it nothing is stuck, and the run hangs on its events alone. */
  now?: string;
  stuckAfterMs?: number;
}

/** Events of more than one run were given as those of one. */
export class SeveralRuns extends EventsError {}

/**
 * The run that events tell of, as they come over the bus or as the ledger keeps them: in whatever order, however often.
 * Undefined if none of them tells of a run. Throws `SeveralRuns`.
 */
export function runOf(events: Iterable<unknown>, options: FoldOptions = {}): Run | undefined {
  const read: LedgerEvent[] = [];
  for (const event of events) {
    const known = readLedgerEvent(event);
    if (known !== undefined) read.push(known);
  }
  return foldRun(read, options);
}

/** The same for events that are read already. */
export function foldRun(events: readonly LedgerEvent[], options: FoldOptions = {}): Run | undefined {
  const [first] = events;
  if (first === undefined) return undefined;
  const steps = stepsOf(events, options);
  const ended = steps.every(({ endedAt }) => endedAt !== undefined);
  const arrivedAt = Math.min(
    ...steps.map(
      ({ startedAt, timings, hop }) => millisecondsOf(startedAt) - (hop === 1 ? (timings?.queued ?? 0) : 0),
    ),
  );
  const endedAt = Math.max(...steps.map(({ endedAt: at }) => millisecondsOf(at ?? '') || 0));
  const roots = steps.filter(({ parent }) => parent === undefined);
  const parents = new Set(steps.map(({ parent }) => parent));
  const leaves = steps.filter(({ id }) => !parents.has(id));
  const cost = addCosts(steps.map((step) => step.cost));
  const rowsIn = roots.find(({ rows }) => rows.in !== undefined)?.rows.in;
  const nullRatios = known(steps.map(({ facts }) => facts?.profile && nullRatiosOf(facts.profile)))[0];
  const rowsOut = known(leaves.map(({ rows }) => rows.out));
  return {
    id: first.runId,
    state: worstState(steps.map(({ state }) => state)),
    chains: [...new Set(steps.map(({ chain }) => chain))].sort(),
    root: rootOf(events),
    startedAt: timeOf(arrivedAt),
    ...(ended && {
      endedAt: timeOf(endedAt),
      milliseconds: Math.max(0, endedAt - arrivedAt),
    }),
    updatedAt: steps
      .map(({ updatedAt }) => updatedAt)
      .sort()
      .at(-1)!,
    bytes: {
      in: Math.max(...roots.map(({ bytes }) => bytes.in ?? 0)),
      out: total(leaves.map(({ bytes }) => bytes.out ?? 0)),
    },
    rows: {
      ...(rowsIn !== undefined && { in: rowsIn }),
      ...(rowsOut.length > 0 && { out: total(rowsOut) }),
      rejected: total(steps.map(({ rows }) => rows.rejected ?? 0)),
    },
    retries: total(steps.map(({ retries }) => retries)),
    codes: [...new Set(known(steps.map(({ fault }) => fault?.code)))].sort(),
    drift: steps.some(({ facts }) => hasDrift(facts)),
    ...(nullRatios && { nullRatios }),
    dollars: cost.dollars,
    cost,
    steps,
  };
}

function stepsOf(events: readonly LedgerEvent[], options: FoldOptions): StepRun[] {
  const runId = events[0]!.runId;
  const byStep = new Map<string, LedgerEvent[]>();
  /** The step that has told each event. */
  const teller = new Map<string, string>();
  for (const event of events) {
    if (event.runId !== runId) {
      throw new SeveralRuns({
        code: 'several-runs',
        what: 'These events are of more than one run',
        got: `${runId}, ${event.runId}`,
      });
    }
    const id = stepIdOf(event);
    teller.set(event.id, id);
    byStep.set(id, [...(byStep.get(id) ?? []), event]);
  }
  const now = options.now === undefined ? undefined : millisecondsOf(options.now);
  const stuckAfterMs = options.stuckAfterMs ?? STUCK_AFTER_MS;
  const folded = [...byStep.values()].map((own) => foldStep(own, { now, stuckAfterMs }));
  const byId = new Map(folded.map((step) => [step.id, step]));
  return folded
    .map((step) => withParent(step, byId.get(teller.get(step.parentId) ?? '')))
    .sort(
      (a, b) =>
        a.hop - b.hop ||
        compare(a.startedAt, b.startedAt) ||
        compare(a.chain, b.chain) ||
        compare(a.step, b.step) ||
        compare(a.id, b.id),
    );
}

function withParent(step: FoldedStep, parent: FoldedStep | undefined): StepRun {
  if (parent === undefined || parent.id === step.id) return step;
  const { input } = step;
  const source = parent.outputs.find(({ bucket, key }) => bucket === input?.bucket && key === input.key);
  const rows = source?.rows === undefined ? step.rows : { ...step.rows, expected: source.rows };
  return { ...step, parent: parent.id, rows };
}

/** All events of a run tell the same, but for S3 sending one change twice, which makes two runs. */
function rootOf(events: readonly LedgerEvent[]): Run['root'] {
  return [...events].sort((a, b) => a.hop - b.hop || compare(a.id, b.id))[0]!.root;
}

function hasDrift(facts: StepRun['facts']): boolean {
  return facts?.drift?.some(({ total: changes }) => changes > 0) ?? false;
}

function known<Value>(values: readonly (Value | undefined)[]): Value[] {
  return values.filter((value) => value !== undefined);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { beginningOf, countRetries, inOrder, type Moment } from './attempts.ts';
import { timeOf } from './instant.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { addCosts, costOf } from './run-cost.ts';
import type { RunState } from './run-state.ts';
import { stepIdOf } from './step-id.ts';
import type { StepFault, StepRun } from './step-run.ts';

type Ended = Extract<LedgerEvent, { kind: 'completed' | 'rejected' | 'failed' }>;
type Told = Extract<LedgerEvent, { kind: 'completed' | 'rejected' }>;

/** A step without what only its run knows: the step before, and the rows that one wrote. */
export type FoldedStep = Omit<StepRun, 'parent'>;

/**
 * One step out of all its events, in whatever order and however often they came. What ended last counts, except that
 * a late delivery, which finds its work done or overtaken, takes nothing back.
 * @param now milliseconds since 1970; with it, what is silent for `stuckAfterMs` is stuck
 */
export function foldStep(
  events: readonly LedgerEvent[],
  { now, stuckAfterMs }: { now?: number | undefined; stuckAfterMs: number },
): FoldedStep {
  const moments = inOrder(events);
  const last = moments.at(-1)!;
  const begun = moments.findLast(({ event }) => event.kind === 'started');
  const end = decisiveEnd(moments);
  const endsAt = moments.findLast(({ event }) => isEnd(event))?.at;
  const running = endsAt === undefined || (begun !== undefined && begun.at > endsAt);
  const { chain, step, input, parentId, hop } = last.event;
  const startedAt = begun?.at ?? (end && beginningOf(end.event)) ?? moments[0]!.at;

  const told = end && end.event.kind !== 'failed' ? resultsOf(moments, end.event) : undefined;
  const outputs = told?.outputs ?? [];
  const out = told?.rows;
  const rejected = told?.rejectedRows;
  return {
    id: stepIdOf(last.event),
    chain,
    step,
    ...optional('service', serviceOf(moments)),
    state: running ? openState(last.at, now, stuckAfterMs) : stateOf(end!.event, told),
    hop,
    parentId,
    startedAt: timeOf(startedAt),
    ...optional('endedAt', running ? undefined : timeOf(end!.at)),
    updatedAt: timeOf(last.at),
    ...optional('timings', (end ?? begun)?.event.event.detail && timingsOf(end?.event ?? begun!.event)),
    ...optional('input', input),
    ...optional('output', told?.output),
    outputs,
    ...optional('manifest', told?.manifest),
    ...optional('quarantine', told?.quarantine),
    ...optional('schema', told?.schema),
    ...optional('notices', told?.notices),
    ...optional('facts', told?.facts),
    ...optional('documents', told?.documents),
    ...optional('outcome', told?.outcome),
    ...optional('outcomeReason', told?.outcomeReason),
    ...optional('fault', end && faultOf(end.event)),
    rows: {
      ...optional('in', out === undefined ? undefined : out + (rejected ?? 0)),
      ...optional('out', out),
      ...optional('rejected', rejected),
    },
    bytes: {
      ...optional('in', input?.bytes),
      ...optional('out', told?.outputs && sum(outputs.map(({ bytes }) => bytes))),
    },
    deliveries: new Set(moments.map(({ event }) => event.parentId)).size,
    retries: countRetries(moments),
    cost: addCosts(moments.map(({ event }) => costOfEvent(event))),
    events: moments.map(({ event }) => ({ id: event.id, kind: event.kind, time: event.time })),
  };
}

function isEnd(event: LedgerEvent): event is Ended {
  return event.kind !== 'started' && event.kind !== 'handed-over';
}

/** The end that counts: the last one, unless it merely found that another delivery had done the work. */
function decisiveEnd(moments: readonly Moment[]): { event: Ended; at: number } | undefined {
  let decisive: { event: Ended; at: number } | undefined;
  for (const { event, at } of moments) {
    if (!isEnd(event)) continue;
    const late = event.kind === 'completed' && event.event.detail.outcome === 'superseded';
    if (late && decisive?.event.kind === 'completed') continue;
    decisive = { event, at };
  }
  return decisive;
}

/** Everything either kind of end may tell. A later contract's `facts` and `documents` pass through. */
interface Results extends Partial<Omit<StepRun, 'rows' | 'outputs'>> {
  outputs?: StepRun['outputs'];
  rows?: number | undefined;
  rejectedRows?: number | undefined;
}

/** A repetition does not always know what the work itself has told: then that stands. */
function resultsOf(moments: readonly Moment[], end: Told): Results {
  const results = end.event.detail as Results;
  if (results.outcome !== 'repeated') return results;
  const done = moments.findLast(
    ({ event }) => event.kind === 'completed' && event.event.detail.outcome === 'completed',
  );
  if (done === undefined) return results;
  const { fault: _fault, ...before } = done.event.event.detail as Results;
  const told = Object.fromEntries(Object.entries(results).filter(([, value]) => value !== undefined));
  return { ...before, ...told };
}

function stateOf(end: Ended, results: Results | undefined): RunState {
  if (end.kind !== 'completed') return end.kind;
  const { outcome } = end.event.detail;
  if (outcome === 'skipped' || outcome === 'superseded') return outcome;
  const rejected = (results?.rejectedRows ?? 0) > 0 || results?.quarantine !== undefined;
  return rejected ? 'partly-rejected' : 'completed';
}

function openState(lastAt: number, now: number | undefined, stuckAfterMs: number): RunState {
  return now !== undefined && now - lastAt > stuckAfterMs ? 'stuck' : 'running';
}

function faultOf(end: Ended): StepFault | undefined {
  if (end.kind === 'completed') return undefined;
  if (end.kind === 'rejected') return { kind: 'rejected', ...end.event.detail.report };
  const { requestContext, responsePayload } = end.event.detail;
  const answer = (typeof responsePayload === 'object' && responsePayload) as
    | { errorType?: unknown; errorMessage?: unknown }
    | false
    | null;
  return {
    kind: 'failed',
    code: answer && typeof answer.errorType === 'string' ? answer.errorType : requestContext.condition,
    message:
      answer && typeof answer.errorMessage === 'string'
        ? answer.errorMessage
        : `Lambda gave up: ${requestContext.condition}`,
  };
}

function timingsOf(event: LedgerEvent): StepRun['timings'] {
  return event.kind === 'failed' ? undefined : event.event.detail.timings;
}

function serviceOf(moments: readonly Moment[]): StepRun['service'] {
  const newest = moments.findLast(({ event }) => event.kind !== 'failed');
  return newest && newest.event.kind !== 'failed' ? newest.event.event.detail.service : undefined;
}

function costOfEvent(event: LedgerEvent) {
  if (event.kind === 'started')
    return costOf({ milliseconds: 0, bytesIn: 0, bytesOut: [], events: 1, invoked: false });
  // The time of all that share the work is told at its end.
  if (event.kind === 'failed' || event.kind === 'handed-over')
    return costOf({ milliseconds: 0, bytesIn: 0, bytesOut: [], events: 1, invoked: true });
  const { timings, invocation, input } = event.event.detail;
  const written = event.kind === 'completed' && event.event.detail.outcome === 'completed';
  const bytesOut = written ? event.event.detail.outputs.map(({ bytes }) => bytes) : [];
  return costOf({
    milliseconds: timings.total,
    memory: invocation?.memory,
    bytesIn: input.bytes,
    bytesOut,
    events: 1,
    invoked: true,
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** `{ [name]: value }`, or nothing where there is no value. */
function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Value };
}

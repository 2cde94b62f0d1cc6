import * as z from 'zod';
import { envelope } from '../envelope.ts';
import { EventsError } from '../errors.ts';
import { type InvocationFailedEvent, invocationFailed } from '../lambda-invocation-failure.ts';
import { lineageOf } from '../lineage.ts';
import type { EventPattern } from '../pattern/language.ts';
import {
  type ObjectRef,
  STEP_SOURCE,
  type StepCompletedEvent,
  type StepHandedOverEvent,
  type StepRejectedEvent,
  type StepStartedEvent,
  stepCompleted,
  stepHandedOver,
  stepRejected,
  stepStarted,
} from '../step-events.ts';
import { beginningOf, momentOf } from './attempts.ts';
import { isTime, millisecondsOf } from './instant.ts';

export const ledgerEventKind = z.enum(['started', 'handed-over', 'completed', 'rejected', 'failed']);
export type LedgerEventKind = z.output<typeof ledgerEventKind>;

/** What each event says of its place in a run. */
interface Placed {
  id: string;
  /** RFC 3339, as the bus has it: whole seconds on AWS. */
  time: string;
  chain: string;
  step: string;
  runId: string;
  /** The event that woke the step. */
  parentId: string;
  hop: number;
  root: StepStartedEvent['detail']['root'];
  /** Absent where a step failed whose envelope names no single object. */
  input: ObjectRef | undefined;
}

/** An event of a step, or Lambda's record of one that failed, as the ledger takes it. */
export type LedgerEvent = Placed &
  (
    | { kind: 'started'; event: StepStartedEvent }
    | { kind: 'handed-over'; event: StepHandedOverEvent }
    | { kind: 'completed'; event: StepCompletedEvent }
    | { kind: 'rejected'; event: StepRejectedEvent }
    | { kind: 'failed'; event: InvocationFailedEvent }
  );

/** The pattern of the one rule that feeds a ledger: every event of a step, and every failure of one. */
export const ledgerPattern: EventPattern = {
  $or: [
    {
      source: [STEP_SOURCE],
      'detail-type': [stepStarted, stepHandedOver, stepCompleted, stepRejected].map(
        ({ detailType }) => detailType,
      ),
    },
    {
      source: [invocationFailed.source],
      'detail-type': [invocationFailed.detailType],
      detail: { requestPayload: { chain: [{ exists: true }] } },
    },
  ],
};

/** Reads an event of the bus; undefined if it tells nothing of a run, or of no time that there is. */
export function readLedgerEvent(event: unknown): LedgerEvent | undefined {
  const read = readKind(event);
  return read !== undefined && isDated(read) ? read : undefined;
}

/** Events hold times as text and durations as numbers: what cannot be reckoned with would stop a reader of many runs for all. */
function isDated(read: LedgerEvent): boolean {
  const began = beginningOf(read) ?? 0;
  const queued = read.kind === 'failed' ? 0 : (read.event.detail.timings?.queued ?? 0);
  return [millisecondsOf(read.time), momentOf(read), began, began - queued].every(isTime);
}

function readKind(event: unknown): LedgerEvent | undefined {
  const completed = stepCompleted.schema.safeParse(event);
  if (completed.success) return { kind: 'completed', event: completed.data, ...placeOf(completed.data) };
  const started = stepStarted.schema.safeParse(event);
  if (started.success) return { kind: 'started', event: started.data, ...placeOf(started.data) };
  const rejected = stepRejected.schema.safeParse(event);
  if (rejected.success) return { kind: 'rejected', event: rejected.data, ...placeOf(rejected.data) };
  const handed = stepHandedOver.schema.safeParse(event);
  if (handed.success) return { kind: 'handed-over', event: handed.data, ...placeOf(handed.data) };
  const failed = invocationFailed.schema.safeParse(event);
  return failed.success ? readFailure(failed.data) : undefined;
}

function placeOf({
  id,
  time,
  detail,
}: StepStartedEvent | StepHandedOverEvent | StepCompletedEvent | StepRejectedEvent): Placed {
  const { chain, step, runId, parentId, hop, root, input } = detail;
  return { id, time, chain, step, runId, parentId, hop, root, input };
}

/** The failure of whatever was invoked with something else than an envelope is not a step's. */
function readFailure(event: InvocationFailedEvent): LedgerEvent | undefined {
  const payload = envelope.safeParse(event.detail.requestPayload);
  if (!payload.success) return undefined;
  const { chain, step } = payload.data;
  try {
    const { runId, parentId, hop, root, inputs } = lineageOf({ event: payload.data.event });
    const input = inputs.length === 1 ? inputs[0] : undefined;
    return {
      kind: 'failed',
      event,
      id: event.id,
      time: event.time,
      chain,
      step,
      runId,
      parentId,
      hop,
      root,
      input,
    };
  } catch (error) {
    if (error instanceof EventsError) return undefined;
    throw error;
  }
}

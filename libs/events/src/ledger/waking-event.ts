import { invocationFailed } from '../lambda-invocation-failure.ts';
import { objectCreated } from '../s3-object-created.ts';
import type { Run } from './run.ts';
import type { StepRun } from './step-run.ts';

/**
 * The event that woke a step, for it to be woken by again: that of the step before, as the ledger has it, or S3's, as the
 * record of a failure has it or made anew from what the step has told. Its id stays, so the run and its outputs are the
 * same. Undefined if the ledger does not have it.
 */
export function wakingEvent(run: Run, step: StepRun, events: readonly Record<string, unknown>[]): unknown {
  const before = events.find(({ id }) => id === step.parentId);
  if (before !== undefined) return before;
  for (const event of events) {
    if (!invocationFailed.is(event)) continue;
    const { event: woken } = event.detail.requestPayload as { event?: { id?: unknown } };
    if (woken?.id === step.parentId) return woken;
  }
  return step.parentId === run.id && step.input !== undefined
    ? arrivalOf(run, step.input, events)
    : undefined;
}

function arrivalOf(
  run: Run,
  input: NonNullable<StepRun['input']>,
  events: readonly Record<string, unknown>[],
): unknown {
  const { bucket, key, versionId, etag, bytes } = input;
  const [first] = events as { account?: string; region?: string }[];
  return objectCreated.event(
    {
      id: run.id,
      account: first?.account ?? '',
      region: first?.region ?? '',
      time: run.root.time ?? `${run.startedAt.slice(0, 19)}Z`,
      resources: [`arn:aws:s3:::${bucket}`],
    },
    {
      version: '0',
      bucket: { name: bucket },
      object: {
        key,
        size: bytes,
        etag,
        sequencer: run.root.sequencer,
        ...(versionId !== undefined && { 'version-id': versionId }),
      },
      reason: 'PutObject',
    },
  );
}

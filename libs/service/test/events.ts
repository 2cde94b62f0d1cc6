import { randomUUID } from 'node:crypto';
import { type ObjectRef, objectCreated, type StepOutput, stepCompleted } from '@tributary/events';

// Of all events of a test: deliveries of one event differ in no second.
const time = `${new Date().toISOString().slice(0, 19)}Z`;

const frame = () => ({
  id: randomUUID(),
  account: '000000000000',
  region: 'us-east-1',
  time,
});

/** S3's event for an object. */
export function createdEvent({ bucket, key, etag, bytes, versionId }: ObjectRef, sequencer: string) {
  return objectCreated.event(frame(), {
    version: '0',
    bucket: { name: bucket },
    object: { key, size: bytes, etag, sequencer, ...(versionId && { 'version-id': versionId }) },
    'request-id': randomUUID(),
    requester: '000000000000',
    reason: 'PutObject',
  });
}

/** A step's event that another step can start from. */
export function completedEvent({ hop, outputs }: { hop: number; outputs: StepOutput[] }) {
  return stepCompleted.event(frame(), {
    version: '1',
    chain: 'chain',
    step: 'before',
    service: { name: 'other', version: '1.0.0' },
    runId: randomUUID(),
    parentId: randomUUID(),
    hop,
    root: { bucket: 'landing', key: 'in/a.txt', sequencer: '0A' },
    input: { bucket: 'landing', key: 'in/a.txt', etag: 'e', bytes: 3 },
    outcome: 'completed',
    output: { bucket: 'lake', prefix: 'tsv/' },
    outputs,
    timings: { total: 1 },
  });
}

/** What a rule makes of an event. */
export function envelopeOf(
  event: unknown,
  {
    sourcePrefix,
    options = {},
  }: { sourcePrefix?: string | undefined; options?: Record<string, unknown> } = {},
) {
  return {
    chain: 'chain',
    step: 'step',
    options,
    output: { bucket: 'lake', prefix: 'out/' },
    ...(sourcePrefix !== undefined && { source: { prefix: sourcePrefix } }),
    event,
  };
}

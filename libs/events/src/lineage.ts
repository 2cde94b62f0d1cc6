import { type Envelope, envelope } from './envelope.ts';
import { BadEnvelope } from './errors.ts';
import { invocationFailed } from './lambda-invocation-failure.ts';
import { objectCreated } from './s3-object-created.ts';
import { type ObjectRef, type StepOutput, stepCompleted, stepRejected, stepStarted } from './step-events.ts';

/** A chain longer than this is a loop that nobody meant. */
export const MAX_HOPS = 32;

/** Where a step stands in its run and what it has to read. */
export interface Lineage {
  /** The id of the root S3 event. */
  runId: string;
  /** The id of the event that woke this step. */
  parentId: string;
  /** RFC 3339; when that event happened. */
  parentTime: string;
  /** Of this step, from 1. */
  hop: number;
  root: { bucket: string; key: string; sequencer: string; time?: string | undefined };
  /** One object for an S3 event; the outputs of a completed step; the input of a rejected or failed one. */
  inputs: ObjectRef[];
  /** The same with all that the step before has told of them; empty if it was none, or told of no outputs. */
  described: StepOutput[];
  /** How many files the step before wrote: more than `inputs` where its event could not list them. */
  files: number;
  /** What the keys of `inputs` are taken relative to. */
  sourcePrefix: string;
}

/**
 * Derives a step's lineage from its envelope.
 * Throws `BadEnvelope`: `unknown-event`, `too-many-hops`, `key-outside-source-prefix`.
 * @example const { runId, inputs: [input] } = lineageOf(parseEnvelope(payload));
 */
export function lineageOf({ event, source }: Pick<Envelope, 'event' | 'source'>): Lineage {
  const lineage = lineageOfEvent(event);
  if (lineage.hop > MAX_HOPS) {
    throw new BadEnvelope({
      code: 'too-many-hops',
      what: `Run ${lineage.runId} has gone through more steps than a chain may have`,
      expected: `<= ${MAX_HOPS} hops`,
      got: `${lineage.hop}`,
      where: { pointer: '/event' },
    });
  }
  if (source === undefined) return lineage;
  const stray = lineage.inputs.find(({ key }) => !key.startsWith(source.prefix));
  if (stray !== undefined) {
    throw new BadEnvelope({
      code: 'key-outside-source-prefix',
      what: 'The input does not lie under the source prefix',
      expected: `${source.prefix}*`,
      got: stray.key,
      where: { pointer: '/source/prefix' },
    });
  }
  return { ...lineage, sourcePrefix: source.prefix };
}

function lineageOfEvent(event: unknown): Lineage {
  if (objectCreated.is(event)) {
    const { bucket, object } = event.detail;
    const versionId = object['version-id'];
    return {
      runId: event.id,
      parentId: event.id,
      parentTime: event.time,
      hop: 1,
      root: { bucket: bucket.name, key: object.key, sequencer: object.sequencer, time: event.time },
      inputs: [
        {
          bucket: bucket.name,
          key: object.key,
          // `null` is no version: every object that is written while a bucket keeps none bears it.
          ...(versionId !== undefined && versionId !== 'null' && { versionId }),
          etag: object.etag,
          bytes: object.size,
        },
      ],
      described: [],
      files: 1,
      sourcePrefix: '',
    };
  }
  if (stepCompleted.is(event)) {
    const { outputs, output, manifest } = event.detail;
    return {
      ...next(event),
      inputs: outputs.map(refOf),
      described: outputs,
      files: manifest?.files ?? outputs.length,
      sourcePrefix: output.prefix,
    };
  }
  if (stepRejected.is(event) || stepStarted.is(event)) {
    return { ...next(event), inputs: [event.detail.input], described: [], files: 1, sourcePrefix: '' };
  }
  if (invocationFailed.is(event)) {
    const payload = envelope.safeParse(event.detail.requestPayload);
    if (payload.success) {
      // The failed step took a hop of its own, and this one is the next.
      const failed = lineageOf(payload.data);
      return { ...failed, parentId: event.id, parentTime: event.time, hop: failed.hop + 1 };
    }
  }
  throw new BadEnvelope({
    code: 'unknown-event',
    what: 'The event in the envelope is none a step can start from',
    expected: `"${objectCreated.detailType}" of S3, a step event of this contract's version, or Lambda's failure record around an envelope`,
    got: describe(event),
    where: { pointer: '/event' },
  });
}

function next(event: {
  id: string;
  time: string;
  detail: { runId: string; hop: number; root: Lineage['root'] };
}) {
  const { runId, hop, root } = event.detail;
  return { runId, parentId: event.id, parentTime: event.time, hop: hop + 1, root };
}

function refOf({ bucket, key, versionId, etag, bytes }: ObjectRef): ObjectRef {
  return { bucket, key, ...(versionId !== undefined && { versionId }), etag, bytes };
}

function describe(event: unknown): string {
  if (typeof event !== 'object' || event === null) return JSON.stringify(event) ?? 'nothing';
  const { source, 'detail-type': detailType } = event as Record<string, unknown>;
  return JSON.stringify({ source, 'detail-type': detailType });
}

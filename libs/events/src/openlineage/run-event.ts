import type { Envelope } from '../envelope.ts';
import { momentOf } from '../ledger/attempts.ts';
import { timeOf } from '../ledger/instant.ts';
import { type LedgerEvent, readLedgerEvent } from '../ledger/ledger-event.ts';
import { stepIdOf } from '../ledger/step-id.ts';
import { inputDataset, type OpenLineageDataset, outputDatasets } from './datasets.ts';
import { type Facet, facet, PRODUCER, RUN_EVENT_SCHEMA } from './facets.ts';
import { uuidOf } from './uuid.ts';

/** A RunEvent of OpenLineage 2-0-2. */
export interface OpenLineageRunEvent {
  eventType: 'START' | 'RUNNING' | 'COMPLETE' | 'FAIL' | 'ABORT';
  eventTime: string;
  run: { runId: string; facets: Record<string, Facet> };
  job: { namespace: string; name: string; facets: Record<string, Facet> };
  inputs: OpenLineageDataset[];
  outputs: OpenLineageDataset[];
  producer: string;
  schemaURL: string;
}

/**
 * What an event of the bus says in OpenLineage; undefined if it tells nothing of a run. A step is a job,
 * `<chain>.<step>`; one invocation of it with all its retries is a run, whose parent is the chain's run over the source
 * object. What was skipped or superseded is an ABORT, what was rejected or failed a FAIL.
 * @param namespace of the jobs
 */
export function openLineageOf(
  event: unknown,
  { namespace }: { namespace: string },
): OpenLineageRunEvent | undefined {
  const read = readLedgerEvent(event);
  if (read === undefined) return undefined;
  const { chain, step, runId } = read;
  const parent = { run: { runId: uuidOf(runId, chain) }, job: { namespace, name: chain } };
  return {
    eventType: typeOf(read),
    eventTime: timeOf(momentOf(read)),
    run: {
      runId: uuidOf(runId, stepIdOf(read), invocationOf(read)),
      facets: {
        ...facet('parent', { ...parent, root: parent }),
        ...facet('processing_engine', engineOf(read)),
        ...errorOf(read),
      },
    },
    job: {
      namespace,
      name: `${chain}.${step}`,
      facets: facet('jobType', { processingType: 'BATCH', integration: 'TRIBUTARY', jobType: 'STEP' }),
    },
    inputs: inputsOf(read),
    outputs: read.kind === 'completed' ? outputDatasets(read.event.detail) : [],
    producer: PRODUCER,
    schemaURL: RUN_EVENT_SCHEMA,
  };
}

function typeOf(read: LedgerEvent): OpenLineageRunEvent['eventType'] {
  if (read.kind === 'started') return 'START';
  if (read.kind === 'handed-over') return 'RUNNING';
  if (read.kind !== 'completed') return 'FAIL';
  const { outcome } = read.event.detail;
  return outcome === 'skipped' || outcome === 'superseded' ? 'ABORT' : 'COMPLETE';
}

/** A retry has the same, and so have all that share the work; without one, what woke the step stands for it. */
function invocationOf(read: LedgerEvent): string {
  if (read.kind === 'failed') {
    const { requestContext, requestPayload } = read.event.detail;
    const { handover } = requestPayload as Partial<Envelope>;
    return handover?.invocation.id ?? requestContext.requestId;
  }
  return read.event.detail.invocation?.id ?? read.parentId;
}

function engineOf(read: LedgerEvent): Record<string, string> {
  if (read.kind === 'failed') return { name: 'tributary', version: 'unknown' };
  const { name, version } = read.event.detail.service;
  return { name, version };
}

function inputsOf(read: LedgerEvent): OpenLineageDataset[] {
  if (read.input === undefined) return [];
  if (read.kind !== 'completed' && read.kind !== 'rejected') return [inputDataset(read.input)];
  const { rows, rejectedRows = 0, facts } = read.event.detail;
  return [
    inputDataset(read.input, {
      rows: rows === undefined ? undefined : rows + rejectedRows,
      profile: facts?.profile,
    }),
  ];
}

function errorOf(read: LedgerEvent): Record<string, Facet> {
  if (read.kind === 'rejected') {
    const { code, message } = read.event.detail.report;
    return facet('errorMessage', { message: `${code}: ${message}`, programmingLanguage: 'JavaScript' });
  }
  if (read.kind !== 'failed') return {};
  const { requestContext, responsePayload } = read.event.detail;
  const answer = (responsePayload ?? {}) as {
    errorMessage?: unknown;
    errorType?: unknown;
    stackTrace?: unknown;
    trace?: unknown;
  };
  const trace = answer.stackTrace ?? answer.trace;
  return facet('errorMessage', {
    message: `${answer.errorType ?? requestContext.condition}: ${answer.errorMessage ?? 'Lambda gave up'}`,
    programmingLanguage: 'JavaScript',
    ...(Array.isArray(trace) && { stackTrace: trace.join('\n') }),
  });
}

import {
  BadEnvelope,
  type Envelope,
  type Lineage,
  lineageOf,
  type ObjectRef,
  parseEnvelope,
  type StepStartedDetail,
} from '@tributary/events';
import type { LogKeys } from './observation.ts';

/** Who does the work: part of each event, and of the fingerprint, so a new version does old work again when asked to. */
export interface Service {
  name: string;
  version: string;
}

/** One step of one run, before any work. */
export interface Step {
  envelope: Envelope;
  lineage: Lineage;
  input: ObjectRef;
  /** What every event of this step says. */
  detail: Omit<StepStartedDetail, 'timings'>;
  logKeys: Omit<LogKeys, 'requestId'>;
}

/**
 * Reads what a function was invoked with; `invocation` is what the step's events say of it.
 * @throws {BadEnvelope} also `not-one-input`, where the event brings none or several objects
 */
export function openStep(
  payload: unknown,
  service: Service,
  invocation?: StepStartedDetail['invocation'],
): Step {
  const envelope = parseEnvelope(payload);
  const lineage = lineageOf(envelope);
  const [input] = lineage.inputs;
  if (input === undefined || lineage.files !== 1) {
    throw new BadEnvelope({
      code: 'not-one-input',
      what: 'A step reads one object for each event: it cannot come after one that wrote several, as partitions or by size',
      expected: '1 input',
      got: `${lineage.files}`,
      where: { pointer: '/event/detail/outputs' },
    });
  }
  const { chain, step } = envelope;
  const { runId, parentId, hop, root } = lineage;
  return {
    envelope,
    lineage,
    input,
    detail: {
      version: '1',
      chain,
      step,
      service,
      runId,
      parentId,
      hop,
      root,
      input,
      ...(invocation && {
        invocation: {
          ...invocation,
          ...envelope.handover?.invocation,
          ...(envelope.handover && { leg: envelope.handover.leg }),
        },
      }),
    },
    logKeys: { chain, step, run: runId, key: input.key },
  };
}

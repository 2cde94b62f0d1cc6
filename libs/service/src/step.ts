import { BadInput } from '@tributary/codec';
import {
  BadEnvelope,
  type Envelope,
  type Lineage,
  lineageOf,
  type ObjectRef,
  outputKey,
  parseEnvelope,
  type StepStartedDetail,
} from '@tributary/events';
import type { LogKeys } from './observation.ts';
import type { Place } from './standing-object.ts';

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
 * Reads what a function was invoked with.
 * @throws {BadEnvelope} also `not-one-input`, where the event brings none or several objects
 */
export function openStep(payload: unknown, service: Service): Step {
  const envelope = parseEnvelope(payload);
  const lineage = lineageOf(envelope);
  const [input, ...others] = lineage.inputs;
  if (input === undefined || others.length > 0) {
    throw new BadEnvelope({
      code: 'not-one-input',
      what: 'A step reads one object for each event',
      expected: '1 input',
      got: `${lineage.inputs.length}`,
      where: { pointer: '/event/detail/outputs' },
    });
  }
  const { chain, step } = envelope;
  const { runId, parentId, hop, root } = lineage;
  return {
    envelope,
    lineage,
    input,
    detail: { version: '1', chain, step, service, runId, parentId, hop, root, input },
    logKeys: { chain, step, run: runId, key: input.key },
  };
}

/** Suffixes of compressed outputs. */
const compressionSuffix = { none: '', gzip: '.gz', zstd: '.zst' };
const rejectsExtension = '.rejects.jsonl.gz';

/**
 * Where a step's output and quarantine file go. Rejects lie in a folder whose name begins with an underscore, which
 * Athena, Spark and Hive leave out of a table.
 * @throws {BadInput} `output-key-too-long`
 * @example `in/2023/a.txt.gz` under `in/` with prefix `tsv/` goes to `tsv/2023/a.tsv.gz` and `tsv/_rejects/2023/a.rejects.jsonl.gz`
 */
export function placesOf(
  { envelope, lineage, input }: Pick<Step, 'envelope' | 'lineage' | 'input'>,
  extension: string,
  compression: keyof typeof compressionSuffix,
): { output: Place; quarantine: Place } {
  const { bucket, prefix } = envelope.output;
  const from = { key: input.key, sourcePrefix: lineage.sourcePrefix };
  try {
    return {
      output: {
        bucket,
        key: outputKey({ ...from, prefix, extension: extension + compressionSuffix[compression] }),
      },
      quarantine: {
        bucket,
        key: outputKey({ ...from, prefix: `${prefix}_rejects/`, extension: rejectsExtension }),
      },
    };
  } catch (error) {
    // The step is known by now, so the file can be rejected in its name.
    if (error instanceof BadEnvelope) throw new BadInput(error.fault, { cause: error });
    throw error;
  }
}

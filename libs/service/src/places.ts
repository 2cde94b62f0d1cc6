import { BadInput, type Converter, type SharedOptions, streamCompression } from '@tributary/codec';
import { BadEnvelope, companionKey, outputKey } from '@tributary/events';
import type { Place } from './standing-object.ts';
import type { Step } from './step.ts';

const compressionSuffix = { none: '', gzip: '.gz', zstd: '.zst' };
const rejectsExtension = '.jsonl.gz';

/** Under the output prefix. Athena, Spark and Hive leave folders that begin with an underscore out of a table. */
export const rejectsFolder = '_rejects/';

/** How the keys of all that a step writes end: of its outputs first. */
export function extensionsOf<Options extends SharedOptions>(
  converter: Pick<Converter<Options>, 'output'>,
  options: Pick<Options, 'output'>,
): [string, string] {
  const suffix = compressionSuffix[streamCompression(converter, options).compression];
  return [converter.output.extension + suffix, rejectsExtension];
}

/**
 * Where a step's output goes, and the quarantine file that is called by an id (see `rejectsIdOf`).
 * @throws {BadInput} `output-key-too-long`
 * @example `in/2023/a.txt.gz` under `in/` with prefix `tsv/` goes to `tsv/2023/a.tsv.gz` and `tsv/_rejects/2023/a.txt.gz.5f0c2a9be417.jsonl.gz`
 */
export function placesOf(
  { envelope, lineage, input }: Pick<Step, 'envelope' | 'lineage' | 'input'>,
  [outputExtension, rejectsExtension]: readonly [string, string],
): { output: Place; rejects: (id: string) => Place } {
  const { bucket, prefix } = envelope.output;
  const from = { key: input.key, sourcePrefix: lineage.sourcePrefix };
  return {
    output: placeAt(bucket, () => outputKey({ ...from, prefix, extension: outputExtension })),
    rejects: (id) =>
      placeAt(bucket, () =>
        companionKey({ ...from, prefix: prefix + rejectsFolder, suffix: `.${id}${rejectsExtension}` }),
      ),
  };
}

function placeAt(bucket: string, key: () => string): Place {
  try {
    return { bucket, key: key() };
  } catch (error) {
    // The step is known by now, so the file can be rejected in its name.
    if (error instanceof BadEnvelope) throw new BadInput(error.fault, { cause: error });
    throw error;
  }
}

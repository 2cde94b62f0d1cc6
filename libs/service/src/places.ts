import { BadInput, type Converter, type SharedOptions, streamCompression } from '@tributary/codec';
import { BadEnvelope, boundedKey, companionKey, outputKey, outputStem } from '@tributary/events';
import type { Place } from './standing-object.ts';
import type { Step } from './step.ts';

const compressionSuffix = { none: '', gzip: '.gz', zstd: '.zst' };
const rejectsExtension = '.jsonl.gz';
const schemaExtension = '.schema.json';
const manifestExtension = '.json';

/**
 * Under the output prefix lies what belongs to outputs and is no data. Athena, Spark and Hive leave folders that begin with
 * an underscore out of a table.
 */
export const companionFolders = { rejects: '_rejects/', schemas: '_schemas/', manifests: '_manifests/' };

/** Where a step writes. Places of what is not always written are made when asked for: their keys may be too long for S3. */
export interface Places {
  /** Where the output is one object. */
  output: Place;
  /** By the name that the parts of one output share, and the extension they have. */
  part: (path: string) => Place;
  stem: string;
  extension: string;
  /** The list of an output of several objects. */
  manifest: () => Place;
  /** The quarantine file and the inferred schema, called by an id: see `rejectsIdOf`. */
  rejects: (id: string) => Place;
  schema: (id: string) => Place;
}

/** How the keys of a step's output and of its quarantine file end. */
export function extensionsOf<Options extends SharedOptions>(
  converter: Pick<Converter<Options>, 'output'>,
  options: Pick<Options, 'output'>,
): [string, string] {
  const suffix = compressionSuffix[streamCompression(converter, options).compression];
  return [converter.output.extension + suffix, rejectsExtension];
}

/** How the keys of all that a step may write end: of its outputs first. */
export function allExtensionsOf<Options extends SharedOptions>(
  converter: Converter<Options>,
  options: Options,
): string[] {
  return [
    ...extensionsOf(converter, options),
    ...(converter.readsTwice ? [schemaExtension] : []),
    ...(converter.writesParts ? [manifestExtension] : []),
  ];
}

/**
 * Where a step's output goes, and all that belongs to it.
 * @throws {BadInput} `output-key-too-long`
 * @example `in/2023/a.txt.gz` under `in/` with prefix `tsv/` goes to `tsv/2023/a.tsv.gz` and `tsv/_rejects/2023/a.txt.gz.5f0c2a9be417.jsonl.gz`
 */
export function placesOf(
  { envelope, lineage, input }: Pick<Step, 'envelope' | 'lineage' | 'input'>,
  [extension, rejectsExtension]: readonly [string, string],
): Places {
  const { bucket, prefix } = envelope.output;
  const from = { key: input.key, sourcePrefix: lineage.sourcePrefix };
  const companion = (folder: string, suffix: string) =>
    placeAt(bucket, () => companionKey({ ...from, prefix: prefix + folder, suffix }));
  const stem = outputStem(from);
  const { rejects, schemas, manifests } = companionFolders;
  return {
    output: placeAt(bucket, () => outputKey({ ...from, prefix, extension })),
    part: (path) => placeAt(bucket, () => boundedKey(prefix + path)),
    stem,
    extension,
    // Of inputs that would share an output (a.txt and a.csv), one list.
    manifest: () => placeAt(bucket, () => boundedKey(`${prefix}${manifests}${stem}${manifestExtension}`)),
    rejects: (id) => companion(rejects, `.${id}${rejectsExtension}`),
    schema: (id) => companion(schemas, `.${id}${schemaExtension}`),
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

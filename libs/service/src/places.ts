import { BadInput, type Converter, type SharedOptions, streamCompression } from '@tributary/codec';
import {
  BadEnvelope,
  boundedKey,
  companionKey,
  outputKey,
  outputStem,
  placesByKey,
  renderFolder,
} from '@tributary/events';
import { digest } from './stamp.ts';
import type { Place } from './standing-object.ts';
import type { Step } from './step.ts';

const compressionSuffix = { none: '', gzip: '.gz', zstd: '.zst' };
const rejectsExtension = '.jsonl.gz';
const schemaExtension = '.schema.json';
const jsonExtension = '.json';
export const handoverExtension = '.leg';

/**
 * Under the output prefix lies what belongs to outputs and is no data. Athena, Spark and Hive leave folders that begin with
 * an underscore out of a table.
 */
export const companionFolders = {
  rejects: '_rejects/',
  schemas: '_schemas/',
  manifests: '_manifests/',
  reports: '_reports/',
  passed: '_passed/',
  memory: '_memory/',
  handovers: '_handovers/',
};

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
  /** One of the converter's documents, by such an id too. */
  document: (id: string, name: string) => Place;
  /** What says that the input has passed, where it goes on as it is. */
  passed: () => Place;
  /** What is remembered of the files of one source. */
  memory: () => Place;
  /** What one invocation leaves to the next, by such an id too. */
  handover: (id: string, name: string) => Place;
}

/** How the keys of a step's output and of its quarantine file end. */
export function extensionsOf<Options extends SharedOptions>(
  converter: Pick<Converter<Options>, 'output'>,
  options: Pick<Options, 'output'>,
): [string, string] {
  const suffix = compressionSuffix[streamCompression(converter, options).compression];
  return [converter.output.extension + suffix, rejectsExtension];
}

/** How the keys of all that a step may write end: of its outputs first, if it writes any. */
export function allExtensionsOf<Options extends SharedOptions>(
  converter: Converter<Options>,
  options: Options,
): string[] {
  const [output, rejects] = extensionsOf(converter, options);
  return [
    ...(converter.passesOn?.(options) ? [] : [output]),
    rejects,
    ...(converter.readsTwice ? [schemaExtension] : []),
    ...(converter.writesParts || converter.passesOn || converter.remembers ? [jsonExtension] : []),
    ...(converter.documents ?? []).map((name) => `.${name}`),
    ...(converter.resumes?.(options) ? [handoverExtension] : []),
  ];
}

/**
 * Where a step's output goes, and all that belongs to it.
 * @throws {BadInput} `output-key-too-long`, `no-such-key-part`, `bad-output-folder`
 * @example `in/2023/a.txt.gz` under `in/` with prefix `tsv/` goes to `tsv/2023/a.tsv.gz` and `tsv/_rejects/2023/a.txt.gz.5f0c2a9be417.jsonl.gz`
 */
export function placesOf(
  { envelope, lineage, input }: Pick<Step, 'envelope' | 'lineage' | 'input'>,
  [extension, rejectsExtension]: readonly [string, string],
): Places {
  const { bucket, prefix } = envelope.output;
  const from = { key: input.key, sourcePrefix: lineage.sourcePrefix };
  const { folder } = envelope.output;
  // Where the folder is made of the key's own, these are not added to it once more.
  const named =
    folder !== undefined && placesByKey(folder)
      ? { ...from, sourcePrefix: input.key.slice(0, input.key.lastIndexOf('/') + 1) }
      : from;
  const companion = (folder: string, suffix: string) =>
    placeAt(bucket, () => companionKey({ ...from, prefix: prefix + folder, suffix }));
  const whole = outputPrefixOf({ envelope, lineage, input });
  const stem = outputStem(named);
  const { rejects, schemas, manifests, reports, passed, memory, handovers } = companionFolders;
  return {
    output: placeAt(bucket, () => outputKey({ ...named, prefix: whole, extension })),
    part: (path) => placeAt(bucket, () => boundedKey(whole + path)),
    stem,
    extension,
    // Of inputs that would share an output (a.txt and a.csv), one list.
    manifest: () =>
      placeAt(bucket, () =>
        boundedKey(`${prefix}${manifests}${whole.slice(prefix.length)}${stem}${jsonExtension}`),
      ),
    rejects: (id) => companion(rejects, `.${id}${rejectsExtension}`),
    schema: (id) => companion(schemas, `.${id}${schemaExtension}`),
    document: (id, name) => companion(reports, `.${id}.${name}`),
    passed: () => companion(passed, jsonExtension),
    handover: (id, name) => placeAt(bucket, () => boundedKey(`${prefix}${handovers}${id}.${name}`)),
    memory: () =>
      placeAt(bucket, () =>
        boundedKey(`${prefix}${memory}${sourceIdOf({ envelope, lineage, input })}${jsonExtension}`),
      ),
  };
}

/**
 * What is put before the keys of outputs: the prefix, and the folder that the envelope has a template for.
 * @throws {BadInput} `no-such-key-part`, `bad-output-folder`
 */
export function outputPrefixOf({
  envelope,
  lineage,
  input,
}: Pick<Step, 'envelope' | 'lineage' | 'input'>): string {
  const { prefix, folder } = envelope.output;
  if (folder === undefined) return prefix;
  // Steps that ran before the root's time was told of know that of the event alone.
  const arrived = lineage.root.time ?? lineage.parentTime;
  return asBadInput(
    () => prefix + renderFolder(folder, { key: input.key, sourcePrefix: lineage.sourcePrefix, arrived }),
  );
}

/** Tells the feeds of a chain's step apart, by the prefix that their files lie under. */
function sourceIdOf({ envelope, lineage, input }: Pick<Step, 'envelope' | 'lineage' | 'input'>): string {
  return digest([envelope.chain, envelope.step, input.bucket, lineage.sourcePrefix]).slice(0, 12);
}

function placeAt(bucket: string, key: () => string): Place {
  return { bucket, key: asBadInput(key) };
}

function asBadInput<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    // The step is known by now, so the file can be rejected in its name.
    if (error instanceof BadEnvelope) throw new BadInput(error.fault, { cause: error });
    throw error;
  }
}

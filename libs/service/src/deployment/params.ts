import { BadOptions } from '@tributary/codec';
import * as z from 'zod';
import { quarantineDays } from './companion-lifecycle.ts';
import { keyArn } from './grants.ts';

const text = z.string().trim();

/**
 * What a service deployed alone is told by `--param=name=value`, or by the `params` of its serverless.yml. Without
 * `sourceBucket` it gets no rule and no access to data: chains bring both.
 */
export const deploymentParams = z.object({
  sourceBucket: text
    .default('')
    .describe('Bucket whose new objects are converted; nothing is wired up if left out.'),
  sourcePrefix: text.default('').describe('Only keys that begin so; a folder ends in `/`.'),
  sourceSuffix: text.default('').describe('Only keys that end so; several are separated by commas.'),
  after: text
    .regex(/^$|^[^/.]+\/[^/.]+$/, 'expected CHAIN/STEP')
    .default('')
    .describe(
      "Convert what this step (`CHAIN/STEP`; of a service deployed alone its chain and `convert`) has written, by its event and in its dialect, instead of new objects as such; bucket and prefix are then that step's output.",
    ),
  outputBucket: text.default('').describe('Bucket that results go to; the source bucket if left out.'),
  outputPrefix: text.default('').describe('Put before each output key; a folder ends in `/`.'),
  options: text
    .default('')
    .describe("JSON file with the converter's options, the same as the command takes."),
  createBuckets: z
    .union([z.boolean(), z.enum(['true', 'false', '']).transform((value) => value === 'true')])
    .default(false)
    .describe(
      'Make the buckets too: encrypted, TLS only, no public access, versioned, with events on. They outlive the stack.',
    ),
  quarantineDays: z.preprocess((value) => (value === '' ? undefined : value), quarantineDays),
  kmsKey: text
    .refine((value) => value === '' || keyArn.test(value), 'expected the ARN of a key of KMS')
    .default('')
    .describe(
      'ARN of the KMS key of source and output: the service may use it, and buckets that are made are encrypted under it.',
    ),
  chain: text
    .default('')
    .describe("Name of the chain in events, logs and metrics; the service's name if left out."),
});

export type DeploymentParams = z.output<typeof deploymentParams>;

/** Params of a service that is wired to its own source. */
export interface StandaloneParams extends Omit<DeploymentParams, 'sourceSuffix'> {
  sourceSuffixes: string[];
  /** Paths of files by the option that each holds. */
  optionFiles: Record<string, string>;
}

/** Every param of a service; `optionFiles` are options of its converter that may come in files of their own. */
export function paramNames(optionFiles: readonly string[] = []): string[] {
  return [...Object.keys(deploymentParams.shape), ...optionFiles];
}

/**
 * Checks the params; undefined if the service is deployed without a source.
 * @throws {BadOptions} `invalid-params`, `incomplete-params`, `source-loop`
 */
export function readParams(
  given: Record<string, unknown>,
  optionFiles: readonly string[] = [],
): StandaloneParams | undefined {
  const files = z.object(Object.fromEntries(optionFiles.map((name) => [name, text.default('')])));
  const parsed = z.intersection(deploymentParams, files).safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new BadOptions({ code: 'invalid-params', what: `Params do not fit: ${faults.join('; ')}` });
  }
  const { sourceSuffix, ...params } = deploymentParams.parse(given);
  if (params.sourceBucket === '') {
    const unset: Record<string, unknown> = deploymentParams.parse({});
    const stray = Object.entries(parsed.data).flatMap(([name, value]) =>
      value && value !== unset[name] ? [name] : [],
    );
    if (stray.length === 0) return undefined;
    throw new BadOptions({
      code: 'incomplete-params',
      what: `${stray.join(', ')} given without a source`,
      expected: '--param=sourceBucket=NAME',
    });
  }
  if (params.after !== '' && sourceSuffix !== '') {
    throw new BadOptions({
      code: 'contradicting-params',
      what: "sourceSuffix goes by an object's key, but `after` goes by a step's event",
      expected: 'one of them',
    });
  }
  const sourceSuffixes = sourceSuffix
    .split(',')
    .map((suffix) => suffix.trim())
    .filter(Boolean);
  return {
    ...params,
    outputBucket: params.outputBucket || params.sourceBucket,
    sourceSuffixes,
    optionFiles: files.parse(given),
  };
}

/**
 * Refuses a service that would wake itself: an output whose key the source rule matches. `extensions` are those of
 * all that it writes.
 * @throws {BadOptions} `source-loop`
 */
export function refuseLoop(params: StandaloneParams, extensions: readonly string[]): void {
  const { sourceBucket, sourcePrefix, sourceSuffixes, outputBucket, outputPrefix } = params;
  if (params.after !== '' || sourceBucket !== outputBucket) return;
  const overlapping = outputPrefix.startsWith(sourcePrefix) || sourcePrefix.startsWith(outputPrefix);
  if (!overlapping) return;
  const caught =
    sourceSuffixes.length === 0
      ? extensions
      : extensions.filter((extension) =>
          sourceSuffixes.some((suffix) => extension.endsWith(suffix) || suffix.endsWith(extension)),
        );
  if (caught.length === 0) return;
  throw new BadOptions({
    code: 'source-loop',
    what: `What the service writes to s3://${outputBucket}/${outputPrefix}*${caught[0]} would wake it again`,
    expected:
      'an output prefix apart from the source prefix, another bucket, or a sourceSuffix that outputs do not have',
    got: `source s3://${sourceBucket}/${sourcePrefix}*`,
  });
}

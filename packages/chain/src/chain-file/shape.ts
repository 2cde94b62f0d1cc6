import { keyArn, quarantineDays } from '@tributary/service/deployment';
import * as z from 'zod';
import { alarmShape } from './alarm-shape.ts';

/** Segments begin with a letter, so that no two names make one logical id. */
const name = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/, 'must be lower-case words joined by "-", as in drive-stats')
  .max(32);

const bucket = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be a bucket name: 3 to 63 of a-z, 0-9, "-" and "."');

const paramValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const source = z
  .strictObject({
    bucket: bucket.describe(
      'Bucket whose new objects start the chain. It must send its events to EventBridge.',
    ),
    prefix: z.string().default('').describe('Only keys that begin so; a folder ends in `/`.'),
    suffixes: z
      .array(z.string().min(1))
      .max(20)
      .default([])
      .describe('Only keys that end in one of these, compression included: `[.txt, .txt.gz]`.'),
    shared: z
      .boolean()
      .default(false)
      .describe(
        'Whether other chains may take the same objects; `chain check` else says so. Each of them says `true`.',
      ),
  })
  .describe('What starts the chain: steps without `after` come first.');

const output = z
  .strictObject({
    bucket: bucket.optional().describe("Bucket of the results; the chain's own `output.bucket` if left out."),
    prefix: z
      .string()
      .describe(
        'Put before the keys of results; a folder ends in `/`. From the first `{` on it is a template: `{date}`, `{year}`, `{month}`, `{day}`, `{hour}` of arrival (UTC), `{1}` to `{9}`, `{folder}` and `{name}` of the key below the source prefix. With a part of the key, only the file name is put after it.',
      ),
  })
  .describe('Where results go.');

const step = z.strictObject({
  service: z.string().min(1).describe('Service that does the work, by its folder under `services/`.'),
  description: z.string().max(400).optional().describe('For people.'),
  after: z
    .string()
    .regex(/^[^.]+(\.[^.]+)?$/, 'must be STEP or STEP.OUTCOME')
    .optional()
    .describe(
      'Step that this one follows, and its outcome: `to-tsv`, which means `to-tsv.completed`, `to-tsv.rejected` or `to-tsv.failed`. After the last two it reads what that step was to read. Without it the step starts at the source.',
    ),
  when: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'EventBridge pattern that the event must match besides, to route by content: size, rows, media type, partition.',
    ),
  options: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .default({})
    .describe(
      "The service's own options, or the path of a JSON or YAML file that holds them, relative to chain.yml. An option may itself be `{ $file: PATH }`.",
    ),
  output,
});

const archive = z
  .union([
    z.literal(false),
    z.strictObject({
      days: z.int().min(1).max(3650).default(30).describe('How long events are kept.'),
    }),
  ])
  .default({ days: 30 })
  .describe('Keeps the events of source and steps for replays; `false` for none.');

/** A chain.yml, once its variables are filled in. */
export const chainShape = z
  .strictObject({
    chain: name.describe('Name of the chain in events, logs and metrics; it never changes.'),
    description: z.string().max(400).optional().describe('For people.'),
    params: z.record(z.string(), z.record(z.string(), paramValue)).default({}).describe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as a person writes it
      'Values for `${param:NAME}` by stage, and under `default` for all; `--param=NAME=VALUE` goes over both. `${stage}` and `${region}` are there besides.',
    ),
    source,
    output: z
      .strictObject({ bucket: bucket.describe('Bucket of the results of all steps that name no other.') })
      .optional()
      .describe('Where results go, for all steps.'),
    createBuckets: z
      .array(bucket)
      .default([])
      .describe(
        'Buckets to make too: encrypted, TLS only, closed to the public, versioned, with events on. They outlive the chain.',
      ),
    quarantineDays,
    kms: z
      .string()
      .regex(keyArn, 'must be the ARN of a key of KMS')
      .optional()
      .describe(
        'ARN of the KMS key of the buckets: the services may use it, and `createBuckets` are encrypted under it.',
      ),
    archive,
    alarms: alarmShape.optional(),
    steps: z
      .record(name, step)
      .refine((steps) => Object.keys(steps).length > 0, 'must have a step')
      .describe('The steps by name.'),
  })
  .describe('A chain: a source, and the steps that its objects pass.');

export type ChainShape = z.output<typeof chainShape>;
export const outcomesOfStep = ['completed', 'rejected', 'failed'] as const;
export type AfterOutcome = (typeof outcomesOfStep)[number];

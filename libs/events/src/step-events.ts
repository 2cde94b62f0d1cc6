import * as z from 'zod';
import { defineEvent } from './event-contract.ts';

/** Source of every event a step publishes. */
export const STEP_SOURCE = 'tributary';

const count = z.number().int().nonnegative();
const milliseconds = z.number().nonnegative();

const objectRef = z.object({
  bucket: z.string().min(1),
  /** The key itself, never URL-encoded. */
  key: z.string().min(1),
  versionId: z.string().optional(),
  /** Without quotes. */
  etag: z.string(),
  bytes: count,
});

const output = objectRef.extend({
  rows: count.optional(),
  mediaType: z.string(),
  /** `gzip`, `zstd`; absent if the object is not compressed. */
  compression: z.string().optional(),
  /** Frictionless CSV Dialect of a text table. */
  dialect: z.record(z.string(), z.unknown()).optional(),
  /** Names of the fields in order. */
  fields: z.array(z.string()).optional(),
  /** Values of the columns that the outputs are parted by, outermost first: the rows themselves do not hold them. */
  partition: z.record(z.string(), z.string().nullable()).optional(),
});

/** What is known of the columns of all outputs. */
const schema = z.object({
  /** Whether the step found it by itself. */
  inferred: z.boolean(),
  /** Frictionless Table Schema; left out where it would make the event too large. */
  descriptor: z.record(z.string(), z.unknown()).optional(),
  /** The object that holds the descriptor, where it was inferred. `digest`: SHA-256 of its bytes, hexadecimal. */
  object: objectRef.extend({ digest: z.string() }).optional(),
});

/** Milliseconds. The phases overlap, so they may add up to more than `total`. */
const timings = z.object({
  /** From the time of the event to the start of the handler. */
  queued: milliseconds.optional(),
  read: milliseconds.optional(),
  convert: milliseconds.optional(),
  write: milliseconds.optional(),
  total: milliseconds,
});

const step = {
  /** Of this contract; rules made by `pattern()` hold to it. */
  version: z.literal('1'),
  chain: z.string().min(1),
  step: z.string().min(1),
  service: z.object({ name: z.string(), version: z.string() }),
  /** The id of the root S3 event: the same for every step that the file passes. */
  runId: z.string().min(1),
  /** The id of the event that woke this step. */
  parentId: z.string().min(1),
  /** Steps since the root event: 1 for the first. */
  hop: z.number().int().positive(),
  /** The object at the head of the run. Its sequencer orders runs over the same key; `time`: when it arrived, RFC 3339. */
  root: z.object({ bucket: z.string(), key: z.string(), sequencer: z.string(), time: z.string().optional() }),
  input: objectRef,
  /** The invocation that did the work, the first of them if several shared it; a retry by Lambda has the same id. */
  invocation: z
    .object({
      id: z.string(),
      /** When its handler began: RFC 3339 with milliseconds, where the event's own time has whole seconds. */
      startedAt: z.string(),
      /** Of the function, MiB. */
      memory: z.number().positive().optional(),
      /** How many have shared the work so far; left out where it is one. */
      leg: z.number().int().positive().optional(),
    })
    .optional(),
};

/** What was found out about the input. */
const facts = z.object({
  /** How its columns have changed; an item for each thing they were compared with, `schema` or `accepted`: the last accepted file. */
  drift: z
    .array(
      z.looseObject({
        against: z.string(),
        /** The strictest policy of all changes: `allow`, `warn` or `reject`. */
        verdict: z.string(),
        total: count,
      }),
    )
    .optional(),
  /** What is in its columns: nulls, distinct values, range, most frequent values. */
  profile: z.array(z.looseObject({ name: z.string() })).optional(),
});

const results = {
  rows: count.optional(),
  rejectedRows: count.optional(),
  /** The object that holds the rejected rows, if there are any. */
  quarantine: objectRef.extend({ rows: count.optional() }).optional(),
  schema: schema.optional(),
  /** Reports and the like that lie beside the outputs. */
  documents: z.array(objectRef.extend({ name: z.string(), mediaType: z.string() })).optional(),
  /** Of a repetition only as much as was kept with its output. */
  facts: facts.optional(),
  /** The object that lists the outputs where they are more than one; `files`: how many. */
  manifest: objectRef.extend({ files: count }).optional(),
  /** Things worth a look that did not stop a row, with how often, for instance `{"short-records": 12}`. */
  notices: z.record(z.string(), z.number()).optional(),
  /** Parts of this detail left out to keep the event within its size limit. */
  omitted: z.array(z.string()).optional(),
};

/**
 * - `completed`: the outputs were written now.
 * - `repeated`: the same input, options and version had been converted before; `outputs` are those that stand there.
 *   Without rows, dialect, fields and schema if the output is too large to carry them and the input is there no more.
 * - `skipped`: nothing to do, for instance a folder marker; no outputs.
 * - `superseded`: a newer input's output stands there already; no outputs.
 */
export const outcomes = ['completed', 'repeated', 'skipped', 'superseded'] as const;
export type Outcome = (typeof outcomes)[number];

export const stepStarted = defineEvent({
  source: STEP_SOURCE,
  detailType: 'Step Started',
  detail: z.object({ ...step, timings: timings.partial().optional() }),
});

/** No outcome: the step is still under way, and another invocation of its service goes on with it. */
export const stepHandedOver = defineEvent({
  source: STEP_SOURCE,
  detailType: 'Step Handed Over',
  detail: z.object({
    ...step,
    timings,
    /** Bytes of the input, as stored, that have been read. */
    progress: z.object({ bytesIn: count }),
  }),
});

export const stepCompleted = defineEvent({
  source: STEP_SOURCE,
  detailType: 'Step Completed',
  detail: z.object({
    ...step,
    ...results,
    outcome: z.enum(outcomes),
    /** Why, where the outcome is not `completed`, for instance `folder-marker`. */
    outcomeReason: z.string().optional(),
    /**
     * Where the outputs lie: the next step takes their keys relative to this prefix. A step that only judges its input
     * names the input itself as its output, and the prefix that it lies under.
     */
    output: z.object({ bucket: z.string(), prefix: z.string() }),
    /** Empty, and named in `omitted`, where they are too many for an event: the manifest lists them. */
    outputs: z.array(output),
    timings,
  }),
});

export const stepRejected = defineEvent({
  source: STEP_SOURCE,
  detailType: 'Step Rejected',
  detail: z.object({
    ...step,
    ...results,
    /** Why the file can never pass, as the error says it. */
    report: z.object({
      /** Stable, kebab-case. */
      code: z.string(),
      message: z.string(),
      expected: z.string().optional(),
      got: z.string().optional(),
      /** Lines and columns from 1, bytes from 0 in the inflated and the compressed input; JSON Pointer into the options. */
      where: z
        .object({
          line: z.number().optional(),
          column: z.number().optional(),
          byte: z.number().optional(),
          compressedByte: z.number().optional(),
          pointer: z.string().optional(),
        })
        .optional(),
    }),
    timings,
  }),
});

export type ObjectRef = z.output<typeof objectRef>;
export type StepOutput = z.output<typeof output>;
export type StepSchema = z.output<typeof schema>;
export type StepDocument = NonNullable<StepCompletedDetail['documents']>[number];
export type StepFacts = z.output<typeof facts>;
export type StepManifest = NonNullable<StepCompletedDetail['manifest']>;
export type StepTimings = z.output<typeof timings>;
export type StepStartedEvent = z.output<typeof stepStarted.schema>;
export type StepHandedOverEvent = z.output<typeof stepHandedOver.schema>;
export type StepCompletedEvent = z.output<typeof stepCompleted.schema>;
export type StepRejectedEvent = z.output<typeof stepRejected.schema>;
export type StepStartedDetail = StepStartedEvent['detail'];
export type StepCompletedDetail = StepCompletedEvent['detail'];
export type StepRejectedDetail = StepRejectedEvent['detail'];

import * as z from 'zod';

const object = z.strictObject({
  bucket: z
    .string()
    .optional()
    .describe("Bucket; that of the step's output if left out, where there is but one."),
  key: z.string().describe('Key; `*` stands for anything, as for the day of arrival.'),
  text: z.string().optional().describe('The whole content.'),
  rows: z.int().nonnegative().optional().describe('Rows of a Parquet file.'),
  values: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe('First rows of a Parquet file, by column; columns may be left out.'),
});

const event = z.strictObject({
  step: z.string(),
  type: z.enum(['Step Started', 'Step Completed', 'Step Rejected']),
  detail: z.record(z.string(), z.unknown()).default({}).describe('Part of the detail that must be so.'),
});

const put = z.strictObject({
  key: z.string().describe('Key in the bucket of the source.'),
  file: z.string().optional().describe('File to put there, relative to chain.test.yml.'),
  text: z.string().optional().describe('Or its content.'),
});

const testCase = z
  .strictObject({
    name: z.string().min(1),
    put: put.optional().describe('A file that comes in.'),
    event: z
      .strictObject({
        source: z.string(),
        'detail-type': z.string(),
        detail: z.record(z.string(), z.unknown()),
      })
      .optional()
      .describe('Or an event on the Tributary bus.'),
    steps: z.array(z.string()).describe('Steps whose rules must fire, and no others, in any order.'),
    events: z.array(event).default([]).describe('Events that must be told.'),
    objects: z.array(object).default([]).describe('Objects that must be there in the end.'),
  })
  .refine(({ put, event }) => (put === undefined) !== (event === undefined), 'must have `put` or `event`');

/** A chain.test.yml. */
export const testFile = z.strictObject({ cases: z.array(testCase).min(1) });
export type TestCase = z.output<typeof testCase>;

import * as z from 'zod';

const rate = z.number().min(0).max(1).default(0);
const each = (what: string) => rate.describe(`Share of ${what}`);

/** What goes wrong, and how often. Left out means never. */
export const faultPlanSchema = z.strictObject({
  seed: z
    .number()
    .int()
    .default(1)
    .describe('The same seed spoils the same requests, whatever order they come in'),
  s3: z
    .strictObject({
      internalError: each('requests that are answered by 500 InternalError'),
      slowDown: each('requests that are answered by 503 SlowDown'),
      clockSkew: each('requests that are answered by 403 RequestTimeTooSkewed'),
      diskFull: each('writes that fail for want of room once their body has come'),
      lostAnswer: each('requests that are carried out, but whose answer never arrives'),
      resetBody: each('bodies cut by a reset of the connection'),
      shortBody: each('bodies that end early but cleanly'),
      stalledBody: each('bodies that stop in the middle and never go on'),
      slowBody: each('bodies that come slowly'),
      slowMs: z
        .number()
        .int()
        .min(0)
        .max(60_000)
        .default(150)
        .describe('How long a slow body waits after each MiB'),
      staleHead: each('HEADs that answer as if the last write had not been'),
    })
    .prefault({})
    .describe('Requests of functions to S3'),
  publish: z
    .strictObject({
      throttle: each('PutEvents calls that are throttled'),
      failedEntry: each('entries that PutEvents reports as failed'),
      lostAnswer: each('PutEvents calls that are carried out and answered by 500'),
    })
    .prefault({})
    .describe('PutEvents calls of functions'),
  deliveries: z
    .strictObject({
      duplicate: each('deliveries made twice'),
      late: each(
        'deliveries that wait until `deliverLate`, as if hours had gone by; of a duplicate only the second',
      ),
      delay: each('deliveries held back, so that later events overtake them'),
      delayMs: z.number().int().min(0).max(3_600_000).default(200).describe('How long at most'),
    })
    .prefault({})
    .describe('Events on their way to a target'),
  functions: z
    .strictObject({
      kill: each('requests of a function at which its process is killed: before, during or after it'),
      killAtPublish: each('completed steps whose process is killed between write and publish'),
      outOfMemory: each('requests of a function at which it has used up its memory'),
      timeout: each('requests of a function at which its time is over'),
      away: z
        .record(z.string(), z.number().int().min(0))
        .default({})
        .describe(
          'Functions that are down at first: so many of their processes are killed at the first request',
        ),
      shares: z
        .record(z.string(), rate)
        .default({})
        .describe('Functions that meet only this share of all these faults, those of S3 and PutEvents too'),
    })
    .prefault({})
    .describe('Processes of functions'),
});

export type FaultPlan = z.output<typeof faultPlanSchema>;

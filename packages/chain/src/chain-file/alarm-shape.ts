import * as z from 'zod';

const share = z.number().gt(0).max(1);
const off = z.literal(false);

/** What to be alarmed of. A number is the most that is still in order; `false` turns an alarm off. */
export const alarmShape = z
  .strictObject({
    notify: z
      .array(
        z
          .string()
          .regex(
            /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
            'must be the ARN of an SNS topic: arn:aws:sns:REGION:ACCOUNT:TOPIC',
          ),
      )
      .max(5)
      .default([])
      .describe(
        'SNS topics that are told when an alarm goes off and when it is over. Without any it only shows.',
      ),
    failed: z
      .union([off, z.int().min(0).max(1_000_000)])
      .default(0)
      .describe(
        'Attempts of a step that fail, in 5 minutes; Lambda makes three before it gives up. Read it as: an alarm where there are more.',
      ),
    rejectedFiles: z
      .union([off, share])
      .default(0.1)
      .describe('Share of the files of a step that are rejected, in an hour.'),
    rejectedRows: z
      .union([off, share])
      .default(0.05)
      .describe(
        'Share of the rows of a step that go to quarantine, in an hour, of files that are completed.',
      ),
    stuck: z
      .boolean()
      .default(true)
      .describe('A step that started and was killed without a word: out of memory, or over its time.'),
    slow: z
      .union([off, z.number().gt(0).max(900)])
      .default(720)
      .describe(
        'Seconds that a file takes in a step: 900 is the most that Lambda gives, and the default of our services.',
      ),
    deadLetters: z
      .union([off, z.int().min(0).max(1_000_000)])
      .default(0)
      .describe('Events that could not be handed to their function and lie in the dead-letter queue.'),
    newestFile: z
      .union([off, z.int().min(1).max(168)])
      .default(false)
      .describe('Hours without a new file at the source, 168 at most: the feed is late.'),
    dashboard: z.boolean().default(true).describe('A CloudWatch dashboard of the chain besides.'),
  })
  .describe(
    'CloudWatch alarms for each step and the chain, and a dashboard; none if left out, `{}` for all with their defaults. `chain cost` says what they cost.',
  );

export type Alarms = z.output<typeof alarmShape>;

import * as z from 'zod';

/** Logical ids that templates give to queues of what could not be delivered or handled: the names of such queues hold them. */
export const deadLetterQueueIds = ['UndeliveredQueue', 'DeadLetterQueue'] as const;

/** A queue of what could not be delivered. */
export const deadLetterQueue = z.object({ name: z.string(), url: z.string(), messages: z.number() });

/** `GET /v1/dead-letters` */
export const deadLetterQueues = z.object({ queues: z.array(deadLetterQueue) });
export type DeadLetterQueues = z.output<typeof deadLetterQueues>;

export const deadLetter = z.object({
  id: z.string(),
  /** RFC 3339. */
  sentAt: z.string(),
  /** Of EventBridge, or the error of the function. */
  code: z.string().optional(),
  message: z.string().optional(),
  attempts: z.number().optional(),
  /** ARNs of the rule that could not deliver, and of its target. */
  rule: z.string().optional(),
  target: z.string().optional(),
  /** What it was about, where it can be told. */
  chain: z.string().optional(),
  step: z.string().optional(),
  runId: z.string().optional(),
  object: z.object({ bucket: z.string(), key: z.string() }).optional(),
  /** As it is in the queue. */
  body: z.string(),
});
export type DeadLetter = z.output<typeof deadLetter>;

/** `GET /v1/dead-letters/{queue}`: at most 100; SQS has no pages. */
export const deadLetters = z.object({ queue: deadLetterQueue, letters: z.array(deadLetter) });
export type DeadLetters = z.output<typeof deadLetters>;

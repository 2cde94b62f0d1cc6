import * as z from 'zod';

/** `POST /v1/replays`: what to do again. */
export const replayRequest = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('run'),
      run: z.string().min(1),
      step: z.string().optional().describe('From this step on (its name, or its id); the first if left out.'),
    }),
    z.object({
      kind: z.literal('day'),
      chain: z.string().min(1),
      date: z.iso.date().describe('Files that arrived on this day, UTC.'),
    }),
    z.object({
      kind: z.literal('code'),
      code: z.string().min(1).describe('Steps that this code of a rejection or failure stands for.'),
      since: z.union([z.iso.date(), z.iso.datetime({ offset: true })]),
      chain: z.string().optional(),
    }),
    z.object({
      kind: z.literal('dead-letters'),
      queue: z.string().min(1),
      ids: z.array(z.string()).optional().describe('Only these messages.'),
    }),
  ])
  .and(
    z.object({
      dryRun: z.boolean().default(false).describe('Say what would happen, and do nothing.'),
      limit: z.number().int().min(1).max(10_000).default(1000).describe('Refuse to do more at once.'),
    }),
  );
export type ReplayRequest = z.output<typeof replayRequest>;
export type ReplayRequestInput = z.input<typeof replayRequest>;

/** One invocation of a step with the envelope its rule makes. */
export const replayItem = z.object({
  chain: z.string(),
  step: z.string(),
  runId: z.string(),
  object: z.object({ bucket: z.string(), key: z.string() }).optional(),
  /** The function, by name. */
  function: z.string().optional(),
  /**
   * `would-start`: of a dry run. `started`: the function has the envelope. `refused`: see `why`, for instance the rule
   * is gone.
   */
  status: z.enum(['would-start', 'started', 'refused']),
  why: z.string().optional(),
});
export type ReplayItem = z.output<typeof replayItem>;

export const replayAnswer = z.object({
  dryRun: z.boolean(),
  items: z.array(replayItem),
  started: z.number(),
  refused: z.number(),
});
export type ReplayAnswer = z.output<typeof replayAnswer>;

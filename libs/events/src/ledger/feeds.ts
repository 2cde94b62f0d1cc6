import * as z from 'zod';
import { runState } from './run-state.ts';

/** One file of a feed. */
export const arrival = z.object({
  runId: z.string(),
  key: z.string(),
  /** RFC 3339. */
  at: z.string(),
  state: runState,
  bytes: z.number(),
  rows: z.number().optional(),
  rejectedRows: z.number(),
  drift: z.boolean(),
  /** Of its columns, see `runSummary`. */
  nullRatios: z.record(z.string(), z.number()).optional(),
});

/**
 * Why a feed stands out. `late`: the next file is overdue. Of the last file: `small` or `large` against the usual size, `rejects`
 * or `nulls` (a column with many more empty cells than usual), `drift` (changed columns), `failing`.
 */
export const feedMark = z.enum(['failing', 'late', 'small', 'large', 'rejects', 'nulls', 'drift']);
export type FeedMark = z.output<typeof feedMark>;

/** Files of one folder that a chain takes in: what comes from one place again and again. */
export const feed = z.object({
  chain: z.string(),
  bucket: z.string(),
  /** The folder of the keys; ends in "/" or is empty. */
  prefix: z.string(),
  files: z.number(),
  lastAt: z.string(),
  /** The usual time between two files; absent before there are four. */
  everyMs: z.number().optional(),
  /** When the next one is late; absent like `everyMs`. */
  dueAt: z.string().optional(),
  medianBytes: z.number(),
  /** Of all rows of the arrivals shown. */
  rejectRatio: z.number(),
  /** The emptiest columns of the last file and those that are marked, and what is usual for them. */
  nulls: z.array(z.object({ column: z.string(), last: z.number(), usual: z.number(), marked: z.boolean() })),
  marks: z.array(feedMark),
  /** The last 60, oldest first. */
  arrivals: z.array(arrival),
});
export type Feed = z.output<typeof feed>;

/** `GET /v1/feeds?chain=`: those that stand out first. */
export const feedsAnswer = z.object({ feeds: z.array(feed), asOf: z.string() });
export type FeedsAnswer = z.output<typeof feedsAnswer>;

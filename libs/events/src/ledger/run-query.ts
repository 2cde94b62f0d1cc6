import * as z from 'zod';
import { millisecondsOf, timeOf } from './instant.ts';
import { type RunSummary, run, runSummary } from './run.ts';
import { runState } from './run-state.ts';

const time = z.iso.datetime({ offset: true });

/** `GET /v1/runs`: newest first. All conditions hold together; `state` and `chain` may be given several times. */
export const runQuery = z.object({
  chain: z.array(z.string()).optional().describe('Runs of any of these chains.'),
  state: z.array(runState).optional().describe('Runs in any of these states.'),
  key: z.string().optional().describe('Part of the source object, as `bucket/key`.'),
  code: z.string().optional().describe('Runs with this code of a rejection or failure.'),
  from: time.optional().describe('Arrived then or later, RFC 3339.'),
  to: time.optional().describe('Arrived before, RFC 3339.'),
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('Runs of a page.'),
  cursor: z.string().optional().describe('`next` of the page before.'),
});
export type RunQuery = z.output<typeof runQuery>;
export type RunQueryInput = z.input<typeof runQuery>;

/** The answer. */
export const runPage = z.object({
  runs: z.array(runSummary),
  /** The cursor of the next page; absent on the last one. */
  next: z.string().optional(),
  /** Runs that match, over all pages. */
  total: z.number(),
  /** How many of them are in each state. */
  states: z.partialRecord(runState, z.number()),
  /** RFC 3339: where the ledger is at, and the oldest run that is still listed. */
  asOf: z.string(),
  oldest: z.string().optional(),
});
export type RunPage = z.output<typeof runPage>;

/** `GET /v1/runs/{id}` */
export const runAnswer = z.object({ run });
/** `GET /v1/runs/{id}/events`: as they came over the bus, in the order of time. */
export const eventsAnswer = z.object({ events: z.array(z.record(z.string(), z.unknown())) });

/** Whether a run is one of those asked for; pages left aside. */
export function matchesQuery(summary: RunSummary, query: Omit<RunQuery, 'limit' | 'cursor'>): boolean {
  return compileQuery(query)(summary);
}

/** The same, prepared for many runs. */
export function compileQuery(query: Omit<RunQuery, 'limit' | 'cursor'>): (summary: RunSummary) => boolean {
  const { chain, key, code } = query;
  const states = query.state && new Set(query.state);
  // Times of summaries are all printed alike, so they compare as texts.
  const from = query.from === undefined ? '' : timeOf(millisecondsOf(query.from));
  const to = query.to === undefined ? '~' : timeOf(millisecondsOf(query.to));
  return ({ state, chains, root, codes, startedAt }) =>
    startedAt >= from &&
    startedAt < to &&
    (states === undefined || states.has(state)) &&
    (chain === undefined || chain.some((name) => chains.includes(name))) &&
    (key === undefined || `${root.bucket}/${root.key}`.includes(key)) &&
    (code === undefined || codes.includes(code));
}

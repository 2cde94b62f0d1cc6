import * as z from 'zod';
import { runSummary } from './run.ts';

/**
 * `GET /v1/live`: server-sent events. Each has the id of the place in the ledger; a reader that comes back with
 * `Last-Event-ID` (or `?after=`) misses nothing. The answer ends at once with what there is to tell, so that it holds no
 * function busy; `retry:` says when to ask again, which EventSource does by itself. The first answer, asked for without
 * a place, tells the place alone.
 *
 * `event: run`, `data:` a `runSummary`, whenever a run has begun, changed or ended. `event: reset`, if the place is too
 * long ago to tell from: read the list anew.
 */
export const liveQuery = z.object({
  after: z.string().optional().describe('The id of the last event that was seen.'),
});
export type LiveQuery = z.output<typeof liveQuery>;

export const liveEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('run'), data: runSummary }),
  z.object({ event: z.literal('reset'), data: z.object({}) }),
]);
export type LiveEvent = z.output<typeof liveEvent>;

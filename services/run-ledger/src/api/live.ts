import type { RunSummary } from '@tributary/events/ledger';
import type { RunIndex } from '../index/run-index.ts';

/** When to ask again, milliseconds. */
const retry = 1000;
/** What one process has read another may read a little later. */
const overlapMs = 5_000;

/**
 * Server-sent events of all that changed since a place. A place is `<process>.<sequence>.<time>`: in the process that gave
 * it it is exact; in another one the time counts, and some of what is told was told before.
 */
export function liveEvents(
  index: RunIndex,
  {
    process,
    position,
    after,
    now,
  }: { process: string; position: number; after: string | undefined; now: number },
): string {
  const place = `${process}.${index.sequence}.${position}`;
  const changed = after === undefined ? [] : changedSince(index, { process, after, now });
  const events =
    changed === undefined
      ? [`event: reset\ndata: {}\n`]
      : changed.map((summary) => `event: run\ndata: ${JSON.stringify(summary)}\n`);
  // The place goes with each event, and alone where there is none: a comment would not be remembered.
  const told =
    events.length > 0
      ? events.map((event) => `id: ${place}\n${event}\n`).join('')
      : `id: ${place}\ndata:\n\n`;
  return `retry: ${retry}\n\n${told}`;
}

function changedSince(
  index: RunIndex,
  { process, after, now }: { process: string; after: string; now: number },
): RunSummary[] | undefined {
  const [from, sequence, time] = after.split('.');
  if (from === process) return index.changedSince(Number(sequence), now);
  const at = Number(time);
  return Number.isFinite(at) ? index.changedSinceTime(at - overlapMs, now) : undefined;
}

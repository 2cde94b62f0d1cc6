import { millisecondsOf } from './instant.ts';
import type { LedgerEvent } from './ledger-event.ts';

/** An event at the moment it tells of, as closely as it does. */
export interface Moment {
  event: LedgerEvent;
  /** Milliseconds since 1970. */
  at: number;
}

/** In the order of time; what begins goes before what ends at the same moment, and ids settle the rest. */
export function inOrder(events: Iterable<LedgerEvent>): Moment[] {
  const byId = new Map<string, LedgerEvent>();
  for (const event of events) byId.set(event.id, event);
  return [...byId.values()]
    .map((event) => ({ event, at: momentOf(event) }))
    .sort((a, b) => a.at - b.at || rank(a.event) - rank(b.event) || (a.event.id < b.event.id ? -1 : 1));
}

/** How often Lambda began anew by itself: for one and the same invocation. */
export function countRetries(moments: readonly Moment[]): number {
  const tries = new Map<string, number>();
  for (const { event } of moments) {
    const id = invocationOf(event);
    if (event.kind === 'started') tries.set(id, (tries.get(id) ?? 0) + 1);
    // The record of the failure also counts the attempts that fell before they could say that they started.
    if (event.kind === 'failed') {
      const counted = event.event.detail.requestContext.approximateInvokeCount;
      tries.set(id, Math.max(tries.get(id) ?? 0, counted));
    }
  }
  let retries = 0;
  for (const count of tries.values()) retries += Math.max(0, count - 1);
  return retries;
}

/** Milliseconds since 1970 at which the handler began, where the event tells. */
export function beginningOf(event: LedgerEvent): number | undefined {
  if (event.kind === 'failed') return undefined;
  const { invocation, timings } = event.event.detail;
  if (invocation !== undefined) return millisecondsOf(invocation.startedAt);
  return timings?.total === undefined ? undefined : millisecondsOf(event.time) - timings.total;
}

/** Milliseconds since 1970 that an event tells of, as closely as it does. */
export function momentOf(event: LedgerEvent): number {
  if (event.kind === 'failed') return millisecondsOf(event.event.detail.timestamp);
  const { invocation, timings } = event.event.detail;
  if (invocation === undefined) return millisecondsOf(event.time);
  return millisecondsOf(invocation.startedAt) + (event.kind === 'started' ? 0 : (timings?.total ?? 0));
}

function invocationOf(event: LedgerEvent): string {
  if (event.kind === 'failed') return event.event.detail.requestContext.requestId;
  return event.event.detail.invocation?.id ?? event.parentId;
}

function rank({ kind }: LedgerEvent): number {
  return kind === 'started' ? 0 : 1;
}

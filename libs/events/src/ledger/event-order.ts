import { stepStarted } from '../step-events.ts';

/** An event as the bus has it. */
type BusEvent = Readonly<Record<string, unknown>>;

/**
 * Events of a run in the order in which they came to be. The bus dates them by whole seconds: within one, a step comes before those
 * it woke, and its start before its end.
 * @example `events.sort(compareInRun)`
 */
export function compareInRun(a: BusEvent, b: BusEvent): number {
  return (
    compare(String(a.time), String(b.time)) ||
    hopOf(a) - hopOf(b) ||
    Number(isEnd(a)) - Number(isEnd(b)) ||
    compare(String(a.id), String(b.id))
  );
}

/** Lambda's record of a failure tells no hop: it comes last. */
function hopOf({ detail }: BusEvent): number {
  const hop = (detail as { hop?: unknown } | undefined)?.hop;
  return typeof hop === 'number' ? hop : Number.MAX_SAFE_INTEGER;
}

function isEnd(event: BusEvent): boolean {
  return event['detail-type'] !== stepStarted.detailType;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What an event's place in the bucket follows from. */
export interface Placed {
  id: string;
  time: string;
  chain: string;
  runId: string;
}

/** `ledger/chain=<chain>/` */
export function chainPrefix(chain: string): string {
  return `ledger/chain=${escapeValue(chain)}/`;
}

/** `ledger/chain=<chain>/date=<date>/`: the date is the event's own, UTC. */
export function dayPrefix(chain: string, date: string): string {
  return `${chainPrefix(chain)}date=${date}/`;
}

/** The date of such a prefix; undefined of any other. */
export function dateOfDay(prefix: string): string | undefined {
  return /\/date=([\d-]+)\/$/.exec(prefix)?.[1];
}

/** `ledger/chain=<chain>/date=<date>/run=<run>/` */
export function runPrefix(chain: string, date: string, runId: string): string {
  return `${dayPrefix(chain, date)}run=${escapeValue(runId)}/`;
}

/** The same event has the same key, however often and whenever it comes. */
export function eventKey({ id, time, chain, runId }: Placed): string {
  return `${runPrefix(chain, dateOf(time), runId)}${escapeValue(id)}.json`;
}

/** Keys of the journal are in the order of time; `id` keeps those of one millisecond apart. */
export function journalKey(at: number, id: string): string {
  const time = new Date(at).toISOString();
  return `journal/${dateOf(time)}/${time}-${escapeValue(id)}.jsonl`;
}

/** Milliseconds since 1970 of a journal object; NaN if it is none. */
export function journalTime(key: string): number {
  const time = /^journal\/[\d-]{10}\/([\d-]{10}T[\d:.]{12}Z)-/.exec(key)?.[1];
  return time === undefined ? Number.NaN : Date.parse(time);
}

/** Where what could not be read as an event is kept. */
export function unreadableKey(at: number, id: string): string {
  return `unreadable/${dateOf(new Date(at).toISOString())}/${escapeValue(id)}.txt`;
}

export function dateOf(time: string): string {
  return time.slice(0, 10);
}

/** Days from one to the other, both included; undefined if they are more than `most`. */
export function datesBetween(from: string, to: string, most: number): string[] | undefined {
  const [first, last] = [dateOf(from), dateOf(to)].map((date) => Date.parse(date)) as [number, number];
  const days = (last - first) / 86_400_000 + 1;
  if (days > most) return undefined;
  return Array.from({ length: Math.max(0, days) }, (_, day) =>
    dateOf(new Date(first + day * 86_400_000).toISOString()),
  );
}

/** As values of Hive partitions are escaped: nothing that a path or a pattern would take for its own. */
export function escapeValue(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

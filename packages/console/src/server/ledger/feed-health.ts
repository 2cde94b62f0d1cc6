import type { Feed, FeedMark, FeedsAnswer, RunSummary } from '@tributary/events/ledger';
import { median } from './chain-activity.ts';
import { folderOf, type RunEntry } from './run-entry.ts';

const MOST_ARRIVALS = 60;
/** Fewer files show no habit. */
const FEWEST_FOR_HABIT = 4;
/** A file may come this much later than usual before it is late. */
const PATIENCE = 1.5;
const SHORTEST_PATIENCE_MS = 60_000;
/** Times the median beyond which a file is odd. */
const ODD_SIZE = 3;
const ODD_REJECT_RATIO = 0.01;

/** The health of each source, out of runs, newest first; those that stand out come first. */
export function feedHealth(entries: Iterable<RunEntry>, now: number, chain?: string): FeedsAnswer {
  const files = new Map<
    string,
    { feed: Pick<Feed, 'chain' | 'bucket' | 'prefix'>; runs: RunSummary[]; files: number }
  >();
  for (const { summary } of entries) {
    const { bucket, key } = summary.root;
    for (const name of rootChains(summary)) {
      if (chain !== undefined && chain !== name) continue;
      const prefix = folderOf(key);
      const id = `${name} ${bucket}/${prefix}`; // neither chains nor buckets have blanks in their names
      const found = files.get(id) ?? { feed: { chain: name, bucket, prefix }, runs: [], files: 0 };
      found.files += 1;
      if (found.runs.length < MOST_ARRIVALS) found.runs.push(summary);
      files.set(id, found);
    }
  }
  const feeds = [...files.values()].map(({ feed, runs, files: count }) =>
    judge(feed, runs.reverse(), count, now),
  );
  feeds.sort((a, b) => b.marks.length - a.marks.length || (a.lastAt < b.lastAt ? 1 : -1));
  return { feeds, asOf: new Date(now).toISOString() };
}

/** The chains that took the file in: a chain that only goes on with what another wrote has no feed of its own. */
function rootChains({ steps, chains }: RunSummary): string[] {
  const [first] = steps;
  return first === undefined ? chains : [first.chain];
}

function judge(
  feed: Pick<Feed, 'chain' | 'bucket' | 'prefix'>,
  runs: RunSummary[],
  files: number,
  now: number,
): Feed {
  const arrivals = runs.map(({ id, root, startedAt, state, bytes, rows, drift }) => ({
    runId: id,
    key: root.key,
    at: startedAt,
    state,
    bytes: bytes.in,
    ...(rows.in !== undefined && { rows: rows.in }),
    rejectedRows: rows.rejected,
    drift,
  }));
  const last = arrivals.at(-1)!;
  const lastAt = Date.parse(last.at);
  const times = arrivals.map(({ at }) => Date.parse(at));
  const everyMs =
    arrivals.length < FEWEST_FOR_HABIT
      ? undefined
      : (median(times.slice(1).map((at, index) => at - times[index]!)) ?? undefined);
  const dueAt =
    everyMs === undefined ? undefined : lastAt + Math.max(everyMs * PATIENCE, SHORTEST_PATIENCE_MS);
  const before = arrivals.slice(0, -1).map(({ bytes }) => bytes);
  const usual = before.length + 1 < FEWEST_FOR_HABIT ? undefined : (median(before) ?? undefined);
  const rows = arrivals.reduce((sum, one) => sum + (one.rows ?? 0), 0);
  const rejected = arrivals.reduce((sum, one) => sum + one.rejectedRows, 0);
  const marks: [FeedMark, boolean][] = [
    ['failing', last.state === 'failed' || last.state === 'rejected' || last.state === 'stuck'],
    ['late', dueAt !== undefined && now > dueAt],
    ['small', usual !== undefined && last.bytes * ODD_SIZE < usual],
    ['large', usual !== undefined && last.bytes > usual * ODD_SIZE],
    ['rejects', last.rejectedRows > 0 && last.rejectedRows / Math.max(1, last.rows ?? 0) > ODD_REJECT_RATIO],
    ['drift', last.drift],
  ];
  return {
    ...feed,
    files,
    lastAt: last.at,
    ...(everyMs !== undefined && { everyMs }),
    ...(dueAt !== undefined && { dueAt: new Date(dueAt).toISOString() }),
    medianBytes: median(arrivals.map(({ bytes }) => bytes)) ?? 0,
    rejectRatio: rows === 0 ? 0 : rejected / rows,
    marks: marks.filter(([, holds]) => holds).map(([mark]) => mark),
    arrivals,
  };
}

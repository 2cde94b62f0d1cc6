import type { Feed, FeedMark, RunSummary } from '@tributary/events/ledger';

const shownArrivals = 60;
const maxFeeds = 1_000;
/** Gaps and sizes are compared with those of as many files before. */
const window = 30;

/** What comes in of each chain and folder, out of the runs, newest first. Those that stand out come first. */
export function feedsOf(
  runs: Iterable<RunSummary>,
  { chain, now }: { chain?: string | undefined; now: number },
): Feed[] {
  const byFeed = new Map<
    string,
    { chain: string; bucket: string; prefix: string; files: number; runs: RunSummary[] }
  >();
  for (const run of runs) {
    const { bucket, key } = run.root;
    const prefix = key.slice(0, key.lastIndexOf('/') + 1);
    for (const name of run.chains) {
      if (chain !== undefined && name !== chain) continue;
      const id = JSON.stringify([name, bucket, prefix]);
      let feed = byFeed.get(id);
      if (feed === undefined) {
        if (byFeed.size >= maxFeeds) continue;
        feed = { chain: name, bucket, prefix, files: 0, runs: [] };
        byFeed.set(id, feed);
      }
      feed.files++;
      if (feed.runs.length < shownArrivals) feed.runs.push(run);
    }
  }
  return [...byFeed.values()]
    .map((feed) => judge(feed, now))
    .sort((a, b) => b.marks.length - a.marks.length || (a.lastAt < b.lastAt ? 1 : -1));
}

function judge(
  {
    chain,
    bucket,
    prefix,
    files,
    runs,
  }: { chain: string; bucket: string; prefix: string; files: number; runs: RunSummary[] },
  now: number,
): Feed {
  const [last] = runs as [RunSummary];
  const times = runs.slice(0, window).map(({ startedAt }) => Date.parse(startedAt));
  const gaps = times.slice(1).map((time, index) => times[index]! - time);
  const everyMs = gaps.length >= 3 ? median(gaps) : undefined;
  // Some days have no file: the longest gap so far is no surprise, half as much again is.
  const dueAt =
    everyMs === undefined ? undefined : times[0]! + Math.max(2 * everyMs, 1.5 * Math.max(...gaps), 60_000);
  const medianBytes = median(runs.slice(1, window).map(({ bytes }) => bytes.in)) ?? last.bytes.in;
  const rows = sum(runs.map(({ rows: { in: count = 0 } }) => count));
  const rejected = sum(runs.map((run) => run.rows.rejected));
  const rejectRatio = rows === 0 ? 0 : rejected / rows;

  const marks: FeedMark[] = [];
  if (dueAt !== undefined && now > dueAt) marks.push('late');
  if (runs.length > 4 && last.bytes.in < medianBytes / 2) marks.push('small');
  if (runs.length > 4 && last.bytes.in > medianBytes * 2) marks.push('large');
  const lastRatio = last.rows.rejected / Math.max(1, last.rows.in ?? 0);
  if (last.rows.rejected > 0 && lastRatio > 2 * rejectRatio) marks.push('rejects');
  if (last.drift) marks.push('drift');
  if (['failed', 'rejected', 'stuck'].includes(last.state)) marks.push('failing');
  return {
    chain,
    bucket,
    prefix,
    files,
    lastAt: last.startedAt,
    ...(everyMs !== undefined && { everyMs }),
    ...(dueAt !== undefined && { dueAt: new Date(dueAt).toISOString() }),
    medianBytes,
    rejectRatio,
    marks,
    arrivals: runs.map(arrivalOf).reverse(),
  };
}

function arrivalOf(run: RunSummary): Feed['arrivals'][number] {
  return {
    runId: run.id,
    key: run.root.key,
    at: run.startedAt,
    state: run.state,
    bytes: run.bytes.in,
    ...(run.rows.in !== undefined && { rows: run.rows.in }),
    rejectedRows: run.rows.rejected,
    drift: run.drift,
  };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

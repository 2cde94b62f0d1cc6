import type { Feed, FeedMark, RunSummary } from '@tributary/events/ledger';

const shownArrivals = 60;
const maxFeeds = 1_000;
/** Gaps and sizes are compared with those of as many files before. */
const window = 30;
/** Fewer files show no habit. */
const habit = 4;
/** Times the usual, beyond which a file is odd. */
const odd = 2;
/** A column whose empty cells are more by less than this share of all is as usual. */
const oddNulls = 0.05;
const shownColumns = 8;
const shortestPatienceMs = 60_000;

type Source = Pick<Feed, 'chain' | 'bucket' | 'prefix'>;

/** Files of one feed, newest first. */
interface Gathered {
  source: Source;
  files: number;
  runs: RunSummary[];
}

/** What comes in of each chain and folder, out of the runs, newest first. Those that stand out come first. */
export function feedsOf(
  runs: Iterable<RunSummary>,
  { chain, now }: { chain?: string | undefined; now: number },
): Feed[] {
  const feeds = new Map<string, Gathered>();
  for (const run of runs) {
    const { bucket, key } = run.root;
    const prefix = key.slice(0, key.lastIndexOf('/') + 1);
    for (const name of takersOf(run)) {
      if (chain !== undefined && name !== chain) continue;
      const id = `${name} ${bucket}/${prefix}`; // neither chains nor buckets have blanks in their names
      let feed = feeds.get(id);
      if (feed === undefined) {
        if (feeds.size >= maxFeeds) continue;
        feed = { source: { chain: name, bucket, prefix }, files: 0, runs: [] };
        feeds.set(id, feed);
      }
      feed.files++;
      if (feed.runs.length < shownArrivals) feed.runs.push(run);
    }
  }
  return [...feeds.values()]
    .map((feed) => judge(feed, now))
    .sort((a, b) => b.marks.length - a.marks.length || (a.lastAt < b.lastAt ? 1 : -1));
}

/** Chains that S3 woke for the file: one that goes on with what another wrote has no feed of its own. */
function takersOf({ steps }: RunSummary): Set<string> {
  return new Set(steps.filter(({ after }) => after === undefined).map(({ chain }) => chain));
}

function judge({ source, files, runs }: Gathered, now: number): Feed {
  const [last, ...before] = runs as [RunSummary, ...RunSummary[]];
  const known = runs.length >= habit;
  const times = runs.slice(0, window).map(({ startedAt }) => Date.parse(startedAt));
  const gaps = times.slice(1).map((time, index) => times[index]! - time);
  const everyMs = known ? median(gaps) : undefined;
  // Some days have no file: the longest gap so far is no surprise, half as much again is.
  const dueAt =
    everyMs === undefined
      ? undefined
      : times[0]! + Math.max(odd * everyMs, 1.5 * Math.max(...gaps), shortestPatienceMs);
  const medianBytes = median(before.slice(0, window).map(({ bytes }) => bytes.in)) ?? last.bytes.in;
  const rejectRatio = rejectRatioOf(runs);
  const nulls = nullsOf(last, before.slice(0, window));
  const marks: Record<FeedMark, boolean> = {
    failing: ['failed', 'rejected', 'stuck'].includes(last.state),
    late: dueAt !== undefined && now > dueAt,
    small: known && last.bytes.in < medianBytes / odd,
    large: known && last.bytes.in > medianBytes * odd,
    // A few more bad rows than none are not many.
    rejects: rejectRatioOf([last]) > Math.max(0.01, odd * rejectRatioOf(before)),
    nulls: nulls.some(({ marked }) => marked),
    drift: last.drift,
  };
  return {
    ...source,
    files,
    lastAt: last.startedAt,
    ...(everyMs !== undefined && { everyMs }),
    ...(dueAt !== undefined && { dueAt: new Date(dueAt).toISOString() }),
    medianBytes,
    rejectRatio,
    nulls,
    marks: (Object.keys(marks) as FeedMark[]).filter((mark) => marks[mark]),
    arrivals: runs.map(arrivalOf).reverse(),
  };
}

function rejectRatioOf(runs: readonly RunSummary[]): number {
  const rows = sum(runs.map(({ rows: { in: count = 0 } }) => count));
  return rows === 0 ? 0 : sum(runs.map((run) => run.rows.rejected)) / rows;
}

/** Columns of the last file against those before it whose cells were counted. */
function nullsOf(last: RunSummary, before: readonly RunSummary[]): Feed['nulls'] {
  const counted = before.flatMap(({ nullRatios }) => (nullRatios ? [nullRatios] : []));
  return Object.entries(last.nullRatios ?? {})
    .map(([column, ratio]) => {
      const usual = median(counted.map((ratios) => ratios[column] ?? 0)) ?? ratio;
      const marked = counted.length + 1 >= habit && ratio > Math.max(odd * usual, usual + oddNulls);
      return { column, last: ratio, usual, marked };
    })
    .sort((a, b) => Number(b.marked) - Number(a.marked) || b.last - a.last)
    .slice(0, shownColumns);
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
    ...(run.nullRatios && { nullRatios: run.nullRatios }),
  };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

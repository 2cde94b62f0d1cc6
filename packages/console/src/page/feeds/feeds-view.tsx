import type { Feed, FeedMark, FeedsAnswer } from '@tributary/events/ledger';
import { useAnswer } from '../api.ts';
import { formatAgo, formatBytes, formatCount, formatDuration, formatShare, formatTime } from '../format.ts';
import { EmptyState, FaultNote, Loading } from '../parts/notes.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { linkTo } from '../route.ts';
import { FeedChart } from './feed-chart.tsx';

const markNames: Record<FeedMark, string> = {
  late: 'Late',
  small: 'Small',
  large: 'Large',
  rejects: 'Many rejects',
  nulls: 'Many empty cells',
  drift: 'Columns changed',
  failing: 'Failing',
};

/** The health of each source over time. */
export function FeedsView() {
  const { data, error } = useAnswer<FeedsAnswer>('v1/feeds', { live: true });
  return (
    <>
      <header class="view-head">
        <h1>Feeds</h1>
        <span class="faint">
          {data &&
            `${data.feeds.length} ${data.feeds.length === 1 ? 'source' : 'sources, those that stand out first'}`}
        </span>
      </header>
      {error && <FaultNote error={error} />}
      {!data && !error && <Loading />}
      {data?.feeds.length === 0 && (
        <EmptyState icon="feeds" title="No feed yet">
          <p>
            A folder becomes a feed with its first file. After four files its habit is known, and what is
            late, odd in size or full of rejects stands out. Start at the{' '}
            <a href={linkTo(['chains'])}>chains</a>.
          </p>
        </EmptyState>
      )}
      <div class="feeds">
        {data?.feeds.map((feed) => (
          <FeedCard key={`${feed.chain} ${feed.bucket}/${feed.prefix}`} feed={feed} now={data.asOf} />
        ))}
      </div>
    </>
  );
}

function FeedCard({ feed, now }: { feed: Feed; now: string }) {
  const { chain, bucket, prefix, files, lastAt, everyMs, dueAt, medianBytes, rejectRatio, marks } = feed;
  const late = dueAt !== undefined && Date.parse(now) > Date.parse(dueAt);
  return (
    <article class={`card feed ${marks.length > 0 ? 'stands-out' : ''}`}>
      <header class="card-head">
        <div>
          <h2 class="mono">
            {bucket}/{prefix}
          </h2>
          <p class="faint">
            into {chain} · last <time title={formatTime(lastAt)}>{formatAgo(lastAt, Date.parse(now))}</time>
          </p>
        </div>
        <div class="feed-marks">
          {marks.map((mark) => (
            <span key={mark} class={`feed-mark is-${mark}`}>
              {markNames[mark]}
            </span>
          ))}
          {marks.length === 0 && <span class="feed-mark is-well">As usual</span>}
        </div>
      </header>
      <FeedChart feed={feed} />
      <dl class="figures small">
        <div class="figure">
          <dt>Files</dt>
          <dd>
            <a href={linkTo(['runs'], { key: `${bucket}/${prefix}`, chain })}>{formatCount(files)}</a>
          </dd>
        </div>
        <div class="figure">
          <dt>Every</dt>
          <dd>{everyMs === undefined ? 'not known yet' : formatDuration(everyMs)}</dd>
        </div>
        <div class={`figure ${late ? 'is-rejected' : ''}`}>
          <dt>Next due</dt>
          <dd>
            {dueAt === undefined
              ? '–'
              : late
                ? `${formatDuration(Date.parse(now) - Date.parse(dueAt))} late`
                : formatTime(dueAt)}
          </dd>
        </div>
        <div class="figure">
          <dt>Usual size</dt>
          <dd>{formatBytes(medianBytes)}</dd>
        </div>
        <div class="figure">
          <dt>Rejected rows</dt>
          <dd>{formatShare(rejectRatio)}</dd>
        </div>
      </dl>
      {feed.nulls.length > 0 && <EmptyCells feed={feed} />}
    </article>
  );
}

/** Columns with empty cells: their share over time, the last against the usual. */
function EmptyCells({ feed: { nulls, arrivals } }: { feed: Feed }) {
  return (
    <table class="empty-cells">
      <caption class="faint">Empty cells by column, file by file</caption>
      <tbody>
        {nulls.map(({ column, last, usual, marked }) => (
          <tr key={column} class={marked ? 'is-rejected' : ''}>
            <th scope="row" class="mono">
              {column}
            </th>
            <td>
              <Sparkline
                kind="bars"
                values={arrivals.map(({ nullRatios }) => nullRatios?.[column] ?? (nullRatios ? 0 : null))}
                label={`Empty cells of ${column}`}
                width={220}
                height={22}
                full={1}
              />
            </td>
            <td class="number">{formatShare(last)}</td>
            <td class="faint">usually {formatShare(usual)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

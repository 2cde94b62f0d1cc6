import type { Feed } from '@tributary/events/ledger';
import { formatBytes, formatCount, formatShare, formatTime } from '../format.ts';
import { stateNames } from '../parts/state-mark.tsx';
import { linkTo } from '../route.ts';

const HEIGHT = 64;
const REJECTS = 18;

/** A bar for each file: height its size against the usual, colour and foot its state, below it the share of rejected rows. */
export function FeedChart({ feed: { arrivals, medianBytes } }: { feed: Feed }) {
  const most = Math.max(1, ...arrivals.map(({ bytes }) => bytes));
  const usual = HEIGHT - (medianBytes / most) * HEIGHT;
  const slots = Math.max(20, arrivals.length);
  return (
    <figure class="feed-chart">
      <div
        class="bars"
        style={{ gridTemplateColumns: `repeat(${slots}, minmax(0, 1fr))`, height: `${HEIGHT}px` }}
      >
        <i class="usual" style={{ top: `${usual}px` }} title={`Usual size ${formatBytes(medianBytes)}`} />
        {arrivals.map(({ runId, key, at, state, bytes, rows, rejectedRows, drift }) => {
          const ratio = rows ? rejectedRows / rows : 0;
          const words = `${key}, ${formatTime(at)}: ${stateNames[state]}, ${formatBytes(bytes)}, ${formatCount(rows)} rows, ${formatShare(ratio)} rejected${drift ? ', columns changed' : ''}`;
          return (
            <a
              key={runId}
              class={`bar is-${state}`}
              href={linkTo(['runs', runId])}
              aria-label={words}
              title={words}
            >
              {drift && <span class="drift-mark" aria-hidden="true" />}
              <i style={{ height: `${Math.max(3, (bytes / most) * HEIGHT)}px` }} />
            </a>
          );
        })}
      </div>
      <div
        class="bars rejects-bars"
        aria-hidden="true"
        style={{ gridTemplateColumns: `repeat(${slots}, minmax(0, 1fr))`, height: `${REJECTS}px` }}
      >
        {arrivals.map(({ runId, rows, rejectedRows }) => (
          <span key={runId}>
            {rejectedRows > 0 && (
              <i
                style={{
                  height: `${Math.max(2, Math.min(1, Math.sqrt(rejectedRows / Math.max(1, rows ?? 1))) * REJECTS)}px`,
                }}
              />
            )}
          </span>
        ))}
      </div>
      <figcaption class="faint">
        Size of each file, oldest first; the line is the usual size. Below: share of rejected rows.
      </figcaption>
    </figure>
  );
}

import type { RunSummary } from '@tributary/events/ledger';
import { useEffect, useRef, useState } from 'preact/hooks';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatTime,
  formatWhen,
  splitKey,
} from '../format.ts';
import { StateMark, stateNames } from '../parts/state-mark.tsx';
import { linkTo } from '../route.ts';

const OVERSCAN = 8;
/** More is asked for when so few rows are left below. */
const AHEAD = 200;

/** Only the rows in view are in the page, however many runs there are. */
export function RunList({
  runs,
  total,
  onEnd,
}: {
  runs: readonly RunSummary[];
  total: number;
  onEnd: () => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const [seen, setSeen] = useState({ first: 0, count: 40 });

  useEffect(() => {
    const look = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / rowHeight) - OVERSCAN);
      const count = Math.ceil(innerHeight / rowHeight) + 2 * OVERSCAN;
      setSeen((before) => (before.first === first && before.count === count ? before : { first, count }));
      if (first + count + AHEAD > runs.length) onEnd();
    };
    look();
    addEventListener('scroll', look, { passive: true, capture: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look, { capture: true });
      removeEventListener('resize', look);
    };
  }, [rowHeight, runs.length, onEnd]);

  const shown = runs.slice(seen.first, seen.first + seen.count);
  return (
    <div class="run-list card">
      <div class="run-head" aria-hidden="true">
        <span>State</span>
        <span>Source object</span>
        <span>Steps</span>
        <span class="number">Rows</span>
        <span class="number">Rejected</span>
        <span class="number">Size</span>
        <span class="number">Took</span>
        <span class="number">Arrived</span>
      </div>
      <div
        ref={list}
        role="list"
        aria-label={`${formatCount(total)} runs, newest first`}
        class="rows"
        style={{ height: `${runs.length * rowHeight}px` }}
      >
        {shown.map((run, at) => (
          <div
            key={run.id}
            role="listitem"
            aria-setsize={total}
            aria-posinset={seen.first + at + 1}
            class="row-place"
            style={{ transform: `translateY(${(seen.first + at) * rowHeight}px)`, height: `${rowHeight}px` }}
          >
            <RunRow run={run} />
          </div>
        ))}
      </div>
      {runs.length < total && (
        <p class="faint list-foot">
          {formatCount(runs.length)} of {formatCount(total)} read; scroll for more
        </p>
      )}
    </div>
  );
}

function RunRow({ run }: { run: RunSummary }) {
  const { id, state, root, rows, bytes, milliseconds, startedAt, steps, codes, drift, retries } = run;
  const { folder, name } = splitKey(root.key);
  return (
    <a
      class="run-row"
      href={linkTo(['runs', id])}
      data-row
      data-run={id}
      aria-label={`${stateNames[state]}: ${root.bucket}/${root.key}, ${formatTime(startedAt)}`}
    >
      <span class={`state is-${state}`}>
        <StateMark state={state} />
        <span class="state-name">{stateNames[state]}</span>
      </span>
      <span class="key" title={`${root.bucket}/${root.key}`}>
        <span class="faint">
          {root.bucket}/{folder}
        </span>
        <b>{name}</b>
        {codes.map((code) => (
          <code key={code} class="tag">
            {code}
          </code>
        ))}
        {drift && <span class="tag is-drift">drift</span>}
        {retries > 0 && <span class="tag">{retries} retried</span>}
      </span>
      <span class="step-marks" aria-hidden="true">
        {steps.slice(0, 6).map((step) => (
          <StateMark key={step.id} state={step.state} size={13} />
        ))}
        {steps.length > 6 && <span class="faint">+{steps.length - 6}</span>}
      </span>
      <span class="number">{rows.in === undefined ? '–' : formatCompact(rows.in)}</span>
      <span class={`number ${rows.rejected > 0 ? 'is-rejected' : 'faint'}`}>
        {rows.rejected > 0 ? formatCompact(rows.rejected) : '0'}
      </span>
      <span class="number">{formatBytes(bytes.in)}</span>
      <span class="number">{formatDuration(milliseconds)}</span>
      <time class="number faint" dateTime={startedAt} title={formatTime(startedAt)}>
        {formatWhen(startedAt)}
      </time>
    </a>
  );
}

/** Rows have two lines where there is no room for one. */
function useRowHeight(): number {
  const narrow = matchMedia('(max-width: 720px)');
  const [height, setHeight] = useState(narrow.matches ? 64 : 42);
  useEffect(() => {
    const change = () => setHeight(narrow.matches ? 64 : 42);
    narrow.addEventListener('change', change);
    return () => narrow.removeEventListener('change', change);
  }, []);
  return height;
}

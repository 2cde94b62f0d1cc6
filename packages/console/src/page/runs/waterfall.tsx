import type { Run, StepRun } from '@tributary/events/ledger';
import { formatCount, formatDuration } from '../format.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { linkTo, replaceRoute } from '../route.ts';

const phases = ['read', 'convert', 'write'] as const;
/** Ticks of the axis. */
const TICKS = 4;

/** Each step in time: the wait before it, and within it how long reading, converting and writing were at work. */
export function Waterfall({ run, chosen }: { run: Run; chosen: string | undefined }) {
  const begin = Date.parse(run.startedAt);
  const end = Math.max(begin + 1, run.endedAt === undefined ? Date.now() : Date.parse(run.endedAt));
  const share = (milliseconds: number) =>
    `${Math.min(100, Math.max(0, (milliseconds / (end - begin)) * 100))}%`;
  return (
    <section class="card waterfall" aria-label="Steps in time">
      <div class="wf-axis" aria-hidden="true">
        <span class="wf-legend">
          <i class="is-queued" /> queued <i class="is-read" /> read <i class="is-convert" /> convert{' '}
          <i class="is-write" /> write
        </span>
        <span class="wf-ticks">
          {Array.from({ length: TICKS + 1 }, (_, at) => (
            <span key={at}>{formatDuration(((end - begin) * at) / TICKS)}</span>
          ))}
        </span>
      </div>
      <ol>
        {run.steps.map((step) => (
          <StepBar
            key={step.id}
            runId={run.id}
            step={step}
            chosen={step.id === chosen}
            begin={begin}
            end={end}
            share={share}
          />
        ))}
      </ol>
    </section>
  );
}

interface Bar {
  runId: string;
  step: StepRun;
  chosen: boolean;
  begin: number;
  end: number;
  share: (milliseconds: number) => string;
}

function StepBar({ runId, step, chosen, begin, end, share }: Bar) {
  const { timings = {}, rows, state } = step;
  const startedAt = Date.parse(step.startedAt);
  const total = timings.total ?? (step.endedAt === undefined ? end : Date.parse(step.endedAt)) - startedAt;
  const queued = timings.queued ?? 0;
  const words = [
    `queued ${formatDuration(timings.queued)}`,
    ...phases.map((phase) => `${phase} ${formatDuration(timings[phase])}`),
    `total ${formatDuration(timings.total)}`,
  ].join(', ');
  const link = linkTo(['runs', runId], { step: step.id, ...(rows.rejected ? { tab: 'rejects' } : {}) });
  return (
    <li>
      <a
        class="wf-row"
        data-row
        href={link}
        aria-current={chosen ? 'true' : undefined}
        aria-label={`${step.chain} ${step.step}: ${state}; ${words}`}
        onClick={(event) => {
          event.preventDefault();
          replaceRoute(link);
        }}
      >
        <span class="wf-name">
          <StateMark state={state} />
          <span>
            <b>{step.step}</b> <span class="faint">{step.chain}</span>
          </span>
        </span>
        <span class="wf-lane" title={words}>
          <i class="wf-queued" style={{ left: share(startedAt - queued - begin), width: share(queued) }} />
          <span class={`wf-bar is-${state}`} style={{ left: share(startedAt - begin), width: share(total) }}>
            {phases.map((phase) => (
              <i
                key={phase}
                class={`is-${phase}`}
                style={{ width: `${total > 0 ? Math.min(100, ((timings[phase] ?? 0) / total) * 100) : 0}%` }}
              />
            ))}
          </span>
        </span>
        <span class="wf-figures number">
          {formatDuration(timings.total ?? (step.endedAt ? total : undefined))}
          <span class="faint">
            {formatCount(rows.out)} rows{rows.rejected ? `, ${formatCount(rows.rejected)} rejected` : ''}
          </span>
        </span>
      </a>
    </li>
  );
}

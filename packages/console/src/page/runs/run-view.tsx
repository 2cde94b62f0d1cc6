import type { Run, StepRun } from '@tributary/events/ledger';
import { useAnswer } from '../api.ts';
import { ColumnCards } from '../data/column-cards.tsx';
import { profileOf } from '../data/step-profile.ts';
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDollars,
  formatDuration,
  formatTime,
  splitKey,
} from '../format.ts';
import { useLocal } from '../local.ts';
import { Icon } from '../parts/icon.tsx';
import { FaultNote, Figure, Loading } from '../parts/notes.tsx';
import { StateLabel } from '../parts/state-mark.tsx';
import { type Tab, Tabs } from '../parts/tabs.tsx';
import { linkTo } from '../route.ts';
import { EventsPanel } from './events-panel.tsx';
import { LineagePanel } from './lineage-panel.tsx';
import { LogsPanel } from './logs-panel.tsx';
import { RejectsPanel } from './rejects-panel.tsx';
import { ReplayButton } from './replay-button.tsx';
import { StepPanel } from './step-panel.tsx';
import { Waterfall } from './waterfall.tsx';

/** One run in full: `?step=` and `?tab=` say what of it. */
export function RunView({ id, query }: { id: string; query: URLSearchParams }) {
  const { data, error } = useAnswer<{ run: Run }>(`v1/runs/${encodeURIComponent(id)}`, { live: true });
  if (!data)
    return (
      <>
        <Up />
        {error ? <FaultNote error={error} /> : <Loading lines={6} />}
      </>
    );
  return <RunPage run={data.run} query={query} />;
}

function RunPage({ run, query }: { run: Run; query: URLSearchParams }) {
  const { folder, name } = splitKey(run.root.key);
  const step = run.steps.find((one) => one.id === query.get('step')) ?? worstStep(run.steps);
  return (
    <>
      <Up />
      <header class="run-title">
        <StateLabel state={run.state} />
        <h1 class="mono" title={`${run.root.bucket}/${run.root.key}`}>
          <span class="faint">
            {run.root.bucket}/{folder}
          </span>
          {name}
        </h1>
        <ReplayButton request={{ kind: 'run', run: run.id }} name="Run again" />
      </header>
      <dl class="figures">
        <Figure label="Arrived">
          <time dateTime={run.startedAt} title={formatTime(run.startedAt)}>
            {formatAgo(run.startedAt)}
          </time>
        </Figure>
        <Figure label="Took">
          {run.milliseconds === undefined ? 'still running' : formatDuration(run.milliseconds)}
        </Figure>
        <Figure label="Rows in">{formatCount(run.rows.in)}</Figure>
        <Figure label="Rows out">{formatCount(run.rows.out)}</Figure>
        <Figure label="Rejected" {...(run.rows.rejected > 0 && { tone: 'rejected' })}>
          {formatCount(run.rows.rejected)}
        </Figure>
        <Figure label="Size in → out">
          {formatBytes(run.bytes.in)} → {formatBytes(run.bytes.out)}
        </Figure>
        {run.retries > 0 && <Figure label="Retries">{run.retries}</Figure>}
        <Figure label="Cost">
          <span
            title={`Lambda ${formatDollars(run.cost.lambda)}, events ${formatDollars(run.cost.events)}, S3 ${formatDollars(run.cost.requests)}`}
          >
            {formatDollars(run.cost.dollars)}
          </span>
        </Figure>
      </dl>
      <Waterfall run={run} chosen={step?.id} />
      {step && <StepTabs run={run} step={step} query={query} />}
    </>
  );
}

function StepTabs({ run, step, query }: { run: Run; step: StepRun; query: URLSearchParams }) {
  const local = useLocal();
  const profile = profileOf(step);
  const link = (tab: string) => linkTo(['runs', run.id], { step: step.id, tab });
  const tabs: Tab[] = [
    { id: 'step', name: 'Step', link: link('step') },
    ...(step.quarantine
      ? [{ id: 'rejects', name: 'Rejects', count: step.rows.rejected, link: link('rejects') }]
      : []),
    ...(profile ? [{ id: 'profile', name: 'Profile', link: link('profile') }] : []),
    { id: 'lineage', name: 'Lineage', link: link('lineage') },
    ...(local ? [{ id: 'logs', name: 'Logs', link: link('logs') }] : []),
    {
      id: 'events',
      name: 'Events',
      count: run.steps.reduce((sum, one) => sum + one.events.length, 0),
      link: link('events'),
    },
  ];
  const asked = query.get('tab') ?? 'step';
  const current = tabs.some(({ id }) => id === asked) ? asked : 'step';
  return (
    <section class="card panel">
      <Tabs label="Of this run" tabs={tabs} current={current} />
      <div class="panel-body" role="tabpanel">
        {current === 'step' && <StepPanel run={run} step={step} />}
        {current === 'rejects' && (
          <RejectsPanel key={step.id} run={run} step={step} code={query.get('code') ?? undefined} />
        )}
        {current === 'profile' && profile && (
          <ColumnCards
            profile={profile}
            of={`Of all ${formatCount(profile[0]?.rows)} rows, bad ones too, as the step has found them.`}
          />
        )}
        {current === 'lineage' && <LineagePanel run={run} />}
        {current === 'logs' && <LogsPanel run={run} />}
        {current === 'events' && <EventsPanel run={run} />}
      </div>
    </section>
  );
}

function Up() {
  return (
    <a class="up" href={linkTo(['runs'])} onClick={goBack}>
      <Icon name="back" size={14} /> Runs
    </a>
  );
}

/** Back to the list as it was filtered, if that is where one came from. */
function goBack(event: MouseEvent): void {
  if (history.length < 2 || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  const before = location.hash;
  history.back();
  setTimeout(() => {
    if (location.hash === before) location.hash = linkTo(['runs']);
  }, 120);
}

/** What one wants to see first: the step that went wrong, else the last. */
function worstStep(steps: readonly StepRun[]): StepRun | undefined {
  for (const state of ['failed', 'stuck', 'rejected', 'partly-rejected', 'running'] as const) {
    const found = steps.find((step) => step.state === state);
    if (found) return found;
  }
  return steps.at(-1);
}

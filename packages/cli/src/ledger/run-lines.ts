import type { Run, RunPage, RunSummary, StepRun } from '@tributary/events/ledger';

/** A page of runs as a table, newest first. */
export function describeRuns({ runs, total, next, states }: RunPage): string[] {
  if (total === 0) return ['No runs.'];
  const rows = runs.map((run) => [
    run.state,
    run.startedAt.slice(0, 19).replace('T', ' '),
    duration(run.milliseconds),
    rowsOf(run),
    run.chains.join(' '),
    `${run.root.bucket}/${run.root.key}`,
    run.id,
  ]);
  const table = [['state', 'arrived (UTC)', 'took', 'rows', 'chains', 'file', 'run'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const counts = Object.entries(states).map(([state, count]) => `${count} ${state}`);
  return [
    ...lines,
    '',
    `${runs.length} of ${total} runs: ${counts.join(', ')}${next === undefined ? '' : `; --cursor ${next} for more`}`,
  ];
}

const barWidth = 40;

/** One run in full: a bar for each step from the arrival to the end, then what it did. */
export function describeRun(run: Run): string[] {
  const start = Date.parse(run.startedAt);
  const end = Math.max(...run.steps.map(({ updatedAt, endedAt }) => Date.parse(endedAt ?? updatedAt)));
  const names = run.steps.map(({ chain, step }) => `${chain}/${step}`);
  const width = Math.max(...names.map((name) => name.length));
  const lines = [
    `${run.state}  ${run.root.bucket}/${run.root.key}`,
    `run ${run.id}, arrived ${run.startedAt}, took ${duration(run.milliseconds)}, rows ${rowsOf(run)}, ${run.retries} retries, $${run.dollars.toFixed(6)}`,
    '',
  ];
  for (const [index, step] of run.steps.entries()) {
    lines.push(
      `${names[index]!.padEnd(width)}  ${bar(step, start, end)}  ${step.state}  ${duration(spent(step))}`,
    );
    for (const detail of detailsOf(step)) lines.push(`${' '.repeat(width)}    ${detail}`);
  }
  return lines;
}

/** `·` waits in the queue, `█` works. */
function bar(step: StepRun, start: number, end: number): string {
  const span = Math.max(1, end - start);
  const place = (at: number) => Math.min(barWidth, Math.max(0, Math.round(((at - start) / span) * barWidth)));
  const begun = Date.parse(step.startedAt);
  const queued = place(begun - (step.timings?.queued ?? 0));
  const from = Math.min(place(begun), barWidth - 1);
  const to = Math.max(from + 1, place(Date.parse(step.endedAt ?? step.updatedAt)));
  return `|${' '.repeat(Math.min(queued, from))}${'·'.repeat(Math.max(0, from - queued))}${'█'.repeat(to - from)}${' '.repeat(barWidth - to)}|`;
}

function detailsOf(step: StepRun): string[] {
  const {
    service,
    timings,
    rows,
    bytes,
    fault,
    input,
    outputs,
    manifest,
    quarantine,
    facts,
    retries,
    outcome,
  } = step;
  const phases = Object.entries(timings ?? {})
    .filter(([name, value]) => name !== 'total' && value !== undefined)
    .map(([name, value]) => `${name} ${duration(value)}`);
  const counts = [
    rows.in === undefined ? '' : `${rows.in} rows in, ${rows.out} out, ${rows.rejected ?? 0} rejected`,
    rows.expected !== undefined && rows.in !== undefined && rows.expected !== rows.in
      ? `${rows.expected} were written before`
      : '',
    bytes.in === undefined
      ? ''
      : `${bytes.in} bytes in${bytes.out === undefined ? '' : `, ${bytes.out} out`}`,
    retries > 0 ? `${retries} retries` : '',
  ];
  const drift = facts?.drift
    ?.filter(({ total }) => total > 0)
    .map(({ against, total }) => `${total} changes against ${against}`);
  return [
    [service && `${service.name} ${service.version}`, outcome !== 'completed' && outcome, ...phases]
      .filter(Boolean)
      .join(', '),
    counts.filter(Boolean).join(', '),
    fault ? `${fault.kind}: ${fault.code}: ${fault.message}` : '',
    input ? `in   s3://${input.bucket}/${input.key}` : '',
    ...outputs.slice(0, 10).map(({ bucket, key }) => `out  s3://${bucket}/${key}`),
    outputs.length > 10 ? `out  and ${outputs.length - 10} more` : '',
    manifest ? `all  s3://${manifest.bucket}/${manifest.key}` : '',
    quarantine ? `bad  s3://${quarantine.bucket}/${quarantine.key}` : '',
    drift?.length ? `drift: ${drift.join(', ')}` : '',
  ].filter(Boolean);
}

function spent({ timings }: StepRun): number | undefined {
  return timings?.total;
}

function rowsOf({ rows }: Pick<RunSummary, 'rows'>): string {
  const { in: given, out, rejected } = rows;
  if (given === undefined && out === undefined) return '-';
  return `${given ?? '?'} > ${out ?? '?'}${rejected > 0 ? ` (${rejected} rejected)` : ''}`;
}

function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '-';
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return milliseconds < 120_000
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : `${Math.round(milliseconds / 60_000)} min`;
}

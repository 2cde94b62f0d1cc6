import { describe, expect, test } from 'vitest';
import { run, runOf, runSummary, SeveralRuns, summarizeRun } from '../../src/ledger/index.ts';
import { History } from './history.ts';

describe('a run', () => {
  test('is running from its first event, stuck when silent for too long, and done at its end', () => {
    const history = new History();
    const begun = history.begin();
    expect(runOf(history.events)).toMatchObject({ state: 'running', steps: [{ state: 'running' }] });
    expect(runOf(history.events)).not.toHaveProperty('endedAt');
    expect(runOf(history.events, { now: '2026-11-23T15:40:00Z' })?.state).toBe('running');
    expect(runOf(history.events, { now: '2026-11-23T15:45:00Z' })?.state).toBe('stuck');
    history.complete(begun);
    expect(runOf(history.events, { now: '2026-11-24T15:40:00Z' })?.state).toBe('completed');
  });

  test('whose step several invocations share is running as long as they tell of it, and has one end', () => {
    const history = new History();
    const second = history.handOver(history.begin(), 2);
    const third = history.handOver(second, 3);
    expect(runOf(history.events, { now: history.wait(800_000) })?.state).toBe('running');
    expect(runOf(history.events, { now: history.wait(1_200_000) })?.state).toBe('stuck');
    history.complete(third);
    const found = runOf(history.events)!;
    expect(run.parse(found)).toEqual(found);
    expect(found).toMatchObject({ state: 'completed', retries: 0, steps: [{ deliveries: 1 }] });
    expect(found.steps[0]!.events.map(({ kind }) => kind)).toEqual([
      'started',
      'handed-over',
      'handed-over',
      'completed',
    ]);
  });

  test('of two steps has their order, rows, bytes, times and cost', () => {
    const history = new History();
    const first = history.complete(history.begin(), { rows: 8, rejectedRows: 2 });
    history.wait(30);
    history.complete(history.begin({ step: 'to-parquet', parent: first }), { rows: 8, rejectedRows: 0 });
    const found = runOf(history.events)!;
    expect(run.parse(found)).toEqual(found);
    expect(runSummary.parse(summarizeRun(found))).toEqual(summarizeRun(found));
    const [one, two] = found.steps;
    expect(found).toMatchObject({
      id: 'run-1',
      state: 'partly-rejected',
      chains: ['drives'],
      startedAt: '2026-11-23T15:24:40.960Z',
      milliseconds: 40 + 50 + 30 + 50,
      bytes: { in: 5, out: 90 },
      rows: { in: 10, out: 8, rejected: 2 },
      retries: 0,
      codes: [],
    });
    expect(two).toMatchObject({ parent: one!.id, hop: 2, rows: { in: 8, out: 8, expected: 8 } });
    expect(one).not.toHaveProperty('parent');
    expect(found.dollars).toBeCloseTo(2 * (0.2e-6 + 0.05 * 0.0000133334 + 2e-6 + 5e-6 + 0.8e-6), 12);
  });

  test('that Lambda began three times and gave up on has failed after two retries', () => {
    const history = new History();
    const arrival = history.arrival();
    const begun = history.begin();
    history.wait(60_000);
    history.begin({ invocation: begun.invocation.id });
    history.wait(120_000);
    history.begin({ invocation: begun.invocation.id });
    expect(runOf(history.events)).toMatchObject({ state: 'running', retries: 2 });
    history.fail(begun, arrival);
    const found = runOf(history.events)!;
    expect(found).toMatchObject({ state: 'failed', retries: 2, codes: ['Transient'] });
    expect(found.steps).toHaveLength(1);
    expect(found.steps[0]!.fault).toEqual({ kind: 'failed', code: 'Transient', message: 'S3 is away' });
  });

  test('of which nothing but the failure is known is there all the same', () => {
    const history = new History();
    const begun = history.begin();
    history.fail(begun, history.arrival());
    const found = runOf(history.events.slice(1))!;
    expect(found).toMatchObject({ state: 'failed', retries: 2, root: { key: 'in/a.txt' } });
    expect(run.parse(found)).toEqual(found);
  });

  test('that was replayed counts as what came out last', () => {
    const history = new History();
    history.reject(history.begin());
    expect(runOf(history.events)).toMatchObject({ state: 'rejected', codes: ['record-too-long'] });
    history.wait(3_600_000);
    const again = history.begin();
    expect(runOf(history.events)).toMatchObject({ state: 'running' });
    history.complete(again);
    expect(runOf(history.events)).toMatchObject({ state: 'completed', codes: [], retries: 0 });
  });

  test('that came twice keeps what it knew: a late delivery finds its work done, or overtaken', () => {
    const history = new History();
    history.complete(history.begin(), { rows: 8, rejectedRows: 3 });
    history.complete(history.begin(), { outcome: 'repeated', rows: undefined, rejectedRows: undefined });
    expect(runOf(history.events)).toMatchObject({ state: 'partly-rejected', rows: { in: 11, out: 8 } });
    history.complete(history.begin(), { outcome: 'superseded', outputs: [] });
    expect(runOf(history.events)).toMatchObject({ state: 'partly-rejected' });
  });

  test('is superseded or skipped where nothing else happened', () => {
    for (const outcome of ['superseded', 'skipped'] as const) {
      const history = new History();
      history.complete(history.begin(), { outcome, outputs: [] });
      expect(runOf(history.events)?.state).toBe(outcome);
    }
  });

  test('covers all chains that its object woke, and is as bad as the worst step', () => {
    const history = new History();
    history.complete(history.begin());
    history.reject(history.begin({ chain: 'audit', step: 'check' }));
    expect(runOf(history.events)).toMatchObject({ chains: ['audit', 'drives'], state: 'rejected' });
  });

  test('ignores what it does not know, and is none without an event of a step', () => {
    const history = new History();
    history.begin();
    expect(runOf([{ source: 'else' }, 7, null, ...history.events])?.steps).toHaveLength(1);
    expect(runOf([{ source: 'else' }, history.arrival()])).toBeUndefined();
    const other = new History('run-2');
    other.begin();
    expect(() => runOf([...history.events, ...other.events])).toThrow(SeveralRuns);
  });
});

describe('an event whose times cannot be reckoned with is none of a run', () => {
  const history = new History();
  history.complete(history.begin());
  const [, completed] = history.events as { time: string; detail: Record<string, unknown> }[];
  const { detail } = completed!;
  const timings = detail.timings as object;
  test.each([
    ['the time of the event', { ...completed, time: 'yesterday' }],
    [
      'the beginning of the invocation',
      { ...completed, detail: { ...detail, invocation: { id: 'i', startedAt: 'soon' } } },
    ],
    ['a duration', { ...completed, detail: { ...detail, timings: { ...timings, total: 1e300 } } }],
    ['a time in a queue', { ...completed, detail: { ...detail, timings: { ...timings, queued: 1e300 } } }],
  ])('%s', (_what, event) => {
    expect(runOf([completed])).toBeDefined();
    expect(runOf([event])).toBeUndefined();
  });
});

import type { RunSummary } from '@tributary/events/ledger';
import { describe, expect, test } from 'vitest';
import { feedsOf } from '../src/api/feeds.ts';

const begin = Date.UTC(2026, 2, 1);
const hour = 3_600_000;
const take = { id: 's', chain: 'drives', step: 'to-tsv', state: 'completed' as const };

function run(at: number, changes: Partial<RunSummary> = {}): RunSummary {
  const startedAt = new Date(begin + at * hour).toISOString();
  return {
    id: `run-${at}`,
    state: 'completed',
    chains: ['drives'],
    root: { bucket: 'landing', key: `vendor/${at}.txt`, sequencer: '00' },
    startedAt,
    endedAt: startedAt,
    updatedAt: startedAt,
    milliseconds: 5,
    bytes: { in: 1000, out: 10 },
    rows: { in: 100, out: 100, rejected: 0 },
    retries: 0,
    codes: [],
    drift: false,
    dollars: 0,
    steps: [take],
    ...changes,
  };
}

/** Of files in the order of their arrival, as seen so many hours after the first. */
const feeds = (runs: RunSummary[], hours: number) =>
  feedsOf([...runs].reverse(), { now: begin + hours * hour });
const health = (runs: RunSummary[], hours: number) => feeds(runs, hours)[0]!;

describe('the health of a feed', () => {
  test('knows no habit before four files', () => {
    expect(health([run(0), run(1), run(2)], 99)).toMatchObject({ marks: [], files: 3 });
  });

  test('says late once twice the usual time has passed', () => {
    const files = [0, 1, 2, 3].map((at) => run(at));
    expect(health(files, 4.9).marks).toEqual([]);
    expect(health(files, 5.1)).toMatchObject({ marks: ['late'], everyMs: hour });
  });

  test('is not surprised by a gap as long as one before', () => {
    const files = [0, 1, 2, 3, 9, 10].map((at) => run(at));
    expect(health(files, 18.9).marks).toEqual([]);
    expect(health(files, 19.1).marks).toEqual(['late']);
  });

  test('marks the last file that is small, full of rejects or of other columns', () => {
    const last = run(3, {
      bytes: { in: 100, out: 1 },
      rows: { in: 100, out: 50, rejected: 50 },
      drift: true,
    });
    expect(health([run(0), run(1), run(2), last], 3).marks).toEqual(['small', 'rejects', 'drift']);
    const few = run(3, { rows: { in: 1000, out: 999, rejected: 1 } });
    expect(health([run(0), run(1), run(2), few], 3).marks).toEqual([]);
  });

  test('marks a column that is emptier than it used to be', () => {
    const usual = [0, 1, 2].map((at) => run(at, { nullRatios: { note: 0.8 } }));
    const last = run(3, { nullRatios: { note: 0.82, serial: 0.4, day: 0.01 } });
    expect(health([...usual, last], 3)).toMatchObject({
      marks: ['nulls'],
      nulls: [
        { column: 'serial', last: 0.4, usual: 0, marked: true },
        { column: 'note', last: 0.82, usual: 0.8, marked: false },
        { column: 'day', last: 0.01, usual: 0, marked: false },
      ],
    });
    expect(health([...usual, run(3, { nullRatios: { note: 0.9 } })], 3).marks).toEqual([]);
  });

  test('is that of the chain which took the file in, not of those that go on with it', () => {
    const on = { id: 't', chain: 'lake', step: 'to-parquet', state: 'completed' as const };
    const passed = run(0, { chains: ['drives', 'lake'], steps: [take, { ...on, after: 'drives/to-tsv' }] });
    expect(feeds([passed], 0).map(({ chain }) => chain)).toEqual(['drives']);
  });

  test('comes first if it stands out', () => {
    const well = run(1, { root: { bucket: 'landing', key: 'well/1.txt', sequencer: '00' } });
    expect(feeds([run(0, { state: 'failed' }), well], 1).map(({ prefix }) => prefix)).toEqual([
      'vendor/',
      'well/',
    ]);
  });
});

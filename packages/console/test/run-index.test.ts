import { type RunSummary, runQuery } from '@tributary/events/ledger';
import { describe, expect, it } from 'vitest';
import { feedHealth } from '../src/server/ledger/feed-health.ts';
import type { RunEntry } from '../src/server/ledger/run-entry.ts';
import { RunIndex } from '../src/server/ledger/run-index.ts';

const BEGIN = Date.UTC(2026, 2, 1);
const HOUR = 3_600_000;

function entry(at: number, changes: Partial<RunSummary> = {}): RunEntry {
  const startedAt = new Date(BEGIN + at * HOUR).toISOString();
  return {
    summary: {
      id: `run-${String(at).padStart(6, '0')}`,
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
      steps: [],
      ...changes,
    },
    steps: [],
  };
}

describe('the index of runs', () => {
  it('gives every run once, newest first, page by page, while others come in', () => {
    const index = new RunIndex(Array.from({ length: 250 }, (_, at) => entry(at)));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = index.page(runQuery.parse({ limit: 40, ...(cursor && { cursor }) }), BEGIN);
      seen.push(...page.runs.map(({ id }) => id));
      index.put(entry(1000 + seen.length));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 250 }, (_, at) => entry(249 - at).summary.id));
  });

  it('counts states over all that fit, and takes a run’s newest word', () => {
    const index = new RunIndex([entry(1), entry(2), entry(3)]);
    index.put(entry(2, { state: 'failed', codes: ['boom'] }));
    const all = index.page(runQuery.parse({ limit: 1 }), BEGIN);
    expect(all).toMatchObject({ total: 3, states: { completed: 2, failed: 1 } });
    const failed = index.page(runQuery.parse({ code: 'boom' }), BEGIN);
    expect(failed.runs.map(({ id }) => id)).toEqual(['run-000002']);
  });

  it('calls stuck what has been silent for too long', () => {
    const { endedAt: _, ...running } = entry(1, { state: 'running' }).summary;
    const index = new RunIndex([{ summary: running, steps: [] }]);
    const soon = index.page(runQuery.parse({}), BEGIN + HOUR + 60_000);
    const late = index.page(runQuery.parse({}), BEGIN + 3 * HOUR);
    expect([soon.states, late.states]).toEqual([{ running: 1 }, { stuck: 1 }]);
  });
});

describe('the health of a feed', () => {
  const health = (entries: RunEntry[], hours: number) =>
    feedHealth([...entries].reverse(), BEGIN + hours * HOUR).feeds[0]!;

  it('knows no habit before four files', () => {
    expect(health([entry(0), entry(1), entry(2)], 99)).toMatchObject({ marks: [], files: 3 });
  });

  it('says late once the usual time has passed by half', () => {
    const files = [0, 1, 2, 3].map((at) => entry(at));
    expect(health(files, 4.4).marks).toEqual([]);
    expect(health(files, 4.6)).toMatchObject({ marks: ['late'], everyMs: HOUR });
  });

  it('marks the last file that is small, full of rejects or of other columns', () => {
    const files = [0, 1, 2].map((at) => entry(at));
    const odd = entry(3, {
      bytes: { in: 100, out: 1 },
      rows: { in: 100, out: 50, rejected: 50 },
      drift: true,
    });
    expect(health([...files, odd], 3).marks).toEqual(['small', 'rejects', 'drift']);
  });
});

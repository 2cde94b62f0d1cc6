// node packages/console/test/run-index.bench.ts: what the list of runs takes at 100,000 runs, in the server.
import { runQuery } from '@tributary/events/ledger';
import { chainActivity } from '../src/server/ledger/chain-activity.ts';
import { feedHealth } from '../src/server/ledger/feed-health.ts';
import type { RunEntry } from '../src/server/ledger/run-entry.ts';
import { RunIndex } from '../src/server/ledger/run-index.ts';

const RUNS = 100_000;
const ROUNDS = 21;
const now = Date.UTC(2026, 2, 1);

const index = new RunIndex(Array.from({ length: RUNS }, (_, at) => makeEntry(at)));
const queries = {
  'first page': {},
  'by state': { state: ['failed'] },
  'by a part of the key': { key: 'vendor/file-99' },
  'last page': { cursor: `${new Date(now - (RUNS - 100) * 10_000).toISOString()} run` },
};
for (const [name, query] of Object.entries(queries)) {
  const parsed = runQuery.parse({ limit: 500, ...query });
  tell(name, () => JSON.stringify(index.page(parsed, now)));
}
tell('chains', () => JSON.stringify(chainActivity(index.newest(now), [], now)));
tell('feeds', () => JSON.stringify(feedHealth(index.newest(now), now)));
tell('a new run', () => index.put(makeEntry(-1)));

function tell(name: string, work: () => unknown): void {
  const times = Array.from({ length: ROUNDS }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  }).sort((a, b) => a - b);
  console.log(
    `${name.padEnd(22)} median ${times[ROUNDS >> 1]!.toFixed(1)} ms, worst ${times.at(-1)!.toFixed(1)} ms`,
  );
}

function makeEntry(at: number): RunEntry {
  const startedAt = new Date(now - at * 10_000).toISOString();
  const state = at % 50 === 0 ? 'failed' : 'completed';
  const chain = `chain-${at % 8}`;
  const step = { chain, state, startedAt, endedAt: startedAt } as const;
  return {
    summary: {
      id: `run-${at}`,
      state,
      chains: [chain],
      root: { bucket: 'landing', key: `vendor/file-${at}.txt`, sequencer: '00' },
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
      steps: ['a', 'b'].map((id) => ({ id, chain, step: id, state })),
    },
    steps: ['a', 'b'].map((name) => ({ ...step, step: name, source: 'landing/vendor/', milliseconds: 40 })),
  };
}

import type { RunSummary } from '@tributary/events/ledger';
import { expect, test } from 'vitest';
import { chainsOf } from '../src/api/chain-activity.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const deployed = [
  {
    chain: 'drives',
    step: 'to-tsv',
    service: 'fixed-width-to-tsv',
    after: [],
    sources: ['landing/vendor/'],
    output: 'lake/tsv/',
  },
  {
    chain: 'drives',
    step: 'load',
    service: 'csv-to-parquet',
    after: ['drives/to-tsv'],
    sources: [],
    output: 'lake/parquet/',
  },
];

test('shows steps that are deployed and have done nothing yet', () => {
  const { chains } = chainsOf([], { deployed, now });
  expect(chains).toMatchObject([
    {
      chain: 'drives',
      runs: 0,
      steps: [
        { step: 'to-tsv', service: 'fixed-width-to-tsv', sources: ['landing/vendor/'], inFlight: 0 },
        { step: 'load', after: ['drives/to-tsv'], outputs: ['lake/parquet/'], lastDay: { completed: 0 } },
      ],
    },
  ]);
});

test('counts what has ended, by its hour, and folders below a source as that source', () => {
  const step = (ago: number, state: RunSummary['state']) => ({
    id: `${ago}`,
    chain: 'drives',
    step: 'to-tsv',
    state,
    service: 'fixed-width-to-tsv',
    ...(state !== 'running' && { endedAt: new Date(now - ago * 60_000).toISOString(), milliseconds: ago }),
  });
  const run = (ago: number, state: RunSummary['state']) =>
    ({
      chains: ['drives'],
      root: { bucket: 'landing', key: `vendor/2026/${ago}.txt`, sequencer: '00' },
      steps: [step(ago, state)],
    }) as unknown as RunSummary;
  const runs = [run(0, 'running'), run(10, 'completed'), run(90, 'failed'), run(2000, 'completed')];
  const [first] = chainsOf(runs, { deployed, now }).chains[0]!.steps;
  expect(first).toMatchObject({
    sources: ['landing/vendor/'],
    inFlight: 1,
    lastHour: { completed: 1, failed: 0 },
    lastDay: { completed: 1, failed: 1 },
  });
  expect(first!.throughput.slice(-2)).toEqual([1, 1]);
  expect(first!.latency.slice(-3)).toEqual([null, 90, 10]);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkChains, describeMistake, services } from '@tributary/chain';
import { afterAll, expect, test } from 'vitest';
import { randomFrom } from '../sample/random.ts';
import { chainText, formats, type SoakChain, soakChain } from '../soak/chains.ts';
import { Ends } from '../soak/ends.ts';
import type { SoakInput } from '../soak/inputs.ts';
import { violations } from '../soak/invariants.ts';
import type { Result } from '../soak/run.ts';
import { soakSeed } from '../soak/soak-seed.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-soak-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a short soak loses nothing', { timeout: 120_000 }, async () => {
  const report = await soakSeed(2, 12, folder);
  expect(report.violations).toEqual([]);
  expect(Object.keys(report.struck).length).toBeGreaterThan(3);
});

const input: SoakInput = {
  key: 'in/a-0.txt',
  kind: 'good',
  versions: [Buffer.from('x')],
  records: [3],
  deleted: false,
};

const chain: SoakChain = {
  format: 'fixed-width',
  steps: [
    { name: 'step-a', service: 'fixed-width-to-tsv', options: {}, prefix: 'tsv/' },
    {
      name: 'step-b',
      service: 'csv-to-parquet',
      options: {},
      prefix: 'parquet/',
      after: { step: 'step-a', outcome: 'completed' },
    },
  ],
};

/** A run over one file that ended well in both steps, or as told. */
function resultOf({
  lake = { 'tsv/a-0.tsv': 'tsv', 'parquet/a-0.parquet': 'parquet' } as Record<string, string>,
  rows = 3,
  types = ['Step Completed'],
  orphans = [] as Result['orphans'],
  ledger = [] as string[],
} = {}): Result {
  const ends = new Ends();
  const root = { key: 'in/a-0.txt', sequencer: '01' };
  ends.listen({
    at: 0,
    kind: 'object-event',
    detailType: 'Object Created',
    bucket: 'landing',
    eventId: 'e',
    ...root,
  });
  for (const { name: step } of chain.steps) {
    for (const type of types) {
      ends.listen({
        at: 0,
        kind: 'event-put',
        bus: 'tributary-dev',
        eventId: 'e',
        source: 'tributary',
        detailType: type,
        event: { 'detail-type': type, detail: { step, root, outcome: 'completed', rows } } as never,
      });
    }
  }
  return {
    ends,
    lake: [new Map(Object.entries(lake).map(([key, digest]) => [key, new Set([digest])]))],
    orphans,
    undelivered: [],
    ledger,
    failures: new Map(),
    struck: {},
    seconds: 0,
  };
}

test('a run like the one without faults violates nothing', () => {
  expect(violations(chain, [input], resultOf(), resultOf())).toEqual([]);
});

test.each([
  ['an input that never ended', { types: [] }, 'never ended'],
  ['another end', { types: ['Step Rejected'] }, 'rejected instead of completed'],
  ['two ends', { types: ['Step Completed', 'Step Rejected'] }, 'both completed and rejected'],
  ['a row too few', { rows: 2 }, '2 rows out and in quarantine, 3 in'],
  ['an output that is missing', { lake: { 'tsv/a-0.tsv': 'tsv' } }, 'parquet/a-0.parquet is missing'],
  [
    'another output',
    { lake: { 'tsv/a-0.tsv': 'ts', 'parquet/a-0.parquet': 'parquet' } },
    'is no object of a run without faults',
  ],
  ['a ledger that knows less', { ledger: ['ledger: event e is not kept'] }, 'event e is not kept'],
  ['an upload nobody ends', { orphans: [{ key: 'tsv/a', removed: false }] }, 'stays for ever'],
])('%s is found', (_, given, found) => {
  expect(violations(chain, [input], resultOf(given), resultOf()).join('\n')).toContain(found);
});

test('an upload that the bucket’s lifecycle ends is none too many', () => {
  const given = resultOf({ orphans: [{ key: 'tsv/a', removed: true }] });
  expect(violations(chain, [input], given, resultOf())).toEqual([]);
});

test('seeds make chains of every service, from every format, that the compiler takes', async () => {
  const chains = Array.from({ length: 300 }, (_, seed) => soakChain(randomFrom(seed)));
  for (const one of chains) {
    const { mistakes } = await checkChains(
      [{ file: 'chain.yml', text: chainText(one), read: () => undefined }],
      { stage: 'dev', region: 'us-east-1', params: {}, services },
    );
    expect(mistakes.map(describeMistake)).toEqual([]);
  }
  expect(new Set(chains.map(({ format }) => format))).toEqual(new Set(formats));
  const used = chains.flatMap(({ steps }) => steps.map(({ service }) => service));
  expect(new Set(used)).toEqual(new Set(services.names));
  expect(soakChain(randomFrom(7))).toEqual(soakChain(randomFrom(7)));
});

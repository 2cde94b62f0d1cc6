import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  chainsAnswer,
  deadLetterQueues,
  eventsAnswer,
  feedsAnswer,
  rejectsPage,
  replayAnswer,
  runAnswer,
  runPage,
} from '@tributary/events/ledger';
import { describe, expect, test } from 'vitest';
import { useLedger } from './running-ledger.ts';

const timeout = 30_000;
const ledger = useLedger(
  {
    'fixed-width-to-tsv': {
      sourceBucket: 'landing',
      sourcePrefix: 'in/',
      outputBucket: 'lake',
      outputPrefix: 'tsv/',
      options: {
        layout: {
          fields: [
            { name: 'day', start: 0, end: 4 },
            { name: 'n', start: 4, end: 6 },
          ],
        },
        output: { escape: 'reject' },
        rejects: { maxRejectRatio: 0.5 },
      },
      createBuckets: 'true',
    },
  },
  { batchWindow: '1', rejectsBuckets: 'lake' },
);

const list = async (query = '') => runPage.parse((await ledger.ask(`/v1/runs${query}`)).json());
const full = async (id: string) => runAnswer.parse((await ledger.ask(`/v1/runs/${id}`)).json()).run;

describe('a packaged ledger beside a packaged service', () => {
  test('has a run, its events and its rejected rows; OpenLineage is told of it', async () => {
    ledger.drop('landing', 'in/a.txt', 'mon 12\nt"e 0\nwed 34\n');
    await expect.poll(async () => (await list()).runs[0]?.state, { timeout }).toBe('partly-rejected');
    const { runs, total, states } = await list();
    expect({ total, states }).toEqual({ total: 1, states: { 'partly-rejected': 1 } });
    const [summary] = runs;
    expect(summary).toMatchObject({
      chains: ['fixed-width-to-tsv'],
      root: { bucket: 'landing', key: 'in/a.txt' },
      rows: { in: 3, out: 2, rejected: 1 },
      steps: [{ step: 'convert', service: 'fixed-width-to-tsv', output: 'lake/tsv/' }],
    });

    const run = await full(summary!.id);
    const [step] = run.steps;
    expect(step).toMatchObject({
      state: 'partly-rejected',
      rows: { in: 3, out: 2, rejected: 1 },
      retries: 0,
    });
    expect(step!.cost.dollars).toBeGreaterThan(0);
    const { events } = eventsAnswer.parse((await ledger.ask(`/v1/runs/${run.id}/events`)).json());
    expect(events.map((event) => event['detail-type'])).toEqual(['Step Started', 'Step Completed']);

    const rejects = await ledger.ask(`/v1/runs/${run.id}/steps/${step!.id}/rejects?limit=10`);
    const page = rejectsPage.parse(rejects.json());
    expect(page.rows).toMatchObject([{ line: 2, record: 't"e 0' }]);
    expect(page.codes).toEqual({ [page.rows[0]!.code]: 1 });

    const date = run.startedAt.slice(0, 10);
    expect(ledger.keys(`ledger/chain=fixed-width-to-tsv/date=${date}/run=${run.id}`)).toHaveLength(2);
    const told = () => ledger.keys('openlineage').flatMap((key) => ledger.read(key).trimEnd().split('\n'));
    await expect.poll(() => told().length, { timeout }).toBe(2);
    expect(
      told()
        .map((line) => JSON.parse(line).eventType)
        .sort(),
    ).toEqual(['COMPLETE', 'START']);
  });

  test('is filtered, paged, and refuses what cannot be asked', async () => {
    ledger.drop('landing', 'in/b.txt', 'x"x 1\ny"y 2\n');
    await expect.poll(async () => (await list('?state=rejected')).total, { timeout }).toBe(1);
    expect((await list('?key=landing/in/a')).runs.map(({ root }) => root.key)).toEqual(['in/a.txt']);
    expect((await list('?chain=none')).total).toBe(0);
    expect((await list('?from=2999-01-01T00:00:00Z')).total).toBe(0);
    const first = await list('?limit=1');
    expect(first.runs[0]!.root.key).toBe('in/b.txt');
    const second = await list(`?limit=1&cursor=${first.next}`);
    expect(second.runs[0]!.root.key).toBe('in/a.txt');
    expect(second).not.toHaveProperty('next');

    for (const [path, status, code] of [
      ['/v1/runs?sate=failed', 400, 'bad-query'],
      ['/v1/runs?state=odd', 400, 'bad-query'],
      ['/v1/runs/none', 404, 'no-such-run'],
      ['/v1/else', 404, 'no-such-path'],
      ['/v1/dead-letters/other-queue', 404, 'no-such-queue'],
    ] as const) {
      const answer = await ledger.ask(path);
      expect({ status: answer.status, ...(answer.json() as object) }).toMatchObject({ status, code });
    }
    expect((await ledger.ask('/v1/runs', {})).status).toBe(405);
  });

  test('tells of chains, feeds and dead letters', async () => {
    const { chains } = chainsAnswer.parse((await ledger.ask('/v1/chains')).json());
    expect(chains).toMatchObject([
      {
        chain: 'fixed-width-to-tsv',
        runs: 2,
        steps: [{ step: 'convert', sources: ['landing/in/'], lastDay: { partlyRejected: 1, rejected: 1 } }],
      },
    ]);
    const { feeds } = feedsAnswer.parse((await ledger.ask('/v1/feeds')).json());
    expect(feeds).toMatchObject([
      { chain: 'fixed-width-to-tsv', bucket: 'landing', prefix: 'in/', files: 2, marks: ['failing'] },
    ]);
    const { queues } = deadLetterQueues.parse((await ledger.ask('/v1/dead-letters')).json());
    expect(queues.map(({ messages }) => messages)).toEqual([0, 0]);
    for (const { name } of queues) expect((await ledger.ask(`/v1/dead-letters/${name}`)).status).toBe(200);
  });

  test('replays a run through its rule: the same run, whose work is found done', async () => {
    const [run] = (await list('?key=in/a.txt')).runs;
    const ask = async (body: object) => replayAnswer.parse((await ledger.ask('/v1/replays', body)).json());
    const about = {
      chain: 'fixed-width-to-tsv',
      step: 'convert',
      runId: run!.id,
      object: { bucket: 'landing', key: 'in/a.txt' },
    };
    expect(await ask({ kind: 'run', run: run!.id, dryRun: true })).toMatchObject({
      started: 0,
      items: [{ ...about, status: 'would-start' }],
    });
    expect((await full(run!.id)).steps[0]!.events).toHaveLength(2);
    expect(await ask({ kind: 'run', run: run!.id })).toMatchObject({
      started: 1,
      items: [{ ...about, status: 'started' }],
    });
    await expect.poll(async () => (await full(run!.id)).steps[0]!.events.length, { timeout }).toBe(4);
    const again = await full(run!.id);
    expect(again).toMatchObject({ state: 'partly-rejected', rows: { in: 3, out: 2, rejected: 1 } });
    expect(again.steps).toMatchObject([{ outcome: 'repeated', deliveries: 1 }]);

    const { code } = (await list('?state=rejected')).runs[0]!.codes.map((one) => ({ code: one }))[0]!;
    const day = again.startedAt.slice(0, 10);
    expect(await ask({ kind: 'code', code, since: day, dryRun: true })).toMatchObject({
      items: [{ object: { key: 'in/b.txt' } }],
    });
    const ofDay = await ask({ kind: 'day', chain: 'fixed-width-to-tsv', date: day, dryRun: true });
    expect(ofDay.items).toHaveLength(2);
    expect(
      (await ledger.ask('/v1/replays', { kind: 'day', chain: 'fixed-width-to-tsv', date: day, limit: 1 }))
        .status,
    ).toBe(409);
    expect((await ledger.ask('/v1/replays', { kind: 'run', run: 'none' })).status).toBe(404);
  });

  test('is asked by the command too', async () => {
    const tributary = async (...args: string[]) => {
      const command = [
        join(import.meta.dirname, '../../../packages/cli/bin/tributary.mjs'),
        ...args,
        '--local',
      ];
      const { stdout } = await promisify(execFile)(process.execPath, [...command, `${ledger.aws.port}`]);
      return stdout;
    };
    const table = await tributary('runs', '--key', 'in/a', '--chain', 'fixed-width-to-tsv');
    expect(table).toMatch(/partly-rejected .* 3 > 2 \(1 rejected\) .*landing\/in\/a\.txt/);
    expect(table).toContain('1 of 1 runs: 1 partly-rejected');
    const page = runPage.parse(JSON.parse(await tributary('runs', '--key', 'in/a', '--json')));
    const { id } = page.runs[0]!;
    const whole = await tributary('runs', id);
    expect(whole).toMatch(/fixed-width-to-tsv\/convert {2}\|[ ·█]{40}\| {2}partly-rejected/);
    expect(whole).toContain('3 rows in, 2 out, 1 rejected');
    expect(await tributary('replay', id, '--dry-run')).toContain(
      '1 would be started, 0 refused; nothing was done',
    );
    await expect(tributary('runs', 'none')).rejects.toThrow('The ledger knows no such run');
    await expect(tributary('replay')).rejects.toThrow('One thing is replayed at a time');
  });

  test('tells of changes as server-sent events', async () => {
    const begun = await ledger.ask('/v1/live');
    expect(begun.text).not.toContain('event: run');
    const place = /^id: (.+)$/m.exec(begun.text)![1]!;
    ledger.drop('landing', 'in/c.txt', 'sun 56\n');
    const since = async () => (await ledger.ask(`/v1/live?after=${place}`)).text;
    await expect.poll(since, { timeout }).toContain('"key":"in/c.txt"');
    expect(await since()).toMatch(/^retry: \d+\n\nid: .+\nevent: run\ndata: \{/);
    expect((await ledger.ask('/v1/live?after=other.1.1')).text).toMatch(/event: (run|reset)/);
  });
});

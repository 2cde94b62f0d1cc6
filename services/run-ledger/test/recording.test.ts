import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { rejectsQuery, replayRequest, runQuery, type StepRun } from '@tributary/events/ledger';
import { type LocalAws, startLocalAws } from '@tributary/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRejects } from '../src/api/rejects.ts';
import { compactFinished } from '../src/compact/compact-finished.ts';
import { findRun } from '../src/index/find-run.ts';
import { Ledger } from '../src/index/ledger.ts';
import { readSnapshot } from '../src/index/snapshot.ts';
import { sendLineage } from '../src/lineage/send-lineage.ts';
import { recordEvents } from '../src/record/record-events.ts';
import { type ReplayTools, replay } from '../src/replay/replay.ts';
import { eventsOfStep } from './step-events.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-recording-'));
const bucket = 'ledger';
let aws: LocalAws;
let s3: S3Client;
beforeAll(async () => {
  aws = await startLocalAws({ stateDirectory: folder });
  const { endpoint, region, credentials } = aws;
  s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});
afterAll(async () => {
  s3?.destroy();
  await aws?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const filesOf = (prefix: string): string[] =>
  readdirSync(join(folder, 's3', bucket, prefix), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const messagesOf = (events: readonly unknown[]) =>
  events.map((event, index) => ({
    messageId: `m-${index}`,
    body: typeof event === 'string' ? event : JSON.stringify(event),
  }));
const day = Date.parse('2026-11-20T10:00:00Z');
const warned: string[] = [];
const warn = (message: string) => warned.push(message);

describe('recording', () => {
  test('gives each event an object by its id, however often it comes, and keeps aside what is none', async () => {
    const events = [1, 2, 3].flatMap((run) => eventsOfStep({ run, at: day + run * 1000 }, run - 1));
    const messages = messagesOf([...events, '{"no":"event"}', 'no json']);
    for (let time = 0; time < 2; time++) {
      expect(await recordEvents(messages, { s3, bucket, warn, now: () => day + time })).toEqual({
        batchItemFailures: [],
      });
    }
    expect(filesOf('ledger')).toHaveLength(6);
    expect(filesOf('ledger/chain=drives/date=2026-11-20/run=run-1')).toHaveLength(2);
    expect(filesOf('unreadable')).toHaveLength(2);
    expect(filesOf('journal')).toHaveLength(2);
  });

  test('brings back what could not be written', async () => {
    const answer = await recordEvents(messagesOf(eventsOfStep({ run: 9, at: day })), {
      s3,
      bucket: 'none-such',
      warn,
    });
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual([
      'm-0',
      'm-1',
    ]);
  });

  test('is read by a ledger, and by the next one from a snapshot, to the same list', async () => {
    const ledger = new Ledger({ s3, bucket, now: () => day });
    await ledger.catchUp();
    const query = runQuery.parse({});
    const page = ledger.index.query(query, day);
    expect(page.runs.map(({ id, rows }) => [id, rows.rejected])).toEqual([
      ['run-3', 2],
      ['run-2', 1],
      ['run-1', 0],
    ]);
    await ledger.writeSnapshot();
    await recordEvents(messagesOf(eventsOfStep({ run: 1, step: 'again', at: day + 9000 })), {
      s3,
      bucket,
      warn,
      now: () => day + 60_000,
    });
    const next = new Ledger({ s3, bucket, now: () => day });
    await next.catchUp();
    await ledger.catchUp();
    expect(next.index.query(query, day)).toEqual(ledger.index.query(query, day));
    expect(next.index.get('run-1')?.steps).toHaveLength(2);
    expect((await next.run('run-1'))?.run.steps).toHaveLength(2);
    expect(await next.run('run-7')).toBeUndefined();
  });

  test('that took the time its function has is read though later ones were before', async () => {
    const slow = 'slow-writers';
    await s3.send(new CreateBucketCommand({ Bucket: slow }));
    const ledger = new Ledger({ s3, bucket: slow });
    const record = (run: number, at: number) =>
      recordEvents(messagesOf(eventsOfStep({ run, at })), { s3, bucket: slow, warn, now: () => at });
    await record(21, day + 60_000);
    await ledger.catchUp();
    await record(20, day + 1_000);
    await ledger.catchUp();
    expect(ledger.index.get('run-20')).toBeDefined();
  });

  test('of a journal that one process cannot read whole is read on by the next', async () => {
    const long = 'long-journal';
    await s3.send(new CreateBucketCommand({ Bucket: long }));
    for (let run = 1; run <= 20; run++) {
      const at = day + run * 600_000;
      await recordEvents(messagesOf(eventsOfStep({ run, at })), { s3, bucket: long, warn, now: () => at });
    }
    // Stands for the end of the first process: a journal object that cannot be read.
    const broken = `journal/2026-11-20/${new Date(day + 18 * 600_000 + 1).toISOString()}-x.jsonl`;
    await s3.send(new PutObjectCommand({ Bucket: long, Key: broken, Body: 'no json' }));
    const first = new Ledger({ s3, bucket: long, snapshotObjects: 2 });
    await expect(first.catchUp()).rejects.toThrow();
    const snapshot = await readSnapshot(s3, long);
    expect(snapshot?.runs.map(({ id }) => id)).toContain('run-16');
    expect(snapshot?.position).toBeGreaterThanOrEqual(day + 15 * 600_000);
    await s3.send(new PutObjectCommand({ Bucket: long, Key: broken, Body: '\n' }));
    const second = new Ledger({ s3, bucket: long, snapshotObjects: 2 });
    await second.catchUp();
    expect([...second.index.all()].map(({ id }) => id)).toEqual(
      Array.from({ length: 20 }, (_, index) => `run-${20 - index}`),
    );
  });
});

test('a finished day becomes Parquet that DuckDB reads, again when events come late, and no more', async () => {
  const now = Date.parse('2026-11-21T01:00:00Z');
  expect(await compactFinished(s3, bucket, Date.parse('2026-11-21T00:10:00Z'))).toEqual([]);
  expect(await compactFinished(s3, bucket, now)).toEqual(['drives/2026-11-20']);
  expect(await compactFinished(s3, bucket, now)).toEqual([]);
  const file = join(folder, 's3', bucket, 'events/chain=drives/date=2026-11-20/events.parquet');
  const connection = await (await DuckDBInstance.create()).connect();
  const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const sums = `select kind, count(*)::int as events, sum(rows_out)::int as "rows", sum(rows_rejected)::int as rejected, max(total_ms) as ms from '${file}' group by kind order by kind`;
  expect(await ask(sums)).toEqual([
    { kind: 'completed', events: 4, rows: 360, rejected: 3, ms: 900 },
    { kind: 'started', events: 4, rows: null, rejected: null, ms: null },
  ]);
  const whole = await ask(
    `select event->>'$.detail.runId' as run, strftime(time, '%Y-%m-%d %H:%M:%S') as time from '${file}' where event_id = 'drives-2-convert-started'`,
  );
  expect(whole).toEqual([{ run: 'run-2', time: '2026-11-20 10:00:02' }]);

  await recordEvents(messagesOf(eventsOfStep({ run: 4, at: day })), { s3, bucket, warn });
  expect(await compactFinished(s3, bucket, now)).toEqual(['drives/2026-11-20']);
  expect(await ask(`select count(*)::int as events from '${file}'`)).toEqual([{ events: 10 }]);
  connection.closeSync();
});

test('a day that cannot be compacted holds up no other', async () => {
  const days = 'days';
  await s3.send(new CreateBucketCommand({ Bucket: days }));
  for (const chain of ['a', 'b'])
    await recordEvents(messagesOf(eventsOfStep({ run: 1, at: day, chain })), { s3, bucket: days, warn });
  const spoiled = 'ledger/chain=a/date=2026-11-20/run=run-1/spoiled.json';
  await s3.send(new PutObjectCommand({ Bucket: days, Key: spoiled, Body: 'no json' }));
  const now = Date.parse('2026-11-21T01:00:00Z');
  await expect(compactFinished(s3, days, now)).rejects.toThrow('1 days could not be compacted');
  expect(readdirSync(join(folder, 's3', days, 'events'))).toContain('chain=b');
  await s3.send(new PutObjectCommand({ Bucket: days, Key: spoiled, Body: '{}' }));
  expect(await compactFinished(s3, days, now)).toEqual(['a/2026-11-20']);
});

test('a run is looked for in the latest days of all chains', async () => {
  const old = 'old-runs';
  await s3.send(new CreateBucketCommand({ Bucket: old }));
  const record = (chain: string, run: number, at: number) =>
    recordEvents(messagesOf(eventsOfStep({ run, at, chain })), { s3, bucket: old, warn });
  await record('a', 2, day);
  await record('z', 1, day - 86_400_000);
  expect(await findRun(s3, old, 'run-2', 1)).toMatchObject({ chains: ['a'] });
  expect(await findRun(s3, old, 'run-1', 1)).toBeUndefined();
});

test('a replay of what the list of runs has forgotten is refused', async () => {
  const name = 'forgotten';
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  for (let run = 1; run <= 3; run++)
    await recordEvents(messagesOf(eventsOfStep({ run, at: day + run * 1000 })), {
      s3,
      bucket: name,
      warn,
      now: () => day + run * 1000,
    });
  const ledger = new Ledger({ s3, bucket: name, maxRuns: 2 });
  await ledger.catchUp();
  const tools = { ledger } as ReplayTools;
  const since = (time: string) =>
    replay(replayRequest.parse({ kind: 'code', code: 'none', since: time, dryRun: true }), tools);
  await expect(since('2026-11-20')).rejects.toMatchObject({ status: 409, fault: { code: 'too-long-ago' } });
  expect(await since('2026-11-20T10:00:02Z')).toMatchObject({ items: [] });
});

test('a page of rejected rows whose file breaks off is an error, and the process goes on', async () => {
  const rows = gzipSync('{"code":"bad-cell"}\n'.repeat(100_000));
  const body = async function* () {
    yield rows.subarray(0, rows.length / 2);
    throw new Error('the connection broke');
  };
  const breaking = { send: async () => ({ Body: Readable.from(body()) }) } as unknown as S3Client;
  const step = { quarantine: { bucket: 'lake', key: '_rejects/a.jsonl.gz' } } as StepRun;
  await expect(readRejects(breaking, step, rejectsQuery.parse({}))).rejects.toThrow('the connection broke');
});

describe('telling OpenLineage', () => {
  let server: Server;
  const answers: number[] = [];
  const got: { path: string; authorization: string | undefined; body: { eventType: string } }[] = [];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      got.push({
        path: request.url!,
        authorization: request.headers.authorization,
        body: JSON.parse(Buffer.concat(chunks).toString()),
      });
      response.writeHead(answers.shift() ?? 201).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server?.close());

  const tell = (status: number[]) => {
    answers.splice(0, answers.length, ...status);
    got.length = 0;
    const { port } = server.address() as { port: number };
    const [started] = eventsOfStep({ run: 1, at: day });
    return sendLineage(messagesOf([started]), {
      s3,
      bucket,
      warn,
      namespace: 'test',
      url: `http://127.0.0.1:${port}`,
      apiKey: 'secret',
      pauseMs: 1,
    });
  };

  test('tries again, and leaves to the queue what does not pass', async () => {
    expect(await tell([500, 503])).toEqual({ batchItemFailures: [] });
    expect(got).toHaveLength(3);
    expect(got[0]).toMatchObject({
      path: '/api/v1/lineage',
      authorization: 'Bearer secret',
      body: { eventType: 'START' },
    });
    expect(await tell([500, 500, 500])).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-0' }] });
  });

  test('leaves to the queue what there is no time for, and has told the rest', async () => {
    answers.length = 0;
    got.length = 0;
    const { port } = server.address() as { port: number };
    let at = 0;
    const messages = messagesOf([1, 2, 3].map((run) => eventsOfStep({ run, at: day })[0]));
    const url = `http://127.0.0.1:${port}`;
    const now = () => (at += 15_000);
    expect(await sendLineage(messages, { s3, bucket, warn, namespace: 'test', url, now })).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm-2' }],
    });
    expect(got).toHaveLength(2);
  });

  test('keeps a batch in S3 where there is no server, a day in an object, the same batch in the same', async () => {
    const late = day + 86_400_000;
    const messages = messagesOf([
      ...eventsOfStep({ run: 1, at: day }),
      ...eventsOfStep({ run: 2, at: late }),
      { source: 'else' },
    ]);
    const keep = () => sendLineage(messages, { s3, bucket, warn, namespace: 'test' });
    expect(await keep()).toEqual({ batchItemFailures: [] });
    expect(await keep()).toEqual({ batchItemFailures: [] });
    const kept = filesOf('openlineage').map((path) =>
      readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).eventType),
    );
    expect(kept).toEqual([
      ['START', 'COMPLETE'],
      ['START', 'COMPLETE'],
    ]);
  });

  test('keeps what the server will never take, with its answer', async () => {
    expect(await tell([422])).toEqual({ batchItemFailures: [] });
    const [kept] = filesOf('openlineage-refused');
    expect(JSON.parse(readFileSync(kept!, 'utf8'))).toMatchObject({
      refusal: '422 {}',
      event: { eventType: 'START' },
    });
    expect(
      await s3.send(new GetObjectCommand({ Bucket: bucket, Key: kept!.split(`/${bucket}/`)[1]! })),
    ).toBeDefined();
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Activity, type LocalAws, startLocalAws } from '@tributary/local';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageService } from './packaged.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-alone-'));
const activities: Activity[] = [];
let aws: LocalAws;

beforeAll(async () => {
  const options = join(folder, 'options.json');
  writeFileSync(
    options,
    JSON.stringify({
      layout: {
        fields: [
          { name: 'date', start: 0, end: 10 },
          { name: 'serial<number>', start: 10, end: 16 },
          { name: 'failure', start: 16, end: null },
        ],
        skip: 1,
      },
    }),
  );
  const stacks = [
    packageService('event-bus', {}, folder),
    packageService(
      'fixed-width-to-tsv',
      {
        sourceBucket: 'landing',
        sourcePrefix: 'drive-stats/',
        sourceSuffix: '.txt,.txt.gz',
        outputBucket: 'lake',
        outputPrefix: 'tsv/',
        options,
        createBuckets: 'true',
      },
      folder,
    ),
  ];
  aws = await startLocalAws({
    stacks,
    stateDirectory: join(folder, 'state'),
    onEvent: (activity) => activities.push(activity),
  });
});
afterAll(async () => {
  await aws?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: details are looked into freely
const told = (): { type: string; detail: any }[] =>
  activities.flatMap((activity) =>
    activity.kind === 'event-put' && activity.source === 'tributary'
      ? [{ type: activity.event['detail-type'], detail: activity.event.detail }]
      : [],
  );

/** Objects are plain files, both ways. */
const fileOf = (bucket: string, key: string) => join(aws.stateDirectory, 's3', bucket, key);

function drop(key: string, body: Uint8Array | string): void {
  activities.length = 0;
  const file = fileOf('landing', key);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, body);
}

const text = 'date      serialfail\n2026-11-23 S1   0\n2026-11-24 S"2  1\n';

test('a file dropped into the source comes out as TSV, through the rule and the packaged function', async () => {
  drop('drive-stats/2026/q4 "x" <y>.txt.gz', gzipSync(text));
  await expect.poll(() => told().at(-1)?.type, { timeout: 30_000 }).toBe('Step Completed');
  const { outputs, rows, chain, hop } = told().at(-1)!.detail;
  expect({ chain, hop, rows, key: outputs[0].key }).toEqual({
    chain: 'fixed-width-to-tsv',
    hop: 1,
    rows: 2,
    key: 'tsv/2026/q4 "x" <y>.tsv.gz',
  });
  expect(gunzipSync(readFileSync(fileOf('lake', outputs[0].key))).toString()).toBe(
    'date\tserial<number>\tfailure\n2026-11-23\tS1\t0\n2026-11-24\t"S""2"\t1\n',
  );
  expect(told().map(({ type }) => type)).toEqual(['Step Started', 'Step Completed']);
});

test('what lies beside the source wakes nothing', async () => {
  drop('elsewhere/a.txt', text);
  drop('drive-stats/a.csv', text);
  drop('drive-stats/last.txt', text);
  await expect.poll(() => told().at(-1)?.type, { timeout: 30_000 }).toBe('Step Completed');
  expect(told().map(({ detail }) => detail.input.key)).toEqual(Array(2).fill('drive-stats/last.txt'));
});

test('a file that can never pass ends as rejected, and the function succeeds', async () => {
  drop('drive-stats/broken.txt.gz', gzipSync(text).subarray(0, 30));
  await expect.poll(() => told().at(-1)?.type, { timeout: 30_000 }).toBe('Step Rejected');
  expect(activities.filter(({ kind }) => kind === 'function-failed')).toEqual([]);
});

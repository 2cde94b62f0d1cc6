import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { type AwsEvent, type LocalAws, startLocalAws } from '@tributary/local';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SoakChain } from '../soak/chains.ts';
import { packageChain } from '../soak/package-chain.ts';

// Whatever a key looks like, it is a key: through S3, a rule, the envelope, a step and its output.

const chain: SoakChain = {
  format: 'csv',
  steps: [
    { name: 'copy', service: 'csv-to-csv', options: { output: { compression: 'none' } }, prefix: 'ou/' },
    { name: 'pack', service: 'csv-to-csv', options: {}, prefix: 'packed/' },
  ],
};
const text = 'id,name\n1,a\n';

/** A key of exactly so many bytes, most of them of characters of four. */
const long = (bytes: number) => {
  const rest = bytes - 'in/.csv'.length;
  return `in/${'𝒳'.repeat(Math.floor(rest / 4))}${'x'.repeat(rest % 4)}.csv`;
};

const folder = mkdtempSync(join(tmpdir(), 'tributary-keys-'));
const ended = new Map<string, AwsEvent>();
let aws: LocalAws;
let s3: S3Client;
beforeAll(async () => {
  const { stacks } = await packageChain(chain, folder);
  aws = await startLocalAws({
    stacks,
    stateDirectory: join(folder, 'state'),
    timeScale: 0,
    onEvent: (activity) => {
      if (activity.kind !== 'event-put' || activity.detailType === 'Step Started') return;
      const { step, input } = activity.event.detail as { step: string; input: { key: string } };
      ended.set(`${step} ${input.key}`, activity.event);
    },
  });
  s3 = new S3Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
    forcePathStyle: true,
  });
}, 120_000);
afterAll(async () => {
  s3?.destroy();
  await aws?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: 'landing', Key, Body: text }));
const read = async (Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket: 'lake', Key }))).Body!.transformToString();
const endOf = async (step: string, key: string) => {
  await expect.poll(() => ended.get(`${step} ${key}`), { timeout: 60_000 }).toBeDefined();
  return ended.get(`${step} ${key}`)!;
};

const keys = [
  '../x.csv',
  '../../../../../../../tmp/x.csv',
  './x.csv',
  'a//b/../c.csv',
  '/x.csv',
  '__proto__.csv',
  '__proto__/constructor/prototype.csv',
  'toString.csv',
  '%2e.csv',
  '%2e%2e%2f%2e%2e%2fx.csv',
  '%.csv',
  '%00.csv',
  '\\..\\x.csv',
  'C:\\x.csv',
  '<aws.events.event.json>.csv',
  '{date}/{1}.csv',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the point
  '${stage} $& $1.csv',
  '"}],"x":["\'`.csv',
  'a+b c&d=e?f#g;h.csv',
  'line\nend\ttab.csv',
  '*[a-z]?.csv',
  'é.csv',
  'e\u0301.csv',
  '\u202egnp.csv',
  '文件 😀.csv',
  '-rf.csv',
  'CON.csv',
];

test.each(keys)('%j is just a key', async (name) => {
  const key = `in/${name}`;
  await put(key);
  const { 'detail-type': type, detail } = await endOf('copy', key);
  expect({ type, detail }).toMatchObject({
    type: 'Step Completed',
    detail: { root: { key }, input: { key }, outputs: [{ key: `ou/${name}` }] },
  });
  expect(await read(`ou/${name}`)).toBe(text);
});

/** What the name of a quarantine file has more than that of its input here: `_rejects/`, an id, `.jsonl.gz`. */
const companion = '_rejects/'.length + '.0123456789ab'.length + '.jsonl.gz'.length;

test('a key as long as leaves room for the name of its quarantine file is just a key', async () => {
  const key = long(1024 - companion);
  await put(key);
  expect(await endOf('copy', key)).toMatchObject({ 'detail-type': 'Step Completed' });
  expect(await read(`ou/${key.slice('in/'.length)}`)).toBe(text);
});

test('1,024 bytes of Unicode are a key, which a step says it cannot make a longer one of', async () => {
  const key = long(1024);
  expect(Buffer.byteLength(key)).toBe(1024);
  await put(key);
  for (const step of ['copy', 'pack'])
    expect(await endOf(step, key)).toMatchObject({
      'detail-type': 'Step Rejected',
      detail: { root: { key }, report: { code: 'output-key-too-long' } },
    });
  await expect(put(long(1025))).rejects.toMatchObject({ name: 'KeyTooLongError' });
});

test('none of them has touched another, or anything outside of its bucket', async () => {
  const found: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: 'landing' }))
    found.push(...Contents.map(({ Key = '' }) => Key));
  expect(found.sort()).toEqual(
    [...keys.map((name) => `in/${name}`), long(1024 - companion), long(1024)].sort(),
  );
  for (const name of keys)
    expect(
      (await s3.send(new HeadObjectCommand({ Bucket: 'landing', Key: `in/${name}` }))).ContentLength,
    ).toBe(text.length);
  expect(readdirSync(folder).sort()).toEqual(['chain-soak', 'state']);
  expect(readdirSync(join(folder, 'state/s3')).filter((name) => name.includes('x.csv'))).toEqual([]);
  expect('polluted' in {}).toBe(false);
});

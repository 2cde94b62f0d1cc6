import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Harness, refusal } from './harness.ts';

let harness: Harness;
let client: S3Client;
const Bucket = 'landing';
const md5 = (text: string | Buffer) => createHash('md5').update(text).digest('hex');

beforeAll(async () => {
  harness = await Harness.open();
  await harness.s3.createBucket(Bucket, { eventBridge: true });
  client = harness.client();
});
afterAll(() => harness.close());

describe('put, get, head, delete', () => {
  test('an object comes back as it went, and is a plain file', async () => {
    const put = await client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'in/2026/a file.csv',
        Body: 'a,b\n1,2\n',
        ContentType: 'text/csv',
        ContentEncoding: 'identity',
        CacheControl: 'no-store',
        Metadata: { origin: 'test', 'x-y': 'z' },
      }),
    );
    expect(put.ETag).toBe(`"${md5('a,b\n1,2\n')}"`);
    expect(put.ChecksumCRC32).toBeDefined();
    expect(readFileSync(harness.file(Bucket, 'in', '2026', 'a file.csv'), 'utf8')).toBe('a,b\n1,2\n');
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'in/2026/a file.csv' }));
    expect(await got.Body?.transformToString()).toBe('a,b\n1,2\n');
    expect(got).toMatchObject({
      ContentType: 'text/csv',
      ContentEncoding: 'identity',
      CacheControl: 'no-store',
      ContentLength: 8,
      Metadata: { origin: 'test', 'x-y': 'z' },
      ETag: put.ETag,
      ChecksumCRC32: put.ChecksumCRC32,
      ChecksumType: 'FULL_OBJECT',
    });
    expect(got.LastModified).toBeInstanceOf(Date);
  });

  test('a stream of unknown kind goes up in aws-chunked with a trailer', async () => {
    const bytes = Buffer.alloc(3_000_000, 'tributary ');
    const Body = Readable.from([bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]);
    const put = await client.send(
      new PutObjectCommand({ Bucket, Key: 'streamed', Body, ContentLength: bytes.length }),
    );
    expect(put.ETag).toBe(`"${md5(bytes)}"`);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'streamed' }));
    expect(got.ContentEncoding).toBeUndefined();
    expect(md5(Buffer.from((await got.Body?.transformToByteArray()) as Uint8Array))).toBe(md5(bytes));
  });

  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    '%s is verified and given back',
    async (algorithm) => {
      const body = Buffer.alloc(700_001, algorithm);
      const put = await client.send(
        new PutObjectCommand({ Bucket, Key: `sums/${algorithm}`, Body: body, ChecksumAlgorithm: algorithm }),
      );
      const value = put[`Checksum${algorithm}`];
      expect(value).toBeDefined();
      const got = await client.send(
        new GetObjectCommand({ Bucket, Key: `sums/${algorithm}`, ChecksumMode: 'ENABLED' }),
      );
      expect(got[`Checksum${algorithm}`]).toBe(value);
      // The SDK verifies while it reads.
      expect((await got.Body?.transformToByteArray())?.length).toBe(body.length);
      const wrong = client.send(
        new PutObjectCommand({
          Bucket,
          Key: 'sums/wrong',
          Body: Buffer.from('other'),
          [`Checksum${algorithm}`]: value,
        }),
      );
      expect(await refusal(wrong)).toEqual({ code: 'BadDigest', status: 400 });
      expect(await refusal(client.send(new HeadObjectCommand({ Bucket, Key: 'sums/wrong' })))).toMatchObject({
        status: 404,
      });
    },
  );

  test('ranges', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'ten', Body: '0123456789' }));
    const read = async (Range: string) => {
      const got = await client.send(new GetObjectCommand({ Bucket, Key: 'ten', Range }));
      return [await got.Body?.transformToString(), got.ContentRange, got.$metadata.httpStatusCode];
    };
    expect(await read('bytes=2-4')).toEqual(['234', 'bytes 2-4/10', 206]);
    expect(await read('bytes=7-')).toEqual(['789', 'bytes 7-9/10', 206]);
    expect(await read('bytes=-2')).toEqual(['89', 'bytes 8-9/10', 206]);
    expect(await read('bytes=0-999')).toEqual(['0123456789', 'bytes 0-9/10', 206]);
    expect(await refusal(read('bytes=10-'))).toEqual({ code: 'InvalidRange', status: 416 });
  });

  test('conditions of reads', async () => {
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'read', Body: 'x' }));
    const get = (conditions: object) =>
      client.send(new GetObjectCommand({ Bucket, Key: 'read', ...conditions }));
    await (await get({ IfMatch: ETag })).Body?.transformToString();
    await (await get({ IfNoneMatch: '"other"' })).Body?.transformToString();
    expect(await refusal(get({ IfMatch: '"other"' }))).toEqual({ code: 'PreconditionFailed', status: 412 });
    expect(await refusal(get({ IfNoneMatch: ETag }))).toMatchObject({ status: 304 });
    expect(await refusal(get({ IfModifiedSince: new Date(Date.now() + 1000) }))).toMatchObject({
      status: 304,
    });
    expect(await refusal(get({ IfUnmodifiedSince: new Date(0) }))).toMatchObject({ status: 412 });
  });

  test('what is not there', async () => {
    expect(await refusal(client.send(new GetObjectCommand({ Bucket, Key: 'nothing' })))).toEqual({
      code: 'NoSuchKey',
      status: 404,
    });
    expect(await refusal(client.send(new HeadObjectCommand({ Bucket, Key: 'nothing' })))).toEqual({
      code: 'NotFound',
      status: 404,
    });
    const elsewhere = client.send(new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'x' }));
    expect(await refusal(elsewhere)).toEqual({ code: 'NoSuchBucket', status: 404 });
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'nothing' }));
  });

  test('a deleted object leaves no file and no empty folder', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'deep/er/x', Body: '1' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'deep/er/x' }));
    expect(existsSync(harness.file(Bucket, 'deep'))).toBe(false);
    expect(await refusal(client.send(new GetObjectCommand({ Bucket, Key: 'deep/er/x' })))).toMatchObject({
      code: 'NoSuchKey',
    });
  });
});

describe('conditional writes', () => {
  test('of 100 racing creates exactly one wins, and its bytes are the object', async () => {
    const racer = harness.client({ maxAttempts: 1, requestHandler: { httpAgent: { maxSockets: 100 } } });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) =>
        racer.send(new PutObjectCommand({ Bucket, Key: 'race', Body: `racer ${n}`, IfNoneMatch: '*' })),
      ),
    );
    const winners = outcomes.flatMap((outcome, n) => (outcome.status === 'fulfilled' ? [n] : []));
    expect(winners).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'PreconditionFailed' });
    }
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'race' }));
    expect(await got.Body?.transformToString()).toBe(`racer ${winners[0]}`);
  });

  test('If-Match', async () => {
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'match', Body: '1' }));
    const write = (IfMatch: string, Key = 'match') =>
      client.send(new PutObjectCommand({ Bucket, Key, Body: '2', IfMatch }));
    expect(await refusal(write('"other"'))).toEqual({ code: 'PreconditionFailed', status: 412 });
    expect(await refusal(write('"other"', 'match-nothing'))).toEqual({ code: 'NoSuchKey', status: 404 });
    await write(ETag as string);
    expect(await refusal(write(ETag as string))).toEqual({ code: 'PreconditionFailed', status: 412 });
  });
});

const awkward = [
  'x',
  'x/y',
  'x/y/z',
  'a//b',
  './x',
  '../x',
  '../../etc/passwd',
  'a/./b',
  'a/../b',
  '/',
  '//',
  '/lead',
  'folder/',
  'folder',
  'folder/inner',
  '.',
  '..',
  '.hidden',
  'it\'s "quoted"',
  '%41',
  'A',
  '%',
  '%25',
  'a%2Fb',
  'x%file',
  'x%dir',
  'x%dir/y',
  '%empty',
  '%folder',
  'back\\slash',
  'tab\tnew\nline',
  'ünï/cødé/日本語/😀',
  'sp ace/ lead/trail ',
  'a+b&c=d?e#f',
  'x'.repeat(1024),
  `${'ü'.repeat(300)}/y`,
  'd'.repeat(255),
  'con:colon*star|pipe<>',
];

describe('keys that are awkward as file names', () => {
  test('stand side by side, each with its own bytes', async () => {
    await harness.s3.createBucket('awkward');
    for (const Key of awkward)
      await client.send(new PutObjectCommand({ Bucket: 'awkward', Key, Body: `I am ${Key}` }));
    for (const Key of awkward) {
      const got = await client.send(new GetObjectCommand({ Bucket: 'awkward', Key }));
      expect(await got.Body?.transformToString()).toBe(`I am ${Key}`);
    }
    const listed = await client.send(new ListObjectsV2Command({ Bucket: 'awkward', EncodingType: 'url' }));
    const keys = listed.Contents?.map(({ Key }) => decodeURIComponent(Key as string));
    const order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    expect(keys).toEqual([...awkward].sort(order));
    await harness.restart();
    client = harness.client();
    const after = await client.send(new ListObjectsV2Command({ Bucket: 'awkward' }));
    expect(after.KeyCount).toBe(awkward.length);
    for (const Key of awkward) await client.send(new DeleteObjectCommand({ Bucket: 'awkward', Key }));
    await harness.s3.removeBucket('awkward');
    expect(existsSync(harness.file('awkward'))).toBe(false);
  });

  test('a key of more than 1,024 bytes is refused', async () => {
    const put = client.send(new PutObjectCommand({ Bucket, Key: 'x'.repeat(1025), Body: '' }));
    expect(await refusal(put)).toEqual({ code: 'KeyTooLongError', status: 400 });
  });
});

describe('refusals', () => {
  test('of a large body reach the client, and nothing stays behind', async () => {
    const body = () => Readable.from(Array.from({ length: 40 }, () => Buffer.alloc(500_000)));
    const put = (more: object) =>
      client.send(
        new PutObjectCommand({ Bucket, Key: 'refused', Body: body(), ContentLength: 20_000_000, ...more }),
      );
    expect(await refusal(put({ Bucket: 'no-such-bucket' }))).toEqual({ code: 'NoSuchBucket', status: 404 });
    expect(await refusal(put({ ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }))).toEqual({
      code: 'BadDigest',
      status: 400,
    });
    expect(await refusal(put({ ExpectedBucketOwner: '999999999999' }))).toEqual({
      code: 'AccessDenied',
      status: 403,
    });
    expect(await refusal(put({ IfNoneMatch: '*', Key: 'ten' }))).toEqual({
      code: 'PreconditionFailed',
      status: 412,
    });
    expect(readdirSync(harness.file('.meta', 'staged'))).toEqual([]);
  });
});

describe('notifications', () => {
  test('tell once of each change, in order', async () => {
    harness.told.length = 0;
    await client.send(new PutObjectCommand({ Bucket, Key: 'told/a b', Body: 'one' }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'told/a b', Body: 'two!' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'told/a b' }));
    await harness.until(() => harness.told.length >= 3);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(
      harness.told.map(({ kind, detail }) => [
        kind,
        detail.object.size,
        detail.reason,
        detail['deletion-type'],
      ]),
    ).toEqual([
      ['Object Created', 3, 'PutObject', undefined],
      ['Object Created', 4, 'PutObject', undefined],
      ['Object Deleted', undefined, 'DeleteObject', 'Permanently Deleted'],
    ]);
    expect(harness.told[0]).toEqual({
      kind: 'Object Created',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      detail: {
        version: '0',
        bucket: { name: Bucket },
        object: {
          key: 'told/a b',
          size: 3,
          etag: md5('one'),
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
        },
        'request-id': expect.stringMatching(/^[0-9A-F]{16}$/),
        requester: '000000000000',
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    });
    const sequencers = harness.told.map(({ detail }) => detail.object.sequencer as string);
    expect(sequencers).toEqual([...new Set(sequencers)].sort());
  });
});

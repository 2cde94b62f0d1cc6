import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Harness, refusal } from './harness.ts';

let harness: Harness;
let client: S3Client;

beforeAll(async () => {
  harness = await Harness.open();
  client = harness.client();
});
beforeEach(() => {
  harness.told.length = 0;
});
afterAll(() => harness.close());

const put = (Bucket: string, Key: string, Body: string, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Bucket: string, Key: string, VersionId?: string) =>
  (
    await client.send(new GetObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }))
  ).Body?.transformToString();

describe('versions', () => {
  const Bucket = 'versioned';

  test('every write is kept, deletes make markers, and all of it can be undone', async () => {
    await harness.s3.createBucket(Bucket, { versioning: true, eventBridge: true });
    const v1 = (await put(Bucket, 'k', 'one')).VersionId as string;
    const v2 = (await put(Bucket, 'k', 'two')).VersionId as string;
    expect(v1).not.toBe(v2);
    expect([await text(Bucket, 'k'), await text(Bucket, 'k', v1), await text(Bucket, 'k', v2)]).toEqual([
      'two',
      'one',
      'two',
    ]);
    expect(readFileSync(harness.file(Bucket, 'k'), 'utf8')).toBe('two');
    const deleted = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect(deleted).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
    expect(existsSync(harness.file(Bucket, 'k'))).toBe(false);
    expect(await refusal(text(Bucket, 'k'))).toEqual({ code: 'NoSuchKey', status: 404 });
    expect(await refusal(text(Bucket, 'k', deleted.VersionId))).toEqual({
      code: 'MethodNotAllowed',
      status: 405,
    });
    expect(await refusal(text(Bucket, 'k', 'never'))).toEqual({ code: 'NoSuchVersion', status: 404 });
    expect(await text(Bucket, 'k', v1)).toBe('one');
    const listed = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(listed.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [v2, false],
      [v1, false],
    ]);
    expect(listed.DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [deleted.VersionId, true],
    ]);
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    // Without the marker, the version before it is the object again, and its file lies where a person looks.
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: deleted.VersionId }));
    expect(await text(Bucket, 'k')).toBe('two');
    expect(readFileSync(harness.file(Bucket, 'k'), 'utf8')).toBe('two');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: v2 }));
    expect(await text(Bucket, 'k')).toBe('one');
    await harness.until(() => harness.told.length >= 5);
    expect(
      harness.told.map(({ kind, detail }) => [kind, detail.object['version-id'], detail['deletion-type']]),
    ).toEqual([
      ['Object Created', v1, undefined],
      ['Object Created', v2, undefined],
      ['Object Deleted', deleted.VersionId, 'Delete Marker Created'],
      ['Object Deleted', deleted.VersionId, 'Permanently Deleted'],
      ['Object Deleted', v2, 'Permanently Deleted'],
    ]);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: v1 }));
    await harness.s3.removeBucket(Bucket);
    expect(readdirSync(harness.file('.meta', 'versions'))).toEqual([]);
  });

  test('a bucket that was not versioned, is, and is no longer', async () => {
    const Bucket = 'suspended';
    await harness.s3.createBucket(Bucket);
    await put(Bucket, 'k', 'unversioned');
    const status = (Status: 'Enabled' | 'Suspended') =>
      client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    await status('Enabled');
    const v1 = (await put(Bucket, 'k', 'versioned')).VersionId as string;
    expect(await text(Bucket, 'k', 'null')).toBe('unversioned');
    await status('Suspended');
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Suspended');
    expect((await put(Bucket, 'k', 'null again')).VersionId).toBe('null');
    expect([await text(Bucket, 'k'), await text(Bucket, 'k', 'null'), await text(Bucket, 'k', v1)]).toEqual([
      'null again',
      'null again',
      'versioned',
    ]);
    const listed = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual(['null', v1]);
    expect(await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))).toMatchObject({
      DeleteMarker: true,
      VersionId: 'null',
    });
    expect(
      (await client.send(new ListObjectVersionsCommand({ Bucket }))).Versions?.map(
        ({ VersionId }) => VersionId,
      ),
    ).toEqual([v1]);
  });

  test('a file removed by hand leaves its older versions older', async () => {
    const Bucket = 'by-hand';
    await harness.s3.createBucket(Bucket, { versioning: true });
    const v1 = (await put(Bucket, 'k', 'one')).VersionId as string;
    await put(Bucket, 'k', 'two');
    rmSync(harness.file(Bucket, 'k'));
    expect(await refusal(text(Bucket, 'k'))).toMatchObject({ code: 'NoSuchKey' });
    expect(await text(Bucket, 'k', v1)).toBe('one');
    await put(Bucket, 'k', 'three');
    expect(await text(Bucket, 'k')).toBe('three');
  });

  test('are listed page by page', async () => {
    const Bucket = 'paged-versions';
    await harness.s3.createBucket(Bucket, { versioning: true });
    for (const [key, count] of [
      ['a', 3],
      ['b/1', 2],
      ['b/2', 1],
      ['c', 2],
    ] as const) {
      for (let n = 0; n < count; n++) await put(Bucket, key, `${n}`);
    }
    const seen: string[] = [];
    let page: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (page) {
      const listed: Awaited<ReturnType<typeof list>> = await list(page);
      seen.push(
        ...(listed.Versions ?? []).map(({ Key, IsLatest }) => `${Key}${IsLatest ? '*' : ''}`),
        ...(listed.CommonPrefixes ?? []).map(({ Prefix }) => `${Prefix}`),
      );
      page = listed.IsTruncated
        ? {
            ...(listed.NextKeyMarker && { KeyMarker: listed.NextKeyMarker }),
            ...(listed.NextVersionIdMarker && { VersionIdMarker: listed.NextVersionIdMarker }),
          }
        : undefined;
    }
    function list(markers: object) {
      return client.send(new ListObjectVersionsCommand({ Bucket, Delimiter: '/', MaxKeys: 2, ...markers }));
    }
    expect(seen).toEqual(['a*', 'a', 'a', 'b/', 'c*', 'c']);
  });
});

describe('copies', () => {
  const Bucket = 'copies';

  test('take metadata along or other metadata, and heed conditions on both sides', async () => {
    await harness.s3.createBucket(Bucket, { eventBridge: true });
    const source = await put(Bucket, 'från/a b+c', 'copy me', {
      ContentType: 'text/x',
      Metadata: { a: '1' },
      Tagging: 't=1',
    });
    const copy = (Key: string, more: object = {}) =>
      client.send(
        new CopyObjectCommand({
          Bucket,
          Key,
          CopySource: encodeURIComponent(`${Bucket}/från/a b+c`),
          ...more,
        }),
      );
    const copied = await copy('same');
    expect(copied.CopyObjectResult).toMatchObject({ ETag: source.ETag, ChecksumCRC32: source.ChecksumCRC32 });
    expect(await text(Bucket, 'same')).toBe('copy me');
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'same' }))).toMatchObject({
      ContentType: 'text/x',
      Metadata: { a: '1' },
      TagCount: 1,
    });
    await copy('other', {
      MetadataDirective: 'REPLACE',
      ContentType: 'text/y',
      Metadata: { b: '2' },
      TaggingDirective: 'REPLACE',
      Tagging: 'u=2&v=3',
      ChecksumAlgorithm: 'SHA256',
    });
    expect(
      await client.send(new HeadObjectCommand({ Bucket, Key: 'other', ChecksumMode: 'ENABLED' })),
    ).toMatchObject({
      ContentType: 'text/y',
      Metadata: { b: '2' },
      TagCount: 2,
      ChecksumSHA256: expect.any(String),
    });
    expect(await refusal(copy('x', { CopySourceIfMatch: '"other"' }))).toEqual({
      code: 'PreconditionFailed',
      status: 412,
    });
    expect(await refusal(copy('x', { CopySourceIfNoneMatch: source.ETag }))).toEqual({
      code: 'PreconditionFailed',
      status: 412,
    });
    expect(
      await refusal(copy('x', { CopySourceIfModifiedSince: new Date(Date.now() + 1000) })),
    ).toMatchObject({ status: 412 });
    expect(await refusal(copy('same', { IfNoneMatch: '*' }))).toEqual({
      code: 'PreconditionFailed',
      status: 412,
    });
    expect(await refusal(copy('från/a b+c'))).toEqual({ code: 'InvalidRequest', status: 400 });
    await copy('från/a b+c', { MetadataDirective: 'REPLACE', Metadata: { new: 'yes' } });
    expect(await text(Bucket, 'från/a b+c')).toBe('copy me');
    expect(
      await refusal(client.send(new CopyObjectCommand({ Bucket, Key: 'x', CopySource: `${Bucket}/none` }))),
    ).toEqual({ code: 'NoSuchKey', status: 404 });
    await harness.until(() => harness.told.length >= 4);
    expect(harness.told.map(({ detail }) => detail.reason)).toEqual([
      'PutObject',
      'CopyObject',
      'CopyObject',
      'CopyObject',
    ]);
  });
});

describe('batch deletes', () => {
  test('answer for each key', async () => {
    const Bucket = 'batch';
    await harness.s3.createBucket(Bucket);
    const keys = [' leads', 'a&b<c>', 'tab\there', 'x/y', 'x'];
    for (const key of keys) await put(Bucket, key, key);
    const kept = await put(Bucket, 'kept', 'kept');
    const done = await client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: {
          Objects: [...keys.map((Key) => ({ Key })), { Key: 'kept', ETag: '"no"' }, { Key: 'nothing' }],
        },
      }),
    );
    expect(done.Deleted?.map(({ Key }) => Key)).toEqual([...keys, 'nothing']);
    expect(done.Errors).toMatchObject([{ Key: 'kept', Code: 'PreconditionFailed' }]);
    const listed = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(listed.Contents?.map(({ Key, ETag }) => [Key, ETag])).toEqual([['kept', kept.ETag]]);
    const quiet = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Quiet: true, Objects: [{ Key: 'kept' }] } }),
    );
    expect(quiet.Deleted).toBeUndefined();
  });
});

describe('tags', () => {
  test('are set, read, told of and removed', async () => {
    const Bucket = 'tagged';
    await harness.s3.createBucket(Bucket, { eventBridge: true });
    await put(Bucket, 'k', 'x', { Tagging: 'a=1&b=%20c' });
    const tags = async () => (await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).TagSet;
    expect(await tags()).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: ' c' },
    ]);
    await client.send(
      new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging: { TagSet: [{ Key: 'new', Value: '' }] } }),
    );
    expect(await tags()).toEqual([{ Key: 'new', Value: '' }]);
    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'k' }));
    expect(await tags()).toEqual([]);
    const twice = [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ];
    expect(
      await refusal(
        client.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging: { TagSet: twice } })),
      ),
    ).toEqual({ code: 'InvalidTag', status: 400 });
    await harness.until(() => harness.told.length >= 3);
    expect(harness.told.map(({ kind }) => kind)).toEqual([
      'Object Created',
      'Object Tags Added',
      'Object Tags Deleted',
    ]);
  });
});

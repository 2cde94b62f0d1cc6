import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Harness, refusal } from './harness.ts';

let harness: Harness;
let client: S3Client;
const Bucket = 'listed';
const order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const keys = [
  'a',
  'a/',
  'a/1',
  'a/1/x',
  'a/2',
  'a-b',
  'b//c',
  'b/c',
  'z',
  'é/1',
  'é/2',
  '｡',
  '😀/x',
  '😀',
].sort(order);

beforeAll(async () => {
  harness = await Harness.open();
  await harness.s3.createBucket(Bucket);
  client = harness.client();
  for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
});
afterAll(() => harness.close());

/** What a listing must give, made the plain way. */
function model(prefix: string, delimiter: string, after: string): string[] {
  const entries = keys
    .filter((key) => key.startsWith(prefix))
    .filter((key) => order(key, after) > 0)
    .map((key) => {
      const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      return at < 0 ? key : `${key.slice(0, at + delimiter.length)}*`;
    })
    .filter((entry) => entry !== `${after}*`);
  return [...new Set(entries)];
}

describe('listing', () => {
  test('by any prefix, delimiter, start and page size gives what the keys say', async () => {
    const texts = fc.constantFrom('', 'a', 'a/', 'a/1', 'b/', 'é', '😀', 'zz', '/');
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.constantFrom('', '/', '-', '//', '1'),
        fc.oneof(texts, fc.constantFrom(...keys)),
        fc.integer({ min: 1, max: 5 }),
        async (Prefix, Delimiter, StartAfter, MaxKeys) => {
          const seen: string[] = [];
          let token: string | undefined;
          do {
            const page = await client.send(
              new ListObjectsV2Command({
                Bucket,
                Prefix,
                Delimiter,
                StartAfter,
                MaxKeys,
                ...(token && { ContinuationToken: token }),
              }),
            );
            const entries = [
              ...(page.Contents ?? []).map(({ Key }) => Key as string),
              ...(page.CommonPrefixes ?? []).map((one) => `${one.Prefix}*`),
            ];
            expect(page.KeyCount).toBe(entries.length);
            expect(entries.length).toBeLessThanOrEqual(MaxKeys);
            seen.push(...entries);
            token = page.NextContinuationToken;
            expect(page.IsTruncated).toBe(token !== undefined);
          } while (token);
          expect(seen.sort(order)).toEqual(model(Prefix, Delimiter, StartAfter).sort(order));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('in version 1', async () => {
    const first = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }));
    expect([first.Contents?.map(({ Key }) => Key), first.CommonPrefixes, first.NextMarker]).toEqual([
      ['a', 'a-b'],
      undefined,
      'a-b',
    ]);
    const second = await client.send(
      new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2, Marker: 'a-b' }),
    );
    expect([second.CommonPrefixes, second.NextMarker]).toEqual([[{ Prefix: 'a/' }, { Prefix: 'b/' }], 'b/']);
    const third = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: 'b/' }));
    expect(third.CommonPrefixes).toEqual([{ Prefix: 'é/' }, { Prefix: '😀/' }]);
  });

  test('what is not to be had', async () => {
    expect(
      await refusal(client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'nonsense' }))),
    ).toEqual({ code: 'InvalidArgument', status: 400 });
    expect(await refusal(client.send(new ListObjectsV2Command({ Bucket, MaxKeys: -1 })))).toEqual({
      code: 'InvalidArgument',
      status: 400,
    });
    expect((await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }))).KeyCount).toBe(0);
    expect(await refusal(client.send(new ListObjectsV2Command({ Bucket: 'no-such-bucket' })))).toEqual({
      code: 'NoSuchBucket',
      status: 404,
    });
  });
});

describe('buckets', () => {
  test('are made, configured and removed by the API too', async () => {
    const Bucket = 'by-api';
    await client.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
    );
    expect(harness.s3.hasBucket(Bucket)).toBe(true);
    expect(await refusal(client.send(new CreateBucketCommand({ Bucket })))).toEqual({
      code: 'BucketAlreadyOwnedByYou',
      status: 409,
    });
    expect(await refusal(client.send(new CreateBucketCommand({ Bucket: 'Not_a_name' })))).toEqual({
      code: 'InvalidBucketName',
      status: 400,
    });
    expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('eu-central-1');
    expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe(
      'eu-central-1',
    );
    expect((await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([
      Bucket,
      'listed',
    ]);
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    expect(await refusal(client.send(new GetBucketPolicyCommand({ Bucket })))).toEqual({
      code: 'NoSuchBucketPolicy',
      status: 404,
    });
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: policy }));
    expect((await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(policy);
    await client.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    expect(
      (await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }))).EventBridgeConfiguration,
    ).toBeDefined();
    await client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: [
            {
              Status: 'Enabled',
              Filter: { Prefix: 'tmp/' },
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
            },
          ],
        },
      }),
    );
    expect((await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toMatchObject([
      { Filter: { Prefix: 'tmp/' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 } },
    ]);
    await client.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x' }));
    expect(await refusal(client.send(new DeleteBucketCommand({ Bucket })))).toEqual({
      code: 'BucketNotEmpty',
      status: 409,
    });
    expect(await refusal(harness.s3.removeBucket(Bucket))).toEqual({ code: 'S3Error', status: undefined });
  });

  test('what is not there is refused by its name', async () => {
    const refused: (() => Promise<unknown>)[] = [
      () =>
        client.send(
          new PutBucketCorsCommand({
            Bucket,
            CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] },
          }),
        ),
      () =>
        client.send(
          new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: { IndexDocument: { Suffix: 'x' } } }),
        ),
      () => client.send(new PutBucketAclCommand({ Bucket, ACL: 'private' })),
      () =>
        client.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', ServerSideEncryption: 'aws:kms' })),
      () =>
        client.send(
          new PutBucketLifecycleConfigurationCommand({
            Bucket,
            LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Filter: {}, Expiration: { Days: 1 } }] },
          }),
        ),
      () =>
        client.send(
          new PutBucketNotificationConfigurationCommand({
            Bucket,
            NotificationConfiguration: {
              QueueConfigurations: [{ QueueArn: 'arn:aws:sqs:::q', Events: ['s3:ObjectCreated:*'] }],
            },
          }),
        ),
    ];
    for (const send of refused)
      expect(await refusal(send())).toEqual({ code: 'NotImplemented', status: 501 });
    const open = client.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', ACL: 'public-read' }));
    expect(await refusal(open)).toEqual({ code: 'AccessControlListNotSupported', status: 400 });
  });
});

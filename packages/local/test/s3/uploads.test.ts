import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDigest } from '../../src/s3/checksums.ts';
import { Harness, refusal } from './harness.ts';

let harness: Harness;
let client: S3Client;
const Bucket = 'parts';
const mib = 1024 * 1024;
const bytes = randomBytes(13 * mib + 7);
const cuts = [0, 5 * mib, 10 * mib, bytes.length];
const pieces = [0, 1, 2].map((n) => bytes.subarray(cuts[n], cuts[n + 1]));

function md5(data: Uint8Array): Buffer {
  return createHash('md5').update(data).digest();
}

const wholeEtag = `"${md5(Buffer.concat(pieces.map(md5))).toString('hex')}-3"`;

beforeAll(async () => {
  harness = await Harness.open();
  await harness.s3.createBucket(Bucket, { eventBridge: true });
  client = harness.client();
});
afterAll(() => harness.close());

async function create(
  Key: string,
  more: object = {},
): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId: UploadId as string };
}

async function send(
  upload: { Bucket: string; Key: string; UploadId: string },
  PartNumber: number,
  Body: Buffer,
  more: object = {},
): Promise<CompletedPart> {
  const { ETag, ...sums } = await client.send(
    new UploadPartCommand({ ...upload, PartNumber, Body, ...more }),
  );
  const checksums = Object.entries(sums).filter(([name]) => name.startsWith('Checksum'));
  return { PartNumber, ETag, ...Object.fromEntries(checksums) };
}

async function body(Key: string): Promise<Buffer> {
  const got = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await got.Body?.transformToByteArray()) as Uint8Array);
}

describe('multipart uploads', () => {
  test('in any order, become one plain file with the ETag of AWS', async () => {
    harness.told.length = 0;
    const upload = await create('big', { ContentType: 'text/plain', Metadata: { a: 'b' } });
    const parts = await Promise.all([2, 1, 3].map((n) => send(upload, n, pieces[n - 1] as Buffer)));
    const listed = await client.send(new ListPartsCommand(upload));
    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 5 * mib],
      [2, 5 * mib],
      [3, 3 * mib + 7],
    ]);
    parts.sort((a, b) => (a.PartNumber as number) - (b.PartNumber as number));
    const done = await client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }),
    );
    expect(done.ETag).toBe(wholeEtag);
    // A client that lost the answer asks again, and gets it again.
    const again = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } });
    expect((await client.send(again)).ETag).toBe(wholeEtag);
    expect(readFileSync(harness.file(Bucket, 'big')).equals(bytes)).toBe(true);
    expect((await body('big')).equals(bytes)).toBe(true);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'big', PartNumber: 2 }));
    expect(head).toMatchObject({
      PartsCount: 3,
      ContentLength: 5 * mib,
      ContentType: 'text/plain',
      Metadata: { a: 'b' },
    });
    await harness.until(() => harness.told.length > 0);
    expect(harness.told[0]?.detail).toMatchObject({
      reason: 'CompleteMultipartUpload',
      object: { size: bytes.length },
    });
    expect(readdirSync(harness.file('.meta', 'uploads'))).toEqual([]);
  });

  test.each([
    ['CRC32', 'FULL_OBJECT'],
    ['CRC32C', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
    ['CRC32', 'COMPOSITE'],
    ['CRC32C', 'COMPOSITE'],
    ['SHA1', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
  ] as const)('checksum %s %s', async (ChecksumAlgorithm, ChecksumType) => {
    const sum = (data: Uint8Array) => {
      const digest = createDigest(ChecksumAlgorithm);
      digest.update(data);
      return digest.digest();
    };
    const expected =
      ChecksumType === 'FULL_OBJECT'
        ? sum(bytes).toString('base64')
        : `${sum(Buffer.concat(pieces.map(sum))).toString('base64')}-3`;
    const Key = `sums/${ChecksumAlgorithm}-${ChecksumType}`;
    const upload = await create(Key, { ChecksumAlgorithm, ChecksumType });
    const parts: CompletedPart[] = [];
    for (const n of [1, 2, 3])
      parts.push(await send(upload, n, pieces[n - 1] as Buffer, { ChecksumAlgorithm }));
    const name = `Checksum${ChecksumAlgorithm}` as const;
    expect(parts[0]?.[name]).toBe(sum(pieces[0] as Buffer).toString('base64'));
    const complete = (value: string) =>
      client.send(
        new CompleteMultipartUploadCommand({
          ...upload,
          ChecksumType,
          [name]: value,
          MultipartUpload: { Parts: parts },
        }),
      );
    const wrong = expected.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'));
    expect(await refusal(complete(wrong))).toEqual({ code: 'BadDigest', status: 400 });
    expect(await complete(expected)).toMatchObject({ [name]: expected, ChecksumType });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ [name]: expected, ChecksumType });
    const attributes = await client.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key,
        ObjectAttributes: ['Checksum', 'ObjectParts', 'ObjectSize'],
      }),
    );
    expect(attributes).toMatchObject({
      ObjectSize: bytes.length,
      Checksum: { [name]: expected.replace(/-3$/, ''), ChecksumType },
      ObjectParts: { TotalPartsCount: 3 },
    });
  });

  test('parts that come again, are left out, or do not fit a slot', async () => {
    const upload = await create('odd');
    await send(upload, 2, Buffer.from('replaced'));
    const first = await send(upload, 1, pieces[0] as Buffer);
    const second = await send(upload, 2, pieces[1] as Buffer);
    await send(upload, 7, Buffer.from('left out'));
    const last = await send(upload, 9, pieces[2] as Buffer);
    const done = await client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [first, second, last] } }),
    );
    expect(done.ETag).toBe(wholeEtag);
    expect((await body('odd')).equals(bytes)).toBe(true);
  });

  test('survive a restart', async () => {
    const upload = await create('resumed');
    const first = await send(upload, 1, pieces[0] as Buffer);
    await harness.restart();
    client = harness.client();
    const second = await send(upload, 2, pieces[1] as Buffer);
    const third = await send(upload, 3, pieces[2] as Buffer);
    await client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [first, second, third] } }),
    );
    expect((await body('resumed')).equals(bytes)).toBe(true);
  });

  test('of 20 racing completions with If-None-Match exactly one wins', async () => {
    const uploads = await Promise.all(Array.from({ length: 20 }, () => create('raced')));
    const outcomes = await Promise.allSettled(
      uploads.map(async (upload, n) => {
        const part = await send(upload, 1, Buffer.from(`racer ${n}`));
        return client.send(
          new CompleteMultipartUploadCommand({
            ...upload,
            IfNoneMatch: '*',
            MultipartUpload: { Parts: [part] },
          }),
        );
      }),
    );
    const winners = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
    expect(winners).toHaveLength(1);
    expect((await body('raced')).toString()).toBe(`racer ${winners[0]}`);
    for (const [n, upload] of uploads.entries()) {
      if (n !== winners[0]) await client.send(new AbortMultipartUploadCommand(upload));
    }
  });

  test('what AWS refuses', async () => {
    const upload = await create('refused');
    const complete = (Parts: CompletedPart[]) =>
      refusal(client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })));
    const small = await send(upload, 1, Buffer.from('small'));
    const end = await send(upload, 2, Buffer.from('end'));
    expect(await complete([small, end])).toEqual({ code: 'EntityTooSmall', status: 400 });
    expect(await complete([end, small])).toEqual({ code: 'InvalidPartOrder', status: 400 });
    expect(await complete([{ ...small, ETag: '"00000000000000000000000000000000"' }])).toEqual({
      code: 'InvalidPart',
      status: 400,
    });
    expect(await complete([{ PartNumber: 3, ETag: small.ETag }])).toEqual({
      code: 'InvalidPart',
      status: 400,
    });
    expect(await refusal(send(upload, 10_001, Buffer.from('')))).toEqual({
      code: 'InvalidArgument',
      status: 400,
    });
    await client.send(new AbortMultipartUploadCommand(upload));
    expect(await complete([small])).toEqual({ code: 'NoSuchUpload', status: 404 });
    expect(await refusal(send(upload, 1, Buffer.from('late')))).toEqual({
      code: 'NoSuchUpload',
      status: 404,
    });
  });

  test('are listed by key, and end by the lifecycle', async () => {
    const some = await Promise.all(['l/b', 'l/a', 'm/c', 'm/d'].map((key) => create(key)));
    const listed = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'l/' }));
    expect(listed.Uploads?.map(({ Key }) => Key)).toEqual(['l/a', 'l/b']);
    const rolled = await client.send(
      new ListMultipartUploadsCommand({ Bucket, Delimiter: '/', MaxUploads: 1 }),
    );
    expect(rolled.IsTruncated).toBe(true);
    expect(rolled.CommonPrefixes).toEqual([{ Prefix: 'l/' }]);
    await harness.s3.createBucket(Bucket, {
      lifecycle: [{ prefix: 'l/', abortIncompleteMultipartUploadDays: 0 }],
    });
    await harness.restart();
    client = harness.client();
    const left = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(left.Uploads?.map(({ Key }) => Key)).toEqual(['m/c', 'm/d']);
    for (const upload of some.slice(2)) await client.send(new AbortMultipartUploadCommand(upload));
  });

  test('parts may be copied from objects', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'source of parts', Body: bytes }));
    const upload = await create('copied');
    const parts: CompletedPart[] = [];
    for (const n of [1, 2, 3]) {
      const { CopyPartResult } = await client.send(
        new UploadPartCopyCommand({
          ...upload,
          PartNumber: n,
          CopySource: `${Bucket}/source%20of%20parts`,
          CopySourceRange: `bytes=${cuts[n - 1]}-${(cuts[n] as number) - 1}`,
        }),
      );
      parts.push({ PartNumber: n, ETag: CopyPartResult?.ETag });
    }
    const beyond = new UploadPartCopyCommand({
      ...upload,
      PartNumber: 4,
      CopySource: `${Bucket}/source%20of%20parts`,
      CopySourceRange: `bytes=0-${bytes.length}`,
    });
    expect(await refusal(client.send(beyond))).toEqual({ code: 'InvalidArgument', status: 400 });
    const done = await client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }),
    );
    expect(done.ETag).toBe(wholeEtag);
    expect((await body('copied')).equals(bytes)).toBe(true);
  });
});

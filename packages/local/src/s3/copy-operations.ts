import { randomUUID } from 'node:crypto';
import { closeSync, constants, createReadStream } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCopySource } from './address.ts';
import type { StagedFile } from './body-file.ts';
import { type Checksum, type ChecksumAlgorithm, checksumElement, readAlgorithm } from './checksums.ts';
import { checkCopySource, copyConditionsOf, writeConditionsOf } from './conditions.ts';
import { invalidArgument, notImplemented, S3Error } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { stampFile } from './file-identity.ts';
import { readHead } from './heads.ts';
import { largestPut, openVersion } from './object-operations.ts';
import { type ByteRange, readCopyRange } from './ranges.ts';
import type { Head, ObjectRecord } from './records.ts';

export async function copyObject(exchange: Exchange): Promise<void> {
  const { service, request, bucket, key } = exchange;
  const conditions = writeConditionsOf(request.headers);
  const directives = {
    metadata: readDirective(exchange, 'x-amz-metadata-directive'),
    tags: readDirective(exchange, 'x-amz-tagging-directive'),
  };
  const given = readHead(request.headers);
  const { source, fd } = await openSource(exchange);
  let file: StagedFile;
  let etag: string;
  let checksum: Checksum;
  try {
    if (source.size > largestPut)
      throw new S3Error(
        'InvalidRequest',
        {},
        'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
      );
    const itself = source.bucket === bucket.name && source.key === key && source.latest;
    if (itself && directives.metadata === 'COPY' && directives.tags === 'COPY' && !given.storageClass) {
      throw new S3Error(
        'InvalidRequest',
        {},
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    const algorithm = readWantedAlgorithm(exchange) ?? source.head.checksum?.algorithm ?? 'CRC64NVME';
    ({ file, etag, checksum } = await copyWhole(exchange, source, fd, algorithm));
  } finally {
    closeSync(fd);
  }
  const head = mergeHeads(source.head, given, directives, checksum);
  let record: ObjectRecord;
  try {
    if (head.tags) await exchange.demand('s3:PutObjectTagging', bucket.name, key);
    record = service.store.put(
      { bucket: bucket.name, key, etag, file, head, conditions },
      exchange.cause('CopyObject'),
    );
  } catch (error) {
    service.store.files.discard(file);
    throw error;
  }
  exchange.sendXml(
    'CopyObjectResult',
    {
      ETag: `"${record.etag}"`,
      LastModified: new Date(record.modified).toISOString(),
      [checksumElement(checksum.algorithm)]: checksum.value,
      ChecksumType: checksum.type,
    },
    {
      'x-amz-server-side-encryption': 'AES256',
      ...sourceVersion(exchange, source),
      ...exchange.versionHeader(record),
    },
  );
}

export async function uploadPartCopy(exchange: Exchange): Promise<void> {
  const { service, bucket, key } = exchange;
  const number = readPartNumber(exchange);
  const upload = service.uploads.get(bucket.name, key, exchange.query('uploadId') ?? '');
  const { source, fd } = await openSource(exchange);
  try {
    const range = readCopyRange(exchange.header('x-amz-copy-source-range'), source.size) ?? {
      offset: 0,
      length: source.size,
    };
    if (range.length > largestPut)
      throw new S3Error('EntityTooLarge', { ProposedSize: range.length, MaxSizeAllowed: largestPut });
    const place = service.uploads.reserve(upload.id, number, range.length);
    try {
      const { file, digests } = await copyRange(exchange, fd, range, upload.algorithm, place);
      const md5 = (digests.get('MD5') as Buffer).toString('hex');
      const value = (digests.get(upload.algorithm) as Buffer).toString('base64');
      const part = service.uploads.savePart(upload, number, {
        file,
        md5,
        checksum: { algorithm: upload.algorithm, value },
      });
      exchange.sendXml(
        'CopyPartResult',
        {
          ETag: `"${part.etag}"`,
          LastModified: new Date(part.modified).toISOString(),
          [checksumElement(upload.algorithm)]: upload.chosen ? value : undefined,
        },
        { 'x-amz-server-side-encryption': 'AES256', ...sourceVersion(exchange, source) },
      );
    } catch (error) {
      place.release();
      throw error;
    }
  } finally {
    closeSync(fd);
  }
}

/** @throws S3Error InvalidArgument */
export function readPartNumber(exchange: Exchange): number {
  const text = exchange.query('partNumber') ?? '';
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 10_000) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      text,
    );
  }
  return number;
}

async function openSource(exchange: Exchange): Promise<{ source: ObjectRecord; fd: number }> {
  const { bucket, key, version } = readCopySource(exchange.header('x-amz-copy-source') ?? '');
  if (!exchange.service.ledger.bucket(bucket)) throw new S3Error('NoSuchBucket', { BucketName: bucket });
  await exchange.demand(version === undefined ? 's3:GetObject' : 's3:GetObjectVersion', bucket, key);
  const { record, fd } = await openVersion(exchange, bucket, key, version);
  try {
    checkCopySource(copyConditionsOf(exchange.request.headers), record);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return { source: record, fd };
}

/** A copy's bytes; where ETag and checksum of the source hold for them, the file system copies. */
async function copyWhole(
  exchange: Exchange,
  source: ObjectRecord,
  fd: number,
  algorithm: ChecksumAlgorithm,
): Promise<{ file: StagedFile; etag: string; checksum: Checksum }> {
  const { service } = exchange;
  const known = source.head.checksum;
  if (known?.algorithm === algorithm && known.type === 'FULL_OBJECT' && !source.etag.includes('-')) {
    const path = join('.meta', 'staged', randomUUID());
    const to = join(service.store.directory, path);
    // Through the open file: its name may be another object's by now. Only Linux can.
    const from = process.platform === 'linux' ? `/proc/self/fd/${fd}` : undefined;
    if (from) {
      await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      return {
        file: { path, offset: 0, size: source.size, mtime: stampFile(to) },
        etag: source.etag,
        checksum: known,
      };
    }
  }
  const { file, digests } = await copyRange(exchange, fd, { offset: 0, length: source.size }, algorithm);
  const value = (digests.get(algorithm) as Buffer).toString('base64');
  return {
    file,
    etag: (digests.get('MD5') as Buffer).toString('hex'),
    checksum: { algorithm, type: 'FULL_OBJECT', value },
  };
}

async function copyRange(
  exchange: Exchange,
  fd: number,
  range: ByteRange,
  algorithm: ChecksumAlgorithm,
  place?: { path: string; offset: number },
) {
  const body = exchange.service.staging.begin(['MD5', algorithm], range.length, place);
  try {
    if (range.length > 0) {
      const end = range.offset + range.length - 1;
      const stream = createReadStream('', {
        fd,
        autoClose: false,
        start: range.offset,
        end,
        highWaterMark: 1024 * 1024,
      });
      for await (const bytes of stream as AsyncIterable<Buffer>) await body.write(bytes);
    }
    if (body.size !== range.length) throw new Error('The source of the copy ended early');
    return await body.finish();
  } catch (error) {
    await body.abandon();
    throw error;
  }
}

function mergeHeads(
  source: Head,
  given: Head,
  directives: { metadata: string; tags: string },
  checksum: Checksum,
): Head {
  const { headers, metadata } = directives.metadata === 'REPLACE' ? given : source;
  const tags = directives.tags === 'REPLACE' ? given.tags : source.tags;
  return {
    headers,
    metadata,
    checksum,
    ...(tags && { tags }),
    ...(given.storageClass && { storageClass: given.storageClass }),
  };
}

function readDirective(exchange: Exchange, name: string): 'COPY' | 'REPLACE' {
  const value = exchange.header(name) ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument(`Unknown ${name}.`, name, value);
  return value;
}

function readWantedAlgorithm(exchange: Exchange): ChecksumAlgorithm | undefined {
  const text = exchange.header('x-amz-checksum-algorithm');
  if (text === undefined) return undefined;
  const algorithm = readAlgorithm(text);
  if (!algorithm) throw notImplemented(`The checksum algorithm ${text}`);
  return algorithm;
}

function sourceVersion(exchange: Exchange, source: ObjectRecord): Record<string, string> {
  const version = exchange.versionHeader(source)['x-amz-version-id'];
  return version === undefined ? {} : { 'x-amz-copy-source-version-id': version };
}

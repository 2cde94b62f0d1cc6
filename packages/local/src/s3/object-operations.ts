import { closeSync } from 'node:fs';
import { takeBody } from './body.ts';
import { checksumElement, checksumHeader } from './checksums.ts';
import { checkRead, readConditionsOf, writeConditionsOf } from './conditions.ts';
import { invalidArgument, S3Error } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { readHead, readOverrides, writeHead } from './heads.ts';
import { type ByteRange, readRange, writeContentRange } from './ranges.ts';
import type { ObjectRecord } from './records.ts';
import { sendFile } from './sending.ts';

/** One PUT takes so much. */
export const largestPut = 5 * 1024 ** 3;
export async function putObject(exchange: Exchange): Promise<void> {
  const { service, request, bucket, key } = exchange;
  const head = readHead(request.headers);
  const conditions = writeConditionsOf(request.headers);
  if (head.tags) await exchange.demand('s3:PutObjectTagging', bucket.name, key);
  const body = await takeBody(request, exchange.signed.payload, service.staging, {
    algorithm: 'CRC64NVME',
    limit: largestPut,
  });
  head.checksum = { ...body.checksum, type: 'FULL_OBJECT' };
  let record: ObjectRecord;
  try {
    const object = { bucket: bucket.name, key, etag: body.md5, file: body.file, head, conditions };
    record = service.store.put(object, exchange.cause('PutObject'));
  } catch (error) {
    service.store.files.discard(body.file);
    throw error;
  }
  exchange.send(200, {
    etag: `"${record.etag}"`,
    [checksumHeader(body.checksum.algorithm)]: body.checksum.value,
    'x-amz-checksum-type': 'FULL_OBJECT',
    'x-amz-server-side-encryption': 'AES256',
    ...exchange.versionHeader(record),
  });
}

export async function getObject(exchange: Exchange): Promise<void> {
  const { record, fd } = await openObject(exchange);
  let answer: AnswerHead;
  try {
    checkRead(readConditionsOf(exchange.request.headers), record);
    answer = answerHead(exchange, record);
  } catch (error) {
    closeSync(fd);
    throw withHeadersOf(error, record);
  }
  exchange.response.writeHead(answer.status, answer.headers);
  await sendFile(fd, answer.range, exchange.response);
}

export async function headObject(exchange: Exchange): Promise<void> {
  const { record, fd } = await openObject(exchange);
  closeSync(fd);
  try {
    checkRead(readConditionsOf(exchange.request.headers), record);
    const { status, headers } = answerHead(exchange, record);
    exchange.send(status, headers);
  } catch (error) {
    throw withHeadersOf(error, record);
  }
}

/**
 * The record a read asks for, and its file, opened in the same turn.
 * @throws S3Error NoSuchKey, NoSuchVersion, MethodNotAllowed; AccessDenied instead of NoSuchKey for whoever may not list
 */
export async function openObject(exchange: Exchange): Promise<{ record: ObjectRecord; fd: number }> {
  try {
    return await openVersion(exchange, exchange.bucket.name, exchange.key, exchange.query('versionId'));
  } catch (error) {
    const missing = error instanceof S3Error && error.code === 'NoSuchKey';
    if (missing && !(await exchange.allows('s3:ListBucket', exchange.bucket.name)))
      throw new S3Error('AccessDenied');
    throw error;
  }
}

export async function openVersion(
  { service }: Exchange,
  bucket: string,
  key: string,
  version: string | undefined,
): Promise<{ record: ObjectRecord; fd: number }> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const record = service.store.get(bucket, key, version);
    const fd = service.store.files.open(record);
    if (fd !== undefined) return { record, fd };
    // Changed by hand just now: the change first becomes the object.
    await service.drops.refresh(record.path);
  }
  throw new S3Error('ServiceUnavailable', {}, 'The file of the object is being changed by hand. Try again.');
}

interface AnswerHead {
  status: 200 | 206;
  range: ByteRange;
  headers: Record<string, string | number>;
}

function answerHead(exchange: Exchange, record: ObjectRecord): AnswerHead {
  const whole = { offset: 0, length: record.size };
  const part = readPartNumber(exchange, record);
  const range = part ?? readRange(exchange.header('range'), record.size);
  const withChecksum =
    exchange.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && (!range || part !== undefined);
  const headers = {
    ...writeHead(record, withChecksum),
    ...exchange.versionHeader(record),
    ...readOverrides((name) => exchange.query(name), exchange.signed.accessKeyId !== undefined),
    ...(part && { 'x-amz-mp-parts-count': record.head.parts?.length ?? 1 }),
    ...(range && range.length > 0 && { 'content-range': writeContentRange(range, record.size) }),
    'content-length': (range ?? whole).length,
  };
  if (part && record.size === 0)
    return { status: 200, range: whole, headers: { ...headers, 'content-range': '' } };
  return { status: range ? 206 : 200, range: range ?? whole, headers };
}

/** The bytes of one part, as the object was uploaded. @throws S3Error InvalidPartNumber, InvalidRequest */
function readPartNumber(exchange: Exchange, { head, size }: ObjectRecord): ByteRange | undefined {
  const text = exchange.query('partNumber');
  if (text === undefined) return undefined;
  if (exchange.header('range') !== undefined) {
    throw new S3Error(
      'InvalidRequest',
      {},
      'Cannot specify both Range header and partNumber query parameter',
    );
  }
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      text,
    );
  }
  const parts = head.parts ?? [{ number: 1, size }];
  const part = parts[number - 1];
  if (!part)
    throw new S3Error('InvalidPartNumber', { PartNumberRequested: number, ActualPartCount: parts.length });
  const offset = parts.slice(0, number - 1).reduce((sum, { size }) => sum + size, 0);
  return { offset, length: part.size };
}

// 304 bears the headers a cache wants.
function withHeadersOf(error: unknown, record: ObjectRecord): unknown {
  if (!(error instanceof S3Error) || error.code !== 'NotModified') return error;
  const { etag, 'last-modified': modified } = writeHead(record, false);
  return new S3Error('NotModified', {}, undefined, { etag: String(etag), 'last-modified': String(modified) });
}

export async function deleteObject(exchange: Exchange): Promise<void> {
  const { service, bucket, key } = exchange;
  const version = exchange.query('versionId');
  const deleted = service.store.remove(
    bucket.name,
    key,
    version,
    exchange.header('if-match'),
    exchange.cause('DeleteObject'),
  );
  const versioned = bucket.config.versioning !== undefined;
  exchange.send(204, {
    ...(versioned && deleted && { 'x-amz-version-id': deleted.version }),
    ...(versioned && deleted?.marker && { 'x-amz-delete-marker': 'true' }),
  });
}

const attributes = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];

export async function getObjectAttributes(exchange: Exchange): Promise<void> {
  const { record, fd } = await openObject(exchange);
  closeSync(fd);
  const wanted = (exchange.header('x-amz-object-attributes') ?? '').split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !attributes.includes(name));
  if (unknown !== undefined)
    throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', unknown);
  const has = (name: string) => wanted.includes(name);
  const { checksum, parts, storageClass } = record.head;
  const listed = parts?.some((part) => part.checksum !== undefined);
  exchange.sendXml(
    'GetObjectAttributesResponse',
    {
      ETag: has('ETag') ? record.etag : undefined,
      Checksum:
        has('Checksum') && checksum
          ? {
              [checksumElement(checksum.algorithm)]: checksum.value.replace(/-\d+$/, ''),
              ChecksumType: checksum.type,
            }
          : undefined,
      ObjectParts:
        has('ObjectParts') && parts
          ? {
              PartsCount: parts.length,
              Part:
                listed && checksum
                  ? parts.map((part) => ({
                      PartNumber: part.number,
                      Size: part.size,
                      [checksumElement(checksum.algorithm)]: part.checksum,
                    }))
                  : undefined,
            }
          : undefined,
      StorageClass: has('StorageClass') ? (storageClass ?? 'STANDARD') : undefined,
      ObjectSize: has('ObjectSize') ? record.size : undefined,
    },
    { 'last-modified': new Date(record.modified).toUTCString(), ...exchange.versionHeader(record) },
  );
}

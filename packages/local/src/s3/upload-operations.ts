import { readText, takeBody } from './body.ts';
import { namedAlgorithm } from './body-promise.ts';
import {
  allowsType,
  type ChecksumAlgorithm,
  type ChecksumType,
  checksumAlgorithms,
  checksumElement,
  checksumHeader,
  defaultType,
  readAlgorithm,
} from './checksums.ts';
import { type WriteConditions, writeConditionsOf } from './conditions.ts';
import { readPartNumber } from './copy-operations.ts';
import { invalidArgument, notImplemented, S3Error } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { readHead } from './heads.ts';
import { largestPut } from './object-operations.ts';
import type { ObjectRecord } from './records.ts';
import type { NamedPart } from './uploads.ts';
import { listOf, type ReadXml, readDocument, textOf } from './xml.ts';

const maxDocument = 8 * 1024 * 1024;

export async function createMultipartUpload(exchange: Exchange): Promise<void> {
  const { service, request, bucket, key } = exchange;
  const head = readHead(request.headers);
  if (head.tags) await exchange.demand('s3:PutObjectTagging', bucket.name, key);
  const { algorithm, type, chosen } = readChecksumWish(exchange);
  request.resume();
  const upload = service.uploads.create(bucket.name, key, head, algorithm, type, chosen);
  exchange.sendXml(
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: key, UploadId: upload.id },
    {
      'x-amz-server-side-encryption': 'AES256',
      ...(chosen && { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type }),
    },
  );
}

function readChecksumWish(exchange: Exchange): {
  algorithm: ChecksumAlgorithm;
  type: ChecksumType;
  chosen: boolean;
} {
  const named = exchange.header('x-amz-checksum-algorithm');
  const algorithm = readAlgorithm(named ?? 'CRC64NVME');
  if (!algorithm) throw notImplemented(`The checksum algorithm ${named}`);
  const type = exchange.header('x-amz-checksum-type') ?? defaultType(algorithm);
  if (type !== 'FULL_OBJECT' && type !== 'COMPOSITE')
    throw invalidArgument('Value for x-amz-checksum-type header is invalid.', 'x-amz-checksum-type', type);
  if (named === undefined && exchange.header('x-amz-checksum-type') !== undefined) {
    throw new S3Error(
      'InvalidRequest',
      {},
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  if (!allowsType(algorithm, type)) {
    throw new S3Error(
      'InvalidRequest',
      {},
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type, chosen: named !== undefined };
}

export async function uploadPart(exchange: Exchange): Promise<void> {
  const { service, request, bucket, key } = exchange;
  const number = readPartNumber(exchange);
  const upload = service.uploads.get(bucket.name, key, exchange.query('uploadId') ?? '');
  const named = namedAlgorithm(request);
  if (upload.chosen && named !== undefined && named !== upload.algorithm) {
    throw new S3Error(
      'InvalidRequest',
      {},
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, actual checksum Type: ${named.toLowerCase()}`,
    );
  }
  let place: { path: string; offset: number; release(): void } | undefined;
  try {
    const body = await takeBody(request, exchange.signed.payload, service.staging, {
      algorithm: upload.algorithm,
      always: true,
      limit: largestPut,
      place: (size) => {
        place = service.uploads.reserve(upload.id, number, size);
        return place;
      },
    });
    const part = service.uploads.savePart(upload, number, body);
    const echoed =
      upload.chosen || named === upload.algorithm
        ? { [checksumHeader(upload.algorithm)]: part.checksum }
        : {};
    exchange.send(200, { etag: `"${part.etag}"`, ...echoed, 'x-amz-server-side-encryption': 'AES256' });
  } catch (error) {
    place?.release();
    throw error;
  }
}

export async function completeMultipartUpload(exchange: Exchange): Promise<void> {
  const { bucket, key } = exchange;
  const conditions = writeConditionsOf(exchange.request.headers);
  const text = await readText(exchange.request, exchange.signed.payload, maxDocument, 'object');
  const record = await completeOnce(exchange, text, conditions);
  const checksum = record.head.checksum;
  const host = exchange.header('host') ?? 'localhost';
  exchange.sendXml(
    'CompleteMultipartUploadResult',
    {
      Location: `http://${host}/${bucket.name}/${encodeURIComponent(key)}`,
      Bucket: bucket.name,
      Key: key,
      ETag: `"${record.etag}"`,
      ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }),
    },
    { 'x-amz-server-side-encryption': 'AES256', ...exchange.versionHeader(record) },
  );
}

async function completeOnce(
  exchange: Exchange,
  text: string,
  conditions: WriteConditions,
): Promise<ObjectRecord> {
  const { service, bucket, key } = exchange;
  const id = exchange.query('uploadId') ?? '';
  // Whoever lost the first answer asks again.
  const done = service.store.find(bucket.name, key);
  if (done?.head.upload === id) return done;
  const upload = service.uploads.get(bucket.name, key, id);
  const named = listOf(readDocument(text, 'CompleteMultipartUpload').Part).map(readNamedPart);
  const whole = checksumAlgorithms.find(
    (algorithm) => exchange.header(checksumHeader(algorithm)) !== undefined,
  );
  const type = exchange.header('x-amz-checksum-type');
  if (type !== undefined && type !== upload.type) {
    throw new S3Error(
      'InvalidRequest',
      {},
      `The upload was created using the ${upload.type} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const size = exchange.header('x-amz-mp-object-size');
  return service.uploads.complete(
    upload,
    named,
    {
      conditions,
      ...(size !== undefined && { size: Number(size) }),
      ...(whole && {
        checksum: { algorithm: whole, value: exchange.header(checksumHeader(whole)) as string },
      }),
    },
    exchange.cause('CompleteMultipartUpload'),
  );
}

function readNamedPart(part: { [name: string]: ReadXml | ReadXml[] }): NamedPart {
  const number = Number(textOf(part.PartNumber));
  const etag = textOf(part.ETag);
  if (!Number.isInteger(number) || number < 1 || !etag) throw new S3Error('MalformedXML');
  const algorithm = checksumAlgorithms.find((one) => part[checksumElement(one)] !== undefined);
  const value = algorithm && textOf(part[checksumElement(algorithm)]);
  return { number, etag, ...(algorithm && value && { checksum: { algorithm, value } }) };
}

export async function abortMultipartUpload(exchange: Exchange): Promise<void> {
  const { service, bucket, key } = exchange;
  await service.uploads.abort(service.uploads.get(bucket.name, key, exchange.query('uploadId') ?? ''));
  exchange.send(204);
}

const owner = { ID: 'local', DisplayName: 'local' };

export async function listParts(exchange: Exchange): Promise<void> {
  const { service, bucket, key } = exchange;
  const upload = service.uploads.get(bucket.name, key, exchange.query('uploadId') ?? '');
  const max = Math.min(readCount(exchange, 'max-parts', 1000), 1000);
  const after = readCount(exchange, 'part-number-marker', 0);
  const later = service.ledger.parts(upload.id).filter((part) => part.number > after);
  const shown = later.slice(0, max);
  exchange.sendXml('ListPartsResult', {
    Bucket: bucket.name,
    Key: key,
    UploadId: upload.id,
    Initiator: owner,
    Owner: owner,
    StorageClass: upload.head.storageClass ?? 'STANDARD',
    PartNumberMarker: after,
    NextPartNumberMarker: shown.at(-1)?.number ?? 0,
    MaxParts: max,
    IsTruncated: later.length > shown.length,
    ChecksumAlgorithm: upload.chosen ? upload.algorithm : undefined,
    ChecksumType: upload.chosen ? upload.type : undefined,
    Part: shown.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.modified).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.size,
      [checksumElement(upload.algorithm)]: upload.chosen ? part.checksum : undefined,
    })),
  });
}

/** A count out of the query. @throws S3Error InvalidArgument */
export function readCount(exchange: Exchange, name: string, otherwise: number): number {
  const text = exchange.query(name);
  if (text === undefined || text === '') return otherwise;
  if (!/^\d{1,10}$/.test(text))
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  return Number(text);
}

import type { IncomingMessage } from 'node:http';
import {
  type ChecksumAlgorithm,
  checksumAlgorithms,
  checksumHeader,
  isDigest,
  readAlgorithm,
} from './checksums.ts';
import { notImplemented, S3Error } from './errors.ts';
import type { Payload } from './sigv4.ts';

/** What the headers promise of a body. */
export interface Promised {
  size: number;
  contentMd5: string | undefined;
  algorithm: ChecksumAlgorithm | undefined;
  /** base64; absent if it comes as a trailer */
  value: string | undefined;
  trailing: boolean;
}

/** @param about `object` where checksum headers speak of the object, not of this body @throws S3Error MissingContentLength, InvalidDigest, InvalidRequest */
export function readPromise(request: IncomingMessage, payload: Payload, about: 'body' | 'object'): Promised {
  const { headers } = request;
  const decoded = headers['x-amz-decoded-content-length'];
  const length = payload.kind === 'chunked' ? decoded : headers['content-length'];
  if (length === undefined || !/^\d+$/.test(String(length))) throw new S3Error('MissingContentLength');
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined && !isDigest('MD5', String(contentMd5)))
    throw new S3Error('InvalidDigest', { 'Content-MD5': String(contentMd5) });
  return {
    size: Number(length),
    contentMd5: contentMd5 as string | undefined,
    ...(about === 'body'
      ? readChecksumPromise(request)
      : { algorithm: undefined, value: undefined, trailing: false }),
  };
}

function readChecksumPromise({
  headers,
}: IncomingMessage): Pick<Promised, 'algorithm' | 'value' | 'trailing'> {
  const unknown = Object.keys(headers).find((name) => /^x-amz-checksum-xxhash/.test(name));
  if (unknown) throw notImplemented(unknown);
  const present = checksumAlgorithms.filter((algorithm) => headers[checksumHeader(algorithm)] !== undefined);
  const trailer = String(headers['x-amz-trailer'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const trailing = checksumAlgorithms.filter((algorithm) => trailer.includes(checksumHeader(algorithm)));
  if (present.length + trailing.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      {},
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const algorithm = present[0] ?? trailing[0];
  const wanted = headers['x-amz-sdk-checksum-algorithm'];
  if (
    wanted !== undefined &&
    readAlgorithm(String(wanted)) !== algorithm &&
    headers['content-md5'] === undefined
  ) {
    throw new S3Error(
      'InvalidRequest',
      {},
      algorithm
        ? 'Value for x-amz-sdk-checksum-algorithm header is invalid.'
        : 'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  const value = present[0] && String(headers[checksumHeader(present[0])]);
  if (algorithm && value !== undefined && !isDigest(algorithm, value)) throw invalidChecksum(algorithm);
  return { algorithm, value, trailing: trailing.length > 0 };
}

/** The checksum a sender names, in a header or as a trailer. */
export function namedAlgorithm(request: IncomingMessage): ChecksumAlgorithm | undefined {
  return readChecksumPromise(request).algorithm;
}

export function invalidChecksum(algorithm: ChecksumAlgorithm): S3Error {
  return new S3Error('InvalidRequest', {}, `Value for ${checksumHeader(algorithm)} header is invalid.`);
}

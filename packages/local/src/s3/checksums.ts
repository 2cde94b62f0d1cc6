import { createHash } from 'node:crypto';
import { type CrcName, combineCrcs, createCrc } from './crc.ts';

/** Checksums S3 keeps with an object. */
export const checksumAlgorithms = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** What a body can be hashed with on its way in. */
export type DigestName = ChecksumAlgorithm;

/** How the checksum of a multipart object is made: of its bytes, or of its parts' checksums. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  algorithm: ChecksumAlgorithm;
  type: ChecksumType;
  /** base64; a composite one ends in `-<parts>` */
  value: string;
}

export interface Digest {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

export function createDigest(name: DigestName): Digest {
  return name === 'CRC32' || name === 'CRC32C' || name === 'CRC64NVME' ? createCrc(name) : createHash(name);
}

const digestBytes: Record<DigestName, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
};

/** Whether a header can be a digest of this kind: canonical base64 of the right length. */
export function isDigest(name: DigestName, text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === digestBytes[name] && bytes.toString('base64') === text;
}

/** @example `checksumHeader('CRC32')` is `x-amz-checksum-crc32` */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The element of that name in answers: `ChecksumCRC32`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

export function readAlgorithm(text: string): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm === text.toUpperCase());
}

/** The type a multipart upload gets where the client names none. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
export function defaultType(algorithm: ChecksumAlgorithm): ChecksumType {
  return algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
}

export function allowsType(algorithm: ChecksumAlgorithm, type: ChecksumType): boolean {
  if (algorithm === 'CRC64NVME') return type === 'FULL_OBJECT';
  return type === 'COMPOSITE' || algorithm === 'CRC32' || algorithm === 'CRC32C';
}

/** The checksum of a multipart object out of those of its parts, in order. */
export function joinChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { value: string; size: number }[],
): Checksum {
  const digests = parts.map((part): Buffer => Buffer.from(part.value, 'base64'));
  if (type === 'COMPOSITE') {
    const digest = createDigest(algorithm);
    for (const bytes of digests) digest.update(bytes);
    return { algorithm, type, value: `${digest.digest().toString('base64')}-${parts.length}` };
  }
  const whole = digests.reduce((first, second, index) =>
    combineCrcs(algorithm as CrcName, first, second, (parts[index] as { size: number }).size),
  );
  return { algorithm, type, value: whole.toString('base64') };
}

/** The ETag of a multipart object out of those of its parts: the MD5 of their MD5s, and how many. */
export function joinEtags(etags: readonly string[]): string {
  const hash = createHash('md5');
  for (const etag of etags) hash.update(etag, 'hex');
  return `${hash.digest('hex')}-${etags.length}`;
}

import type { IncomingHttpHeaders } from 'node:http';
import { checksumHeader } from './checksums.ts';
import { invalidArgument, notImplemented, S3Error } from './errors.ts';
import type { Head, ObjectRecord } from './records.ts';
import { readTagHeader } from './tags.ts';

/** Headers that are kept as they come and given back so. */
const kept = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];

const storageClasses = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

const maxMetadataBytes = 2048;

/**
 * What the headers of an upload say of the object.
 * @throws S3Error MetadataTooLarge, InvalidStorageClass, InvalidTag; NotImplemented and AccessControlListNotSupported for what
 * the local S3 has not
 */
export function readHead(headers: IncomingHttpHeaders): Head {
  refuseHeaders(headers);
  const head: Head = { headers: {}, metadata: readMetadata(headers) };
  for (const name of kept) {
    const value = name === 'content-encoding' ? withoutAwsChunked(headers[name]) : headers[name];
    if (value !== undefined) head.headers[name] = String(value);
  }
  head.headers['content-type'] ??= 'binary/octet-stream';
  const storageClass = headers['x-amz-storage-class'];
  if (storageClass !== undefined) {
    if (!storageClasses.has(String(storageClass)))
      throw new S3Error('InvalidStorageClass', { StorageClassRequested: String(storageClass) });
    if (storageClass !== 'STANDARD') head.storageClass = String(storageClass);
  }
  const tags = readTagHeader(headers['x-amz-tagging']);
  if (tags) head.tags = tags;
  return head;
}

function readMetadata(headers: IncomingHttpHeaders): Record<string, string> {
  // Pairs, so that a name such as `__proto__` is one like any other.
  const metadata: [string, string][] = [];
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('x-amz-meta-')) continue;
    const short = name.slice('x-amz-meta-'.length);
    metadata.push([short, String(value)]);
    bytes += Buffer.byteLength(short) + String(value).length;
  }
  if (bytes > maxMetadataBytes)
    throw new S3Error('MetadataTooLarge', { Size: bytes, MaxSizeAllowed: maxMetadataBytes });
  return Object.fromEntries(metadata);
}

// How the body travels is no property of the object.
function withoutAwsChunked(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const rest = value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== 'aws-chunked');
  return rest.length > 0 ? rest.join(',') : undefined;
}

function refuseHeaders(headers: IncomingHttpHeaders): void {
  const acl = headers['x-amz-acl'];
  if (acl !== undefined && acl !== 'bucket-owner-full-control' && acl !== 'private')
    throw new S3Error('AccessControlListNotSupported');
  const encryption = headers['x-amz-server-side-encryption'];
  if (encryption !== undefined && encryption !== 'AES256')
    throw notImplemented(`Server-side encryption ${encryption}`);
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-amz-grant-')) throw new S3Error('AccessControlListNotSupported');
    if (
      /^x-amz-(server-side-encryption-.*|object-lock-.*|website-redirect-location|write-offset-bytes)$/.test(
        name,
      )
    ) {
      throw notImplemented(`The header ${name}`);
    }
  }
}

/** Headers that every answer about an object bears, body or not. */
export function writeHead(record: ObjectRecord, withChecksum: boolean): Record<string, string | number> {
  const { head } = record;
  const headers: Record<string, string | number> = {
    ...head.headers,
    etag: `"${record.etag}"`,
    'last-modified': new Date(record.modified).toUTCString(),
    'accept-ranges': 'bytes',
    'x-amz-server-side-encryption': 'AES256',
  };
  for (const [name, value] of Object.entries(head.metadata)) headers[`x-amz-meta-${name}`] = value;
  if (head.storageClass) headers['x-amz-storage-class'] = head.storageClass;
  if (head.tags) headers['x-amz-tagging-count'] = Object.keys(head.tags).length;
  if (withChecksum && head.checksum) {
    headers[checksumHeader(head.checksum.algorithm)] = head.checksum.value;
    headers['x-amz-checksum-type'] = head.checksum.type;
  }
  return headers;
}

/** @throws S3Error InvalidRequest for an unsigned request, InvalidArgument for what no header can hold */
export function readOverrides(
  get: (name: string) => string | undefined,
  signed: boolean,
): Record<string, string> {
  const found: Record<string, string> = {};
  // The same headers may be put otherwise for one answer.
  for (const name of kept) {
    const value = get(`response-${name}`);
    if (value === undefined) continue;
    if (!signed)
      throw new S3Error(
        'InvalidRequest',
        {},
        'Request specific response headers cannot be used for anonymous GET requests.',
      );
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      throw invalidArgument('Header value cannot be represented', `response-${name}`, value);
    found[name] = value;
  }
  return found;
}

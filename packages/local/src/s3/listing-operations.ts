import { invalidArgument } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { type Listing, listObjects, listVersions, type Place, readToken, writeToken } from './listing.ts';
import type { ObjectRecord, UploadRecord } from './records.ts';
import { encodeUri } from './signing.ts';
import { readCount } from './upload-operations.ts';
import type { XmlElements } from './xml.ts';

const owner = { ID: 'local', DisplayName: 'local' };

interface Asked {
  bucket: string;
  prefix: string;
  delimiter: string;
  max: number;
  /** `url` for names that XML cannot hold. */
  encode(text: string): string;
  /** Elements that every listing repeats. */
  echo: XmlElements;
}

function readAsked(exchange: Exchange, maxName: string): Asked {
  const encoding = exchange.query('encoding-type');
  if (encoding !== undefined && encoding !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
  const encode = encoding ? (text: string) => encodeUri(text).replaceAll('%2F', '/') : (text: string) => text;
  const prefix = exchange.query('prefix') ?? '';
  const delimiter = exchange.query('delimiter') ?? '';
  return {
    bucket: exchange.bucket.name,
    prefix,
    delimiter,
    max: Math.min(readCount(exchange, maxName, 1000), 1000),
    encode,
    echo: {
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: encoding,
    },
  };
}

export async function listObjectsV2(exchange: Exchange): Promise<void> {
  const asked = readAsked(exchange, 'max-keys');
  const token = exchange.query('continuation-token');
  const startAfter = exchange.query('start-after');
  const place = token === undefined ? undefined : readToken(token);
  if (token !== undefined && !place)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  const after = place ?? (startAfter ? { key: startAfter } : undefined);
  const listing = listObjects(exchange.service.ledger, { ...asked, after });
  const fetchOwner = exchange.query('fetch-owner') === 'true';
  exchange.sendXml('ListBucketResult', {
    Name: asked.bucket,
    ...asked.echo,
    MaxKeys: asked.max,
    KeyCount: listing.items.length + listing.prefixes.length,
    IsTruncated: listing.next !== undefined,
    ContinuationToken: token,
    NextContinuationToken: listing.next && writeToken(listing.next),
    StartAfter: startAfter === undefined ? undefined : asked.encode(startAfter),
    Contents: listing.items.map((record) => writeObject(record, asked, fetchOwner)),
    CommonPrefixes: writePrefixes(listing, asked),
  });
}

export async function listObjectsV1(exchange: Exchange): Promise<void> {
  const asked = readAsked(exchange, 'max-keys');
  const marker = exchange.query('marker') ?? '';
  const listing = listObjects(exchange.service.ledger, {
    ...asked,
    after: marker === '' ? undefined : { key: marker },
  });
  const next = listing.next?.prefix ?? listing.next?.key;
  exchange.sendXml('ListBucketResult', {
    Name: asked.bucket,
    ...asked.echo,
    Marker: asked.encode(marker),
    // Without a delimiter, clients go on from the last key.
    NextMarker: next !== undefined && asked.delimiter !== '' ? asked.encode(next) : undefined,
    MaxKeys: asked.max,
    IsTruncated: next !== undefined,
    Contents: listing.items.map((record) => writeObject(record, asked, true)),
    CommonPrefixes: writePrefixes(listing, asked),
  });
}

export async function listObjectVersions(exchange: Exchange): Promise<void> {
  const asked = readAsked(exchange, 'max-keys');
  const { ledger } = exchange.service;
  const keyMarker = exchange.query('key-marker') ?? '';
  const versionMarker = exchange.query('version-id-marker') ?? '';
  const listing = listVersions(ledger, {
    ...asked,
    after: readVersionPlace(exchange, keyMarker, versionMarker),
  });
  const { next } = listing;
  const nextKey = next?.prefix ?? next?.key;
  const nextVersion = next?.key === undefined ? undefined : listing.items.at(-1)?.version;
  exchange.sendXml('ListVersionsResult', {
    Name: asked.bucket,
    ...asked.echo,
    KeyMarker: asked.encode(keyMarker),
    VersionIdMarker: versionMarker,
    NextKeyMarker: nextKey === undefined ? undefined : asked.encode(nextKey),
    NextVersionIdMarker: nextVersion,
    MaxKeys: asked.max,
    IsTruncated: next !== undefined,
    Version: listing.items
      .filter((record) => !record.marker)
      .map((record) => ({
        ...writeObject(record, asked, true),
        VersionId: record.version,
        IsLatest: record.latest,
      })),
    DeleteMarker: listing.items
      .filter((record) => record.marker)
      .map((record) => ({
        Key: asked.encode(record.key),
        VersionId: record.version,
        IsLatest: record.latest,
        LastModified: new Date(record.modified).toISOString(),
        Owner: owner,
      })),
    CommonPrefixes: writePrefixes(listing, asked),
  });
}

function readVersionPlace(exchange: Exchange, key: string, version: string): Place | undefined {
  if (key === '') {
    if (version !== '')
      throw invalidArgument(
        'A version-id marker cannot be specified without a key marker.',
        'version-id-marker',
        version,
      );
    return undefined;
  }
  const record =
    version === '' ? undefined : exchange.service.ledger.version(exchange.bucket.name, key, version);
  return record ? { key, sequencer: record.sequencer } : { key };
}

export async function listMultipartUploads(exchange: Exchange): Promise<void> {
  const asked = readAsked(exchange, 'max-uploads');
  const keyMarker = exchange.query('key-marker') ?? '';
  const idMarker = keyMarker === '' ? '' : (exchange.query('upload-id-marker') ?? '');
  const uploads = exchange.service.ledger
    .uploads(asked.bucket)
    .filter((upload) => isAfter(upload, keyMarker, idMarker));
  const shown: UploadRecord[] = [];
  const prefixes = new Set<string>();
  let last: UploadRecord | undefined;
  let truncated = false;
  for (const upload of uploads) {
    if (!upload.key.startsWith(asked.prefix)) continue;
    const at = asked.delimiter === '' ? -1 : upload.key.indexOf(asked.delimiter, asked.prefix.length);
    const common = at < 0 ? undefined : upload.key.slice(0, at + asked.delimiter.length);
    if (common === undefined || !prefixes.has(common)) {
      if (shown.length + prefixes.size === asked.max) {
        truncated = asked.max > 0;
        break;
      }
      if (common === undefined) shown.push(upload);
      else prefixes.add(common);
    }
    last = upload;
  }
  exchange.sendXml('ListMultipartUploadsResult', {
    Bucket: asked.bucket,
    KeyMarker: asked.encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: truncated && last ? asked.encode(last.key) : undefined,
    NextUploadIdMarker: truncated ? last?.id : undefined,
    ...asked.echo,
    MaxUploads: asked.max,
    IsTruncated: truncated,
    Upload: shown.map((upload) => ({
      Key: asked.encode(upload.key),
      UploadId: upload.id,
      Initiator: owner,
      Owner: owner,
      StorageClass: upload.head.storageClass ?? 'STANDARD',
      Initiated: new Date(upload.started).toISOString(),
      ChecksumAlgorithm: upload.chosen ? upload.algorithm : undefined,
      ChecksumType: upload.chosen ? upload.type : undefined,
    })),
    CommonPrefixes: [...prefixes].map((prefix) => ({ Prefix: asked.encode(prefix) })),
  });
}

function isAfter(upload: UploadRecord, key: string, id: string): boolean {
  if (key === '') return true;
  const order = Buffer.compare(Buffer.from(upload.key), Buffer.from(key));
  return order > 0 || (order === 0 && id !== '' && upload.id > id);
}

function writeObject(record: ObjectRecord, asked: Asked, withOwner: boolean): XmlElements {
  const { checksum } = record.head;
  return {
    Key: asked.encode(record.key),
    LastModified: new Date(record.modified).toISOString(),
    ETag: `"${record.etag}"`,
    ChecksumAlgorithm: checksum?.algorithm,
    ChecksumType: checksum?.type,
    Size: record.size,
    StorageClass: record.head.storageClass ?? 'STANDARD',
    Owner: withOwner ? owner : undefined,
  };
}

function writePrefixes(listing: Listing<ObjectRecord>, asked: Asked): XmlElements[] {
  return listing.prefixes.map((prefix) => ({ Prefix: asked.encode(prefix) }));
}

import type { IncomingMessage } from 'node:http';
import { S3Error } from './errors.ts';

/** What a request is about. */
export interface Address {
  /** The path as it came, for the signature. */
  path: string;
  bucket: string | undefined;
  /** Undefined for requests about a bucket. */
  key: string | undefined;
  query: Query;
}

/** Query parameters; names are case-sensitive. */
export class Query {
  /** Still encoded, in the order they came. */
  readonly raw: readonly (readonly [string, string])[];
  #values = new Map<string, string>();

  /** @throws S3Error InvalidURI */
  constructor(text: string) {
    this.raw = text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf('=');
        return at < 0 ? ([pair, ''] as const) : ([pair.slice(0, at), pair.slice(at + 1)] as const);
      });
    for (const [name, value] of this.raw) {
      const decoded = decode(name.replaceAll('+', ' '));
      if (!this.#values.has(decoded)) this.#values.set(decoded, decode(value.replaceAll('+', ' ')));
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  names(): IterableIterator<string> {
    return this.#values.keys();
  }
}

/**
 * Reads bucket and key, path style (`/bucket/key`) or virtual host (`bucket.localhost`, `bucket.s3.<region>.amazonaws.com`).
 * @throws S3Error InvalidURI for broken percent-encoding, KeyTooLongError
 */
export function readAddress(request: IncomingMessage): Address {
  const target = targetOf(request);
  const { path } = target;
  const query = new Query(target.query);
  const inHost = bucketOfHost(request.headers.host ?? '');
  const rest = path.slice(1);
  const slash = rest.indexOf('/');
  const bucket = inHost ?? decode(slash < 0 ? rest : rest.slice(0, slash));
  const key = decode(inHost !== undefined ? rest : slash < 0 ? '' : rest.slice(slash + 1));
  if (Buffer.byteLength(key) > 1024) {
    throw new S3Error('KeyTooLongError', { Size: Buffer.byteLength(key), MaxSizeAllowed: 1024 });
  }
  return { path, query, bucket: bucket || undefined, key: key || undefined };
}

/** Path and query as they were sent: a `URL` takes `..` for a folder, which in S3 is a key like any other. */
export function targetOf({ url = '/' }: IncomingMessage): { path: string; query: string } {
  // Proxies send whole URLs.
  const target = url.replace(/^https?:\/\/[^/?]*/i, '') || '/';
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const service = /^(?:(.+)\.)?s3(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?\.(?:localhost|amazonaws\.com)$/.exec(name);
  return service ? service[1] : /^(.{3,})\.localhost$/.exec(name)?.[1];
}

/**
 * The source of a copy, out of `x-amz-copy-source`: `bucket/key`, URL-encoded, with an optional slash before and
 * `?versionId=` after.
 * @throws S3Error InvalidArgument
 */
export function readCopySource(header: string): { bucket: string; key: string; version: string | undefined } {
  const [path = '', version] = header.split(/\?versionId=/);
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decodeOr(path, header));
  if (!match) throw badSource(header);
  return { bucket: match[1] as string, key: match[2] as string, version };
}

function decodeOr(text: string, header: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badSource(header);
  }
}

function badSource(header: string): S3Error {
  return new S3Error(
    'InvalidArgument',
    { ArgumentName: 'x-amz-copy-source', ArgumentValue: header },
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI');
  }
}

const namePattern =
  /^(?!\d+\.\d+\.\d+\.\d+$)(?!xn--)(?!.*-s3alias$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html @throws S3Error InvalidBucketName */
export function checkBucketName(name: string): void {
  if (!namePattern.test(name)) throw new S3Error('InvalidBucketName', { BucketName: name });
}

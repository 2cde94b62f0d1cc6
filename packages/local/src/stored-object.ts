import { createHash, createHmac } from 'node:crypto';
import { AwsError } from './errors.ts';
import type { Credentials } from './iam/access.ts';
import type { Place } from './place.ts';
import { encodeUri, signingKey } from './s3/signing.ts';

/**
 * Reads an object of the local S3 as any client would, signed by the local user.
 * @throws AwsError ValidationError if it cannot be read
 */
export function readStoredObject(
  place: Place,
  user: Credentials,
  bucket: string,
  key: string,
): Promise<Uint8Array> {
  return request('GET', place, user, bucket, key);
}

/** Writes an object, signed by the local user: who may do so is the caller's to ask. @throws AwsError */
export async function writeStoredObject(
  place: Place,
  user: Credentials,
  bucket: string,
  key: string,
  body: string,
): Promise<void> {
  await request('PUT', place, user, bucket, key, body);
}

/** Removes an object, if it is there, signed by the local user. @throws AwsError */
export async function removeStoredObject(
  place: Place,
  user: Credentials,
  bucket: string,
  key: string,
): Promise<void> {
  await request('DELETE', place, user, bucket, key);
}

async function request(
  method: 'GET' | 'PUT' | 'DELETE',
  { endpoint, region }: Place,
  { accessKeyId, secretAccessKey }: Credentials,
  bucket: string,
  key: string,
  content?: string,
): Promise<Uint8Array> {
  const path = `/${bucket}/${key.split('/').map(encodeUri).join('/')}`;
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = [timestamp.slice(0, 8), region, 's3', 'aws4_request'];
  const headers = {
    host: new URL(endpoint).host,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': timestamp,
  };
  const signedHeaders = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
  const canonical = [method, path, '', ...lines, '', signedHeaders, 'UNSIGNED-PAYLOAD'].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope.join('/'), digest].join('\n');
  const signature = createHmac('sha256', signingKey(secretAccessKey, scope)).update(toSign).digest('hex');
  const credential = `${accessKeyId}/${scope.join('/')}`;
  const response = await fetch(endpoint + path, {
    method,
    headers: {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    },
    ...(content !== undefined && { body: content }),
  });
  const body = new Uint8Array(await response.arrayBuffer());
  if (response.ok) return body;
  const code = /<Code>([^<]+)<\/Code>/.exec(Buffer.from(body).toString('utf8'))?.[1] ?? response.status;
  throw new AwsError(
    'ValidationError',
    `Cannot ${{ GET: 'read', PUT: 'write', DELETE: 'remove' }[method]} s3://${bucket}/${key}: ${code}`,
  );
}

/** Bucket and key of an S3 address, path style or virtual host, of AWS or of the local AWS. */
export function parseObjectUrl(url: string): { bucket: string; key: string } | undefined {
  const parsed = URL.parse(url);
  if (!parsed) return undefined;
  const path = decodeURIComponent(parsed.pathname.slice(1));
  const host = /^(.+)\.s3[.-][a-z0-9.-]*$/.exec(parsed.hostname)?.[1];
  if (host) return { bucket: host, key: path };
  const slash = path.indexOf('/');
  return slash > 0 ? { bucket: path.slice(0, slash), key: path.slice(slash + 1) } : undefined;
}

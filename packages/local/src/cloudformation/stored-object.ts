import { createHash, createHmac } from 'node:crypto';
import { AwsError } from '../errors.ts';
import type { Credentials } from '../iam/access.ts';
import type { Place } from '../place.ts';
import { encodeUri, signingKey } from '../s3/sigv4.ts';

/**
 * Reads an object of the local S3 as any client would, signed by the local user.
 * @throws AwsError ValidationError if it cannot be read
 */
export async function readStoredObject(
  { endpoint, region }: Place,
  { accessKeyId, secretAccessKey }: Credentials,
  bucket: string,
  key: string,
): Promise<Uint8Array> {
  const path = `/${bucket}/${key.split('/').map(encodeUri).join('/')}`;
  const host = new URL(endpoint).host;
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = [timestamp.slice(0, 8), region, 's3', 'aws4_request'];
  const signedHeaders = 'host;x-amz-content-sha256;x-amz-date';
  const canonical = [
    'GET',
    path,
    '',
    `host:${host}`,
    'x-amz-content-sha256:UNSIGNED-PAYLOAD',
    `x-amz-date:${timestamp}`,
    '',
    signedHeaders,
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope.join('/'), digest].join('\n');
  const signature = createHmac('sha256', signingKey(secretAccessKey, scope)).update(toSign).digest('hex');
  const response = await fetch(endpoint + path, {
    headers: {
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-amz-date': timestamp,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    },
  });
  const body = new Uint8Array(await response.arrayBuffer());
  if (response.ok) return body;
  const code = /<Code>([^<]+)<\/Code>/.exec(Buffer.from(body).toString('utf8'))?.[1] ?? response.status;
  throw new AwsError('ValidationError', `Cannot read s3://${bucket}/${key}: ${code}`);
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

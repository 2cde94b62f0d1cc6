import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../errors.ts';
import type { Access, Identity } from '../iam/access.ts';
import { algorithm, encodeUri, hmac, sha256, signingKey } from '../s3/signing.ts';

const maxSkewMs = 15 * 60_000;

/** What a request's Authorization header says, before anything is checked. */
export interface Claim {
  accessKeyId: string;
  date: string;
  region: string;
  /** `events`, `sqs`, `s3`, ... */
  service: string;
  signedHeaders: string[];
  signature: string;
}

/** The SigV4 claim of a request, in its header or (presigned) in its query; undefined if it has none. */
export function readClaim(request: IncomingMessage, query: URLSearchParams): Claim | undefined {
  const header = request.headers.authorization;
  const match = header === undefined ? undefined : /^AWS4-HMAC-SHA256 (.*)$/.exec(header);
  const fields = new Map(
    match?.[1]?.split(',').map((field) => {
      const at = field.indexOf('=');
      return [field.slice(0, at).trim(), field.slice(at + 1).trim()] as const;
    }),
  );
  const credential = fields.get('Credential') ?? query.get('X-Amz-Credential') ?? '';
  const parts = credential.split('/');
  if (parts.length < 5) return undefined;
  const [date = '', region = '', service = ''] = parts.slice(-4);
  return {
    accessKeyId: parts.slice(0, -4).join('/'),
    date,
    region,
    service,
    signedHeaders: (fields.get('SignedHeaders') ?? query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: fields.get('Signature') ?? query.get('X-Amz-Signature') ?? '',
  };
}

/**
 * Who signed a request to any service but S3, which has rules of its own.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @throws AwsError MissingAuthenticationTokenException, UnrecognizedClientException, InvalidSignatureException
 */
export function authenticate(
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  claim: Claim | undefined,
  access: Access,
): Identity {
  if (!claim) throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  const identity = access.identityOf(claim.accessKeyId);
  const token = request.headers['x-amz-security-token'];
  const expectedToken = identity?.credentials.sessionToken;
  if (!identity || (expectedToken !== undefined && token !== expectedToken)) {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      403,
    );
  }
  const timestamp = String(request.headers['x-amz-date'] ?? '');
  const signedAt = Date.parse(
    timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  if (!(Math.abs(Date.now() - signedAt) <= maxSkewMs)) {
    throw new AwsError(
      'InvalidSignatureException',
      `Signature expired or not yet current: ${timestamp}`,
      403,
    );
  }
  const canonical = [
    request.method,
    canonicalPath(url),
    canonicalQuery(url),
    ...claim.signedHeaders.map((name) => `${name}:${headerOf(request, name)}`),
    '',
    claim.signedHeaders.join(';'),
    request.headers['x-amz-content-sha256'] ?? sha256(body),
  ].join('\n');
  const scope = [claim.date, claim.region, claim.service, 'aws4_request'];
  const key = signingKey(identity.credentials.secretAccessKey, scope);
  const expected = hmac(key, [algorithm, timestamp, scope.join('/'), sha256(canonical)].join('\n'));
  const given = Buffer.from(claim.signature, 'hex');
  const bodyFits = [undefined, sha256(body), 'UNSIGNED-PAYLOAD'].includes(
    request.headers['x-amz-content-sha256'] as string | undefined,
  );
  if (!bodyFits || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AwsError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
      403,
    );
  }
  return identity;
}

/** Each segment encoded once more than it came. */
function canonicalPath(url: URL): string {
  return url.pathname.split('/').map(encodeUri).join('/') || '/';
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/ +/g, ' ');
}

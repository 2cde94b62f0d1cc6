import type { IncomingMessage } from 'node:http';
import type { Query } from './address.ts';
import { ChunkChain } from './chunk-chain.ts';
import { S3Error } from './errors.ts';
import type { S3Credentials } from './options.ts';
import { algorithm, encodeUri, hmac, sameText, sha256, signingKey } from './signing.ts';

/** What a checked signature says of the body. */
export type Payload =
  /** SHA-256 of the body in hex, to be compared. */
  | { kind: 'hashed'; sha256: string }
  | { kind: 'unsigned' }
  /** `aws-chunked`; `chain` checks the signature of each chunk where those are signed. */
  | { kind: 'chunked'; chain: ChunkChain | undefined };

export interface Signed {
  /** Absent: nobody signed. */
  accessKeyId: string | undefined;
  payload: Payload;
  /** Presigned requests may override response headers only under a signature; both ways count. */
  presigned: boolean;
}

export interface SignatureCheck {
  request: IncomingMessage;
  /** Path as it came, without the query. */
  path: string;
  query: Query;
  credentialsFor(accessKeyId: string): S3Credentials | undefined;
  now: number;
}

const maxSkew = 15 * 60_000;
const maxExpiry = 7 * 24 * 3600;

/**
 * Checks a request's SigV4 signature, in its header or in its query. Any region is taken; the service must be `s3`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 * @throws S3Error InvalidAccessKeyId, SignatureDoesNotMatch, RequestTimeTooSkewed, AccessDenied (expired or unsigned headers),
 * AuthorizationHeaderMalformed, AuthorizationQueryParametersError, InvalidToken, InvalidArgument
 */
export function checkSignature(check: SignatureCheck): Signed {
  const { headers } = check.request;
  const presigned = check.query.has('X-Amz-Algorithm');
  if (headers.authorization !== undefined && presigned) {
    throw new S3Error(
      'InvalidArgument',
      {},
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter or the Authorization header should be specified',
    );
  }
  if (headers.authorization === undefined && !presigned) {
    return { accessKeyId: undefined, payload: payloadOf(headers['x-amz-content-sha256']), presigned: false };
  }
  const claim = presigned ? readQueryClaim(check) : readHeaderClaim(check);
  const credentials = check.credentialsFor(claim.accessKeyId);
  if (!credentials) throw new S3Error('InvalidAccessKeyId', { AWSAccessKeyId: claim.accessKeyId });
  if (credentials.sessionToken !== undefined && credentials.sessionToken !== claim.sessionToken) {
    throw new S3Error('InvalidToken');
  }
  requireSignedHeaders(check.request, claim.signedHeaders);
  const canonical = [
    check.request.method,
    encodePath(check.path),
    canonicalQuery(check.query),
    ...claim.signedHeaders.map((name) => `${name}:${headerValue(check.request, name)}`),
    '',
    claim.signedHeaders.join(';'),
    claim.contentSha256,
  ].join('\n');
  const key = signingKey(credentials.secretAccessKey, claim.scope);
  const scope = claim.scope.join('/');
  const toSign = [algorithm, claim.timestamp, scope, sha256(canonical)].join('\n');
  const expected = hmac(key, toSign).toString('hex');
  if (!sameText(expected, claim.signature)) {
    throw new S3Error('SignatureDoesNotMatch', {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: toSign,
      SignatureProvided: claim.signature,
      CanonicalRequest: canonical,
    });
  }
  const payload = payloadOf(
    claim.contentSha256,
    () => new ChunkChain(key, claim.timestamp, scope, claim.signature),
  );
  return { accessKeyId: claim.accessKeyId, payload, presigned };
}

interface Claim {
  accessKeyId: string;
  /** date, region, service, `aws4_request` */
  scope: string[];
  signedHeaders: string[];
  signature: string;
  /** `20261123T152000Z` */
  timestamp: string;
  contentSha256: string;
  sessionToken: string | undefined;
}

function readHeaderClaim({ request, now }: SignatureCheck): Claim {
  const text = request.headers.authorization as string;
  if (!text.startsWith(`${algorithm} `)) {
    throw new S3Error(
      'InvalidRequest',
      {},
      `The authorization mechanism you have provided is not supported. Please use ${algorithm}.`,
    );
  }
  const fields = new Map(
    text
      .slice(algorithm.length)
      .split(',')
      .map((field) => {
        const at = field.indexOf('=');
        return [field.slice(0, at).trim(), field.slice(at + 1).trim()] as const;
      }),
  );
  const timestamp = one(request.headers['x-amz-date']) ?? toTimestamp(request.headers.date);
  if (!timestamp)
    throw new S3Error('AccessDenied', {}, 'AWS authentication requires a valid Date or x-amz-date header');
  const signed = Date.parse(toIso(timestamp));
  if (!(Math.abs(now - signed) <= maxSkew)) {
    throw new S3Error('RequestTimeTooSkewed', {
      RequestTime: timestamp,
      ServerTime: new Date(now).toISOString(),
      MaxAllowedSkewMilliseconds: maxSkew,
    });
  }
  const contentSha256 = one(request.headers['x-amz-content-sha256']);
  if (contentSha256 === undefined)
    throw new S3Error('MissingSecurityHeader', { MissingHeaderName: 'x-amz-content-sha256' });
  return {
    ...readCredential(fields.get('Credential') ?? '', timestamp, 'AuthorizationHeaderMalformed'),
    signedHeaders: (fields.get('SignedHeaders') ?? '').split(';'),
    signature: fields.get('Signature') ?? '',
    timestamp,
    contentSha256,
    sessionToken: one(request.headers['x-amz-security-token']),
  };
}

function readQueryClaim({ query, request, now }: SignatureCheck): Claim {
  const bad = (message: string) => new S3Error('AuthorizationQueryParametersError', {}, message);
  if (query.get('X-Amz-Algorithm') !== algorithm) throw bad(`X-Amz-Algorithm only supports "${algorithm}"`);
  const timestamp = query.get('X-Amz-Date') ?? '';
  const signed = Date.parse(toIso(timestamp));
  if (Number.isNaN(signed))
    throw bad("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  const expires = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  if (!Number.isInteger(expires) || expires < 1) throw bad('X-Amz-Expires should be a number');
  if (expires > maxExpiry)
    throw bad(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${maxExpiry} seconds`,
    );
  if (signed - now > maxSkew) throw new S3Error('AccessDenied', {}, 'Request is not yet valid');
  if (now > signed + expires * 1000) {
    throw new S3Error(
      'AccessDenied',
      {
        'X-Amz-Expires': expires,
        Expires: new Date(signed + expires * 1000).toISOString(),
        ServerTime: new Date(now).toISOString(),
      },
      'Request has expired',
    );
  }
  return {
    ...readCredential(query.get('X-Amz-Credential') ?? '', timestamp, 'AuthorizationQueryParametersError'),
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    timestamp,
    contentSha256:
      query.get('X-Amz-Content-Sha256') ?? one(request.headers['x-amz-content-sha256']) ?? 'UNSIGNED-PAYLOAD',
    sessionToken: query.get('X-Amz-Security-Token'),
  };
}

function readCredential(
  text: string,
  timestamp: string,
  code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError',
): { accessKeyId: string; scope: string[] } {
  // A key id may itself hold slashes; the scope is the last four.
  const fields = text.split('/');
  const scope = fields.slice(-4);
  const [date, , service, end] = scope;
  if (fields.length < 5 || service !== 's3' || end !== 'aws4_request' || !timestamp.startsWith(`${date}T`)) {
    throw new S3Error(
      code,
      {},
      'The Credential is malformed; expecting "<access-key>/YYYYMMDD/REGION/s3/aws4_request" of the date of the request.',
    );
  }
  return { accessKeyId: fields.slice(0, -4).join('/'), scope };
}

function requireSignedHeaders(request: IncomingMessage, signed: readonly string[]): void {
  const missing = Object.keys(request.headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.includes(name),
  );
  if (missing.length > 0) {
    throw new S3Error(
      'AccessDenied',
      { HeadersNotSigned: missing.join(', ') },
      'There were headers present in the request which were not signed',
    );
  }
}

function payloadOf(declared: string | string[] | undefined, chain?: () => ChunkChain): Payload {
  const text = one(declared);
  switch (text) {
    case undefined:
    case 'UNSIGNED-PAYLOAD':
      return { kind: 'unsigned' };
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return { kind: 'chunked', chain: undefined };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return { kind: 'chunked', chain: chain?.() };
  }
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new S3Error(
      'InvalidArgument',
      { ArgumentName: 'x-amz-content-sha256', ArgumentValue: text },
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    );
  }
  return { kind: 'hashed', sha256: text };
}

function encodePath(path: string): string {
  return path
    .split('/')
    .map((piece) => encodeUri(decodeURIComponent(piece)))
    .join('/');
}

function canonicalQuery(query: Query): string {
  return query.raw
    .map(
      ([name, value]) => [encodeUri(decodeURIComponent(name)), encodeUri(decodeURIComponent(value))] as const,
    )
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function headerValue(request: IncomingMessage, name: string): string {
  return (request.headersDistinct[name] ?? []).map((value) => value.trim().replace(/ +/g, ' ')).join(',');
}

function toIso(timestamp: string): string {
  return timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
}

function toTimestamp(date: string | undefined): string | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

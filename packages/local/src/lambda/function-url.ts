import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../errors.ts';
import { readBody, send } from '../http/exchange.ts';
import { authenticate, readClaim } from '../http/signature.ts';
import type { Access, Identity } from '../iam/access.ts';
import { decide } from '../iam/policy.ts';
import type { Place } from '../place.ts';
import type { Lambda } from './lambda.ts';

/** On AWS each URL is a host of its own; here it is a path of the one port, which no bucket can be named like. */
export const urlPrefix = '/_lambda-url/';

/** Whom only `Principal: *` takes in. */
const anybody = { aws: 'anonymous', account: 'anonymous' };

/** Requests and answers. */
const maxBytes = 6 * 1024 * 1024;

export interface FunctionUrl {
  id: string;
  functionName: string;
  authType: 'AWS_IAM' | 'NONE';
  url: string;
}

/** What a function answers, in payload format 2.0: an object with a status, or anything as JSON with 200. */
interface UrlAnswer {
  statusCode?: number;
  headers?: Record<string, string | number | boolean>;
  cookies?: string[];
  body?: unknown;
  isBase64Encoded?: boolean;
}

/**
 * A request to a function URL: checked, handed over in payload format 2.0, answered.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export async function handleFunctionUrl(
  { lambda, access, place }: { lambda: Lambda; access: Access; place: Place },
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const requestId = randomUUID();
  const [id = ''] = url.pathname.slice(urlPrefix.length).split('/');
  const refuse = (status: number, message: string, headers: Record<string, string> = {}) =>
    send(
      response,
      status,
      { 'content-type': 'application/json', 'x-amzn-requestid': requestId, ...headers },
      JSON.stringify({ Message: message }),
    );
  const target = lambda.urls.get(id);
  const config = target && lambda.configOf(target.functionName);
  if (target === undefined || config === undefined) return refuse(403, 'Forbidden');
  let caller: Identity | undefined;
  let payload: Buffer;
  try {
    const body = await readBody(request, maxBytes);
    caller = admit(request, url, body, target, { lambda, access });
    const rawPath = url.pathname.slice(urlPrefix.length + id.length) || '/';
    payload = Buffer.from(
      JSON.stringify(
        payloadOf(request, url, body, { id, rawPath, requestId, caller, accountId: place.accountId }),
      ),
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.status === 413) return refuse(413, 'Request Entity Too Large');
    const type = { 'x-amzn-errortype': error.code };
    return refuse(403, error.code === 'AccessDeniedException' ? 'Forbidden' : error.message, type);
  }
  try {
    const result = await lambda.invoke(target.functionName, payload);
    if (result.error !== undefined) return refuse(502, 'Internal Server Error');
    sendAnswer(response, result.payload, requestId);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const throttled = error.code === 'TooManyRequestsException';
    return refuse(throttled ? 429 : 502, throttled ? 'Too Many Requests' : 'Internal Server Error');
  }
}

/** @throws AwsError */
function admit(
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  { authType, functionName }: FunctionUrl,
  { lambda, access }: { lambda: Lambda; access: Access },
): Identity | undefined {
  const resource = lambda.arnOf(functionName);
  const policy = lambda.permissionsOf(functionName);
  const asked = [
    { action: 'lambda:InvokeFunctionUrl', resource, context: { 'lambda:FunctionUrlAuthType': authType } },
    { action: 'lambda:InvokeFunction', resource, context: { 'lambda:InvokedViaFunctionUrl': 'true' } },
  ];
  if (authType === 'AWS_IAM') {
    const caller = authenticate(request, url, body, readClaim(request, url.searchParams), access);
    for (const one of asked) access.demand(caller, one, policy);
    return caller;
  }
  for (const one of asked) {
    if (decide(policy, { ...one, principal: anybody }) === 'allow') continue;
    throw new AwsError(
      'AccessDeniedException',
      `The function's policy does not let everybody ${one.action}`,
      403,
    );
  }
  return undefined;
}

function payloadOf(
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  about: { id: string; rawPath: string; requestId: string; caller: Identity | undefined; accountId: string },
) {
  const { id, rawPath, requestId, caller, accountId } = about;
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(others).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  const query = new Map<string, string[]>();
  for (const [name, value] of url.searchParams) query.set(name, [...(query.get(name) ?? []), value]);
  const now = new Date();
  const isText = /^(?:text\/|application\/(?:json|xml|javascript|x-www-form-urlencoded)\b)/.test(
    request.headers['content-type'] ?? 'text/plain',
  );
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: url.search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers,
    ...(query.size > 0 && {
      queryStringParameters: Object.fromEntries([...query].map(([name, values]) => [name, values.join(',')])),
    }),
    requestContext: {
      accountId,
      apiId: id,
      ...(caller && { authentication: null, authorizer: { iam: describeCaller(caller) } }),
      domainName: request.headers.host ?? '',
      domainPrefix: id,
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? null,
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: clfTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: isText ? body.toString('utf8') : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function describeCaller({ credentials, principal, userId }: Identity) {
  return {
    accessKey: credentials.accessKeyId,
    accountId: 'account' in principal ? principal.account : null,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: principal.aws,
    userId,
  };
}

function sendAnswer(response: ServerResponse, payload: string | Buffer, requestId: string): void {
  const value: unknown = payload.length === 0 ? null : JSON.parse(payload.toString());
  const answer: UrlAnswer =
    typeof value === 'object' && value !== null && 'statusCode' in value
      ? (value as UrlAnswer)
      : { statusCode: 200, body: JSON.stringify(value) };
  const text =
    typeof answer.body === 'string'
      ? answer.body
      : answer.body === undefined
        ? ''
        : JSON.stringify(answer.body);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-amzn-requestid': requestId,
  };
  for (const [name, value] of Object.entries(answer.headers ?? {}))
    headers[name.toLowerCase()] = String(value);
  if (answer.cookies !== undefined) response.setHeader('set-cookie', answer.cookies);
  send(
    response,
    answer.statusCode ?? 200,
    headers,
    answer.isBase64Encoded ? Buffer.from(text, 'base64') : text,
  );
}

/** `12/Mar/2026:19:03:58 +0000` */
function clfTime(date: Date): string {
  const [, , month = ''] = date.toUTCString().split(' ');
  const pad = (value: number) => String(value).padStart(2, '0');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(pad).join(':');
  return `${pad(date.getUTCDate())}/${month}/${date.getUTCFullYear()}:${clock} +0000`;
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ActivityFeed } from '../activity.ts';
import type { CloudFormationApi } from '../cloudformation/api.ts';
import { AwsError, messageOf } from '../errors.ts';
import type { Access } from '../iam/access.ts';
import { handleLambda, lambdaPath, maxInvokeBytes } from '../lambda/api.ts';
import { handleFunctionUrl, urlPrefix } from '../lambda/function-url.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { handleRuntimeApi, runtimePrefix } from '../lambda/runtime-api.ts';
import { ownOf } from '../own-property.ts';
import type { Place } from '../place.ts';
import { targetOf } from '../s3/address.ts';
import type { S3 } from '../s3/index.ts';
import { handleSts } from '../sts/api.ts';
import { escapeXml, readBody, sendJson, sendJsonError, sendXml, urlOf } from './exchange.ts';
import type { JsonOperation } from './json-operation.ts';
import { authenticate, type Claim, readClaim } from './signature.ts';

export interface RouterSettings {
  place: Place;
  access: Access;
  feed: ActivityFeed;
  lambda: Lambda;
  s3: S3;
  cloudFormation: CloudFormationApi;
  /** By the prefix of `X-Amz-Target`: `AWSEvents`, `AmazonSQS`, ... */
  jsonServices: Record<
    string,
    { name: string; version: '1.0' | '1.1'; operations: Record<string, JsonOperation> }
  >;
}

/** EventBridge, SQS and SSM bodies are all smaller than this. */
const maxBodyBytes = 8 * 1024 * 1024;

/** SigV4 service names that speak the query protocol. */
const queryServices = new Set([
  'sts',
  'cloudformation',
  'iam',
  'sns',
  'ec2',
  'autoscaling',
  'monitoring',
  'rds',
]);

/**
 * Sends each request on to its service, by `X-Amz-Target`, path, or the service its signature names. What is left is
 * S3's; a service that is not there is refused by name.
 */
export function createRouter(
  settings: RouterSettings,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const requestId = randomUUID();
    const target = request.headers['x-amz-target'];
    let asXml = false;
    let subject = { service: 's3', operation: '' };
    try {
      const url = urlOf(request);
      const { path } = targetOf(request);
      if (path.startsWith(runtimePrefix)) {
        return await handleRuntimeApi(settings.lambda, path, request, response);
      }
      if (path.startsWith(urlPrefix)) {
        subject = { service: 'lambda', operation: `${request.method} ${path}` };
        return await handleFunctionUrl(settings, request, response, url);
      }
      const claim = readClaim(request, url.searchParams);
      if (typeof target === 'string') {
        const [prefix = '', operation = ''] = splitTarget(target);
        subject = { service: ownOf(settings.jsonServices, prefix)?.name ?? prefix, operation };
        return await handleJson(settings, prefix, operation, claim, url, request, response, requestId);
      }
      if (lambdaPath.test(path) && claim?.service !== 's3') {
        subject = { service: 'lambda', operation: `${request.method} ${url.pathname}` };
        const body = await readBody(request, maxInvokeBytes + 1024);
        const caller = authenticate(request, url, body, claim, settings.access);
        return await handleLambda(settings, request, response, url, body, caller);
      }
      if (claim && queryServices.has(claim.service)) {
        asXml = true;
        subject = { service: claim.service, operation: '' };
        const body = await readBody(request, maxBodyBytes);
        const caller = authenticate(request, url, body, claim, settings.access);
        const form = new URLSearchParams(body.toString('utf8'));
        const action = form.get('Action') ?? url.searchParams.get('Action') ?? '';
        subject.operation = action;
        if (claim.service === 'sts') return handleSts(action, response, caller);
        if (claim.service === 'cloudformation') {
          return await settings.cloudFormation.handle(action, form, response, caller);
        }
        throw new AwsError('InvalidAction', `${claim.service} ${action} is not there in the local AWS`);
      }
      if (claim && claim.service !== 's3') {
        subject = { service: claim.service, operation: `${request.method} ${url.pathname}` };
        const known = Object.values(settings.jsonServices).some(({ name }) => name === claim.service);
        const what = known ? `The query protocol of ${claim.service}` : `Service ${claim.service}`;
        throw new AwsError('UnknownOperationException', `${what} is not there in the local AWS`, 404);
      }
      return await settings.s3.handle(request, response);
    } catch (thrown) {
      // Who has left in the middle of a request waits for no answer, and nothing is wrong here.
      if (request.destroyed && !request.complete) return;
      const error =
        thrown instanceof AwsError ? thrown : new AwsError('InternalFailure', messageOf(thrown), 500);
      if (!(thrown instanceof AwsError))
        process.emitWarning(thrown instanceof Error ? thrown : String(thrown));
      settings.feed.tell({ kind: 'request-refused', ...subject, code: error.code, error: error.message });
      // What is left of the body has no reader.
      request.resume();
      if (asXml) sendXmlError(response, error, requestId);
      else if (subject.service === 'sqs') sendSqsError(response, error, requestId);
      else sendJsonError(response, error, requestId);
    }
  };
}

async function handleJson(
  { access, jsonServices }: RouterSettings,
  prefix: string,
  operationName: string,
  claim: Claim | undefined,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  const service = ownOf(jsonServices, prefix);
  const operation = service && ownOf(service.operations, operationName);
  if (!operation) {
    const what = service ? `${service.name} ${operationName}` : `Service ${prefix}`;
    throw new AwsError('UnknownOperationException', `${what} is not there in the local AWS`);
  }
  const body = await readBody(request, maxBodyBytes);
  const caller = authenticate(request, url, body, claim, access);
  let input: unknown;
  try {
    input = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'));
  } catch (error) {
    throw new AwsError('SerializationException', `The body is no JSON: ${messageOf(error)}`);
  }
  const aborted = new AbortController();
  response.once('close', () => aborted.abort());
  const answer = await operation(input, caller, aborted.signal);
  if (response.destroyed) return;
  response.setHeader('x-amzn-requestid', requestId);
  sendJson(response, 200, answer, `application/x-amz-json-${service.version}`);
}

function splitTarget(target: string): [string, string] {
  const dot = target.lastIndexOf('.');
  // Some services carry a version: `DynamoDB_20120810.GetItem`.
  return [target.slice(0, dot), target.slice(dot + 1)];
}

function sendXmlError(response: ServerResponse, error: AwsError, requestId: string): void {
  sendXml(
    response,
    error.status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${escapeXml(error.code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

/** SQS kept the codes of its old protocol in a header, and has new names in the body. */
function sqsName(code: string): string {
  return code === 'AWS.SimpleQueueService.NonExistentQueue'
    ? 'QueueDoesNotExist'
    : code.replace('AWS.SimpleQueueService.', '');
}

function sendSqsError(response: ServerResponse, error: AwsError, requestId: string): void {
  if (response.headersSent || response.destroyed) return;
  const name = sqsName(error.code);
  response.setHeader('x-amzn-query-error', `${error.code};${error.status < 500 ? 'Sender' : 'Receiver'}`);
  response.setHeader('x-amzn-requestid', requestId);
  sendJson(
    response,
    error.status,
    { __type: `com.amazonaws.sqs#${name}`, message: error.message },
    'application/x-amz-json-1.0',
  );
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { readAddress } from './address.ts';
import { notImplemented, S3Error } from './errors.ts';
import { Exchange, type Service } from './exchange.ts';
import { newRequestId } from './object-store.ts';
import { findOperation } from './routes.ts';
import { checkSignature } from './sigv4.ts';
import { writeErrorDocument } from './xml.ts';

const localUser = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Answers one request: who it is from, whether they may, what they want. Never rejects. */
export async function answer(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = newRequestId();
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('x-amz-id-2', Buffer.from(requestId).toString('base64'));
  response.setHeader('server', 'AmazonS3');
  // A client that goes away in the middle is no reason to end the server.
  response.on('error', () => {});
  try {
    const address = readAddress(request);
    const signed = checkSignature({
      request,
      path: address.path,
      query: address.query,
      now: Date.now(),
      credentialsFor: (accessKeyId) =>
        service.options.credentialsFor
          ? service.options.credentialsFor(accessKeyId)
          : accessKeyId === localUser.accessKeyId
            ? localUser
            : undefined,
    });
    const operation = findOperation(request.method ?? 'GET', address, request.headers);
    const exchange = new Exchange(service, request, response, address, signed, requestId);
    checkOwner(exchange);
    if (operation.action) await exchange.demand(operation.action, address.bucket, address.key);
    if (operation.name !== 'CreateBucket' && address.bucket !== undefined) exchange.bucket;
    await operation.run(exchange);
  } catch (error) {
    fail(request, response, requestId, error);
  }
  // What nobody read must still be taken, or the client waits to be rid of it and never sees the answer.
  request.resume();
}

/** @throws S3Error AccessDenied if the client expects buckets of another account */
function checkOwner(exchange: Exchange): void {
  for (const name of ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']) {
    const expected = exchange.header(name);
    if (expected !== undefined && expected !== exchange.service.options.accountId)
      throw new S3Error('AccessDenied');
  }
}

function fail(request: IncomingMessage, response: ServerResponse, requestId: string, thrown: unknown): void {
  const error = thrown instanceof S3Error ? thrown : toS3Error(thrown);
  if (error.code === 'InternalError' && !request.destroyed)
    process.emitWarning(`S3 ${request.method} ${request.url}: ${describe(thrown)}`);
  if (response.headersSent || response.destroyed) {
    // Half an answer is no answer: the client must see that it broke off.
    response.destroy();
    return;
  }
  const bare = request.method === 'HEAD' || error.status === 304;
  const body = bare
    ? ''
    : writeErrorDocument({
        Code: error.code,
        Message: error.message,
        ...error.detail,
        Resource: (request.url ?? '').replace(/\?.*$/s, ''),
        RequestId: requestId,
        HostId: 'local',
      });
  response.writeHead(error.status, {
    ...(!bare && { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) }),
    ...error.headers,
  });
  response.end(body);
}

function toS3Error(thrown: unknown): S3Error {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new S3Error('InternalError', {}, 'There is no space left on the disk.');
  if (code === 'ENAMETOOLONG') return notImplemented('A key whose path is too long for this file system');
  return new S3Error('InternalError');
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../errors.ts';

/** Reads a whole request body of at most `limit` bytes. @throws AwsError RequestEntityTooLargeException */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed when it is too long: the answer, and the next request on this connection, need the socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      throw new AwsError(
        'RequestEntityTooLargeException',
        `Request must be smaller than ${limit} bytes`,
        413,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/**
 * Where a request goes. A path that begins with two slashes is a path, not a host.
 * @throws AwsError InvalidURI
 */
export function urlOf({ url: sent = '/' }: IncomingMessage): URL {
  const base = 'http://localhost';
  const url = sent.startsWith('/') ? URL.parse(`${base}${sent}`) : URL.parse(sent, base);
  if (!url) throw new AwsError('InvalidURI', 'The specified URI could not be parsed.', 400);
  return url;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  contentType = 'application/x-amz-json-1.1',
): void {
  send(response, status, { 'content-type': contentType }, body === undefined ? '' : JSON.stringify(body));
}

export function sendXml(response: ServerResponse, status: number, body: string): void {
  send(response, status, { 'content-type': 'text/xml' }, body);
}

export function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer = '',
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** An AWS error in the JSON protocols. */
export function sendJsonError(response: ServerResponse, error: AwsError, requestId: string): void {
  if (response.headersSent || response.destroyed) return;
  response.setHeader('x-amzn-errortype', error.code);
  response.setHeader('x-amzn-requestid', requestId);
  sendJson(response, error.status, { __type: error.code, message: error.message, Message: error.message });
}

export function escapeXml(text: string): string {
  return (
    text
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
      // Characters XML 1.0 has no way to carry.
      .replace(/[^\t\n\r\x20-\uFFFF]/g, '\uFFFD')
  );
}

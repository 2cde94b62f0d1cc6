import { gzipSync } from 'node:zlib';
import type { ApiError, UrlRequest, UrlResponse } from './request.ts';

/** Below this gzip gains nothing. */
const gzipFrom = 4 * 1024;

export function respondJson(request: UrlRequest, value: unknown, statusCode = 200): UrlResponse {
  return respond(request, JSON.stringify(value), 'application/json', statusCode);
}

export function respondFault(request: UrlRequest, { status, fault }: ApiError): UrlResponse {
  return respondJson(request, fault, status);
}

export function respond(
  request: UrlRequest,
  body: string,
  contentType: string,
  statusCode = 200,
): UrlResponse {
  const headers = { 'content-type': contentType, 'cache-control': 'no-store' };
  const accepted = request.headers['accept-encoding'] ?? '';
  if (body.length < gzipFrom || !/\bgzip\b/.test(accepted)) return { statusCode, headers, body };
  return {
    statusCode,
    headers: { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' },
    body: gzipSync(body, { level: 1 }).toString('base64'),
    isBase64Encoded: true,
  };
}

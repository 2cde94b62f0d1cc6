import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readClaim } from '../http/signature.ts';
import type { FunctionFaults } from './function-faults.ts';
import type { Injection } from './injection.ts';
import { type BodyFault, loseAnswer, spoilBody } from './spoiled-answer.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const bodyFaults: BodyFault[] = ['resetBody', 'shortBody', 'stalledBody', 'slowBody'];

/** Answers that take the place of S3's own: status, code. */
const refusals = {
  internalError: [500, 'InternalError'],
  slowDown: [503, 'SlowDown'],
  clockSkew: [403, 'RequestTimeTooSkewed'],
} as const;

/** S3 as the functions see it, with faults between. Other callers see it as it is. */
export function withS3Faults(handle: Handle, injection: Injection, functions: FunctionFaults): Handle {
  const { s3 } = injection.plan;
  const heads = new Map<string, Record<string, string>>();

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const caller = readClaim(request, url.searchParams)?.accessKeyId;
    const name = caller === undefined ? undefined : functions.nameOf(caller);
    if (caller === undefined || name === undefined) return handle(request, response);
    const subject = subjectOf(request, url, name);

    for (const [fault, [status, code]] of Object.entries(refusals)) {
      if (!injection.strikes(fault, s3[fault as keyof typeof refusals], subject)) continue;
      return refuse(request, response, status, code);
    }
    if (request.method === 'PUT' && injection.strikes('diskFull', s3.diskFull, subject)) {
      for await (const _ of request);
      return refuse(request, response, 500, 'InternalError');
    }
    if (functions.strikeBefore(caller, subject)) {
      request.socket.destroy();
      return;
    }
    if (request.method === 'HEAD') {
      if (injection.strikes('staleHead', s3.staleHead, subject)) {
        const before = heads.get(url.pathname);
        response.writeHead(before ? 200 : 404, before ?? {}).end();
        return;
      }
      rememberHead(response, (headers) => heads.set(url.pathname, headers));
    }
    if (request.method === 'GET') {
      const fault = bodyFaults.find((one) => injection.strikes(one, s3[one], subject));
      if (fault) spoilBody(response, fault, injection.draw(`share ${subject}`));
    }
    if (injection.strikes('lostAnswer', s3.lostAnswer, subject)) loseAnswer(response);
    functions.strikeAfter(caller, subject, response);
    return handle(request, response);
  };
}

/** What a request is about: the same in every run, so without the ids that S3 makes up. */
function subjectOf(request: IncomingMessage, url: URL, name: string): string {
  const query = [...url.searchParams].filter(([key]) => !/^(uploadId|x-id|X-Amz-.*)$/.test(key));
  const asked = query.map(([key, value]) => `${key}=${value}`).join('&');
  return [name, request.method, url.pathname, asked, request.headers.range].filter(Boolean).join(' ');
}

/** The answer to a HEAD that found something is what a later, stale one may say. */
function rememberHead(response: ServerResponse, keep: (headers: Record<string, string>) => void): void {
  const writeHead = response.writeHead.bind(response);
  response.writeHead = ((status: number, headers: Record<string, string>) => {
    if (status === 200) keep(headers);
    return writeHead(status, headers);
  }) as typeof response.writeHead;
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, code: string): void {
  request.resume();
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>An injected fault.</Message></Error>`;
  response.writeHead(status, {
    'content-type': 'application/xml',
    'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

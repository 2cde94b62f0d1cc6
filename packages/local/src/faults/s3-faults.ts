import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { urlOf } from '../http/exchange.ts';
import { readClaim } from '../http/signature.ts';
import { targetOf } from '../s3/address.ts';
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
  const { slowMs, ...s3 } = injection.plan.s3;
  const heads = new Map<string, Record<string, string>>();

  return async (request, response) => {
    const url = urlOf(request);
    const caller = readClaim(request, url.searchParams)?.accessKeyId;
    const name = caller === undefined ? undefined : functions.nameOf(caller);
    if (caller === undefined || name === undefined) return handle(request, response);
    const { path } = targetOf(request);
    const subject = subjectOf(request, path, url, name);
    const share = injection.shareOf(name);
    const strikes = (fault: keyof typeof s3) => injection.strikes(fault, s3[fault] * share, subject);

    for (const [fault, [status, code]] of Object.entries(refusals)) {
      if (!strikes(fault as keyof typeof refusals)) continue;
      return refuse(request, response, status, code);
    }
    if (request.method === 'PUT' && strikes('diskFull')) {
      for await (const _ of request);
      return refuse(request, response, 500, 'InternalError');
    }
    if (functions.strikeBefore(caller, subject)) {
      request.socket.destroy();
      return;
    }
    if (request.method === 'HEAD') {
      if (strikes('staleHead')) {
        const before = heads.get(path);
        response.writeHead(before ? 200 : 404, before ?? {}).end();
        return;
      }
      rememberHead(response, (headers) => heads.set(path, headers));
    }
    if (request.method === 'GET') {
      const fault = bodyFaults.find(strikes);
      if (fault) spoilBody(response, fault, { share: injection.draw(`share ${subject}`), slowMs });
    }
    if (strikes('lostAnswer')) loseAnswer(response);
    functions.strikeDuring(caller, subject);
    functions.strikeAfter(caller, subject, response);
    return handle(request, response);
  };
}

/** Ids that hang on times and versions: those of companions, of events, and the names of a journal. */
const madeUp =
  /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\.[0-9a-f]{12}(?=\.)|\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g;

/** What a request is about: the same in every run, so without what is made up on the way. */
function subjectOf(request: IncomingMessage, path: string, url: URL, name: string): string {
  const query = [...url.searchParams].filter(([key]) => !/^(uploadId|versionId|x-id|X-Amz-.*)$/.test(key));
  const asked = query.map(([key, value]) => `${key}=${value}`).join('&');
  return [name, request.method, path.replaceAll(madeUp, '*'), asked, request.headers.range]
    .filter(Boolean)
    .join(' ');
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

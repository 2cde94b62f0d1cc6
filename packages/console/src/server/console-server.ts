import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { ApiFault } from '@tributary/events/ledger';
import { ApiError, notFound } from './api-error.ts';
import { Aws, type AwsPlace, AwsRefusal } from './aws-client.ts';
import { answerLocal } from './local-routes.ts';
import { guardRequest, securityHeaders } from './request-guard.ts';
import { RunLedger } from './run-ledger.ts';
import { loadPage, type StaticFile } from './static-page.ts';

/** What the console needs of a local AWS; `LocalAws` of @tributary/local is one. */
export interface ConsoleAws extends AwsPlace {
  stateDirectory: string;
}

export interface ConsoleServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  url: string;
  stop(): Promise<void>;
}

const MOST_BODY = 1024 * 1024;
const pageFolder = join(import.meta.dirname, '../../dist');

/**
 * Serves the console of a local AWS on 127.0.0.1: the page, the API of the run ledger that is deployed there, and what is
 * there only locally.
 * @param port 0 takes a free one
 * @example
 * const console = await serveConsole(aws, { port: 4567 });
 */
export async function serveConsole(
  place: ConsoleAws,
  { port = 0, stage = 'dev' }: { port?: number; stage?: string } = {},
): Promise<ConsoleServer> {
  const page = await loadPage(pageFolder);
  const aws = new Aws(place);
  const ledger = new RunLedger(aws, stage);
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => fail(response, error));
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    guardRequest(request, (server.address() as AddressInfo).port);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const file = page.get(url.pathname);
    if (file !== undefined) return sendFile(request, response, file);
    if (url.pathname.startsWith('/v1/')) return passOn(ledger, request, response, url);
    const [area, ...path] = url.pathname.slice(1).split('/').map(decodePart);
    const answer =
      area === 'local'
        ? await answerLocal(
            { aws, ledger, stateDirectory: place.stateDirectory },
            request,
            path.join('/'),
            url.searchParams,
          )
        : undefined;
    if (answer === undefined) throw notFound(`${request.method} ${url.pathname}`);
    sendJson(response, 200, answer);
  }

  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${taken}`, stop, [Symbol.asyncDispose]: stop };
}

/** What of a request and an answer concerns the ledger and the page; `fetch` has taken off the compression. */
const asked = ['last-event-id', 'content-type'];
const answered = ['content-type', 'cache-control'];

async function passOn(
  ledger: RunLedger,
  request: IncomingMessage,
  response: ServerResponse,
  { pathname, search }: URL,
): Promise<void> {
  const given = asked.flatMap((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value] as [string, string]] : [];
  });
  const body = await readText(request);
  const answer = await ledger.fetch(pathname.slice(1) + search, {
    method: request.method ?? 'GET',
    headers: Object.fromEntries(given),
    ...(body !== undefined && { body }),
  });
  for (const name of answered) {
    const value = answer.headers.get(name);
    if (value !== null) response.setHeader(name, value);
  }
  response.writeHead(answer.status);
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as ReadableStream), response);
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, fault } = refusalFor(error);
  sendJson(response, status, fault);
}

function refusalFor(error: unknown): { status: number; fault: ApiFault } {
  if (error instanceof ApiError) return error;
  const { code, message } = error as { code?: unknown; message?: string };
  const text = message ?? String(error);
  if (error instanceof AwsRefusal)
    return { status: error.status, fault: { code: error.code, message: text } };
  // An input that cannot be read is no fault of the server; its code says why.
  if (typeof code === 'string') return { status: 422, fault: { code, message: text } };
  return { status: 500, fault: { code: 'internal', message: text } };
}

function sendFile({ method, headers }: IncomingMessage, response: ServerResponse, file: StaticFile): void {
  const gzip = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
  const bytes = gzip ? file.gzipped : file.bytes;
  response.writeHead(200, {
    'content-type': file.type,
    'content-length': bytes.length,
    'cache-control': 'no-cache',
    vary: 'accept-encoding',
    ...(gzip && { 'content-encoding': 'gzip' }),
  });
  response.end(method === 'HEAD' ? undefined : bytes);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

/** The body of a `POST`, which the signature is over. @throws ApiError */
async function readText(request: IncomingMessage): Promise<string | undefined> {
  if (request.method !== 'POST') return undefined;
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > MOST_BODY)
      throw new ApiError(413, {
        code: 'too-large',
        message: 'The request is too large',
        expected: `${MOST_BODY} bytes`,
      });
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError(400, { code: 'bad-path', message: 'The path is not encoded as a URL is', got: part });
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

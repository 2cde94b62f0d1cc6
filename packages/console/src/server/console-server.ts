import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ApiFault, liveQuery } from '@tributary/events/ledger';
import { ApiError, notFound } from './api-error.ts';
import { Aws, type AwsPlace, AwsRefusal } from './aws-client.ts';
import { LocalLedger } from './ledger/local-ledger.ts';
import { answerLocal } from './local-routes.ts';
import { guardRequest, securityHeaders } from './request-guard.ts';
import { loadPage, type StaticFile } from './static-page.ts';

/** What the console needs of a local AWS; `LocalAws` of @tributary/local is one. */
export interface ConsoleAws extends AwsPlace {
  stateDirectory: string;
}

export interface ConsoleServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** Hears an activity of the local AWS; hand it every one, from the start on. */
  hear(activity: { kind: string }): void;
  stop(): Promise<void>;
}

const MOST_BODY = 1024 * 1024;
const pageFolder = join(import.meta.dirname, '../../dist');

/**
 * Serves the console of a local AWS on 127.0.0.1: the page, the ledger's API and what is there only locally.
 * @param port 0 takes a free one
 * @example
 * const console = await serveConsole(aws, { port: 4567 });
 * aws.onEvent((activity) => console.hear(activity));
 */
export async function serveConsole(
  place: ConsoleAws,
  { port = 0 }: { port?: number } = {},
): Promise<ConsoleServer> {
  const page = await loadPage(pageFolder);
  const aws = new Aws(place);
  const ledger = new LocalLedger(aws, place.stateDirectory);
  const ending = new AbortController();
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => fail(response, error));
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    guardRequest(request, (server.address() as AddressInfo).port);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const file = page.get(url.pathname);
    if (file !== undefined) return sendFile(request, response, file);
    const [area, ...path] = url.pathname.slice(1).split('/').map(decodePart);
    if (area === 'v1' && path[0] === 'live') return sendLive(request, response, url.searchParams);
    const answer =
      area === 'v1'
        ? await ledger.answer(request.method ?? '', path, url.searchParams, await readJson(request))
        : area === 'local'
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

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html */
  async function sendLive(
    request: IncomingMessage,
    response: ServerResponse,
    search: URLSearchParams,
  ): Promise<void> {
    const { wait } = liveQuery.parse({ ...(search.has('wait') && { wait: search.get('wait') }) });
    const after = String(request.headers['last-event-id'] ?? search.get('after') ?? ledger.changes.place);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    // The reader comes back at once, with the place it has reached.
    response.write(`retry: 200\nid: ${after}\n\n`);
    if (ledger.changes.after(after)?.length === 0)
      await ledger.changes.wait(wait * 1000, AbortSignal.any([gone.signal, ending.signal]));
    const runs = ledger.changes.after(after);
    const place = ledger.changes.place;
    if (runs === undefined) response.write(`id: ${place}\nevent: reset\ndata: {}\n\n`);
    for (const run of runs ?? [])
      response.write(`id: ${place}\nevent: run\ndata: ${JSON.stringify(run)}\n\n`);
    response.end();
  }

  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  const stop = async () => {
    ending.abort();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    ledger.close();
  };
  return {
    url: `http://127.0.0.1:${taken}`,
    hear: (activity) => {
      if (activity.kind === 'event-put') ledger.take((activity as { event?: unknown }).event);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
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

async function readJson(request: IncomingMessage): Promise<unknown> {
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
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new ApiError(400, { code: 'bad-json', message: 'The body is no JSON' });
  }
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

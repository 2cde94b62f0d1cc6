import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, send, sendJson } from '../http/exchange.ts';
import type { Lambda } from './lambda.ts';

/** Lambda takes answers of at most 6 MB. */
const maxResponseBytes = 6 * 1024 * 1024;
export const runtimePrefix = '/_runtime/';

/**
 * The Runtime API for the functions' own processes, under `/_runtime/<process>`.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function handleRuntimeApi(
  lambda: Lambda,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const match = /^\/_runtime\/([0-9a-f]{32})\/2018-06-01\/runtime\/(.+)$/.exec(path);
  const environment = match && lambda.environment(match[1]!);
  if (!environment) return refuse(response, 403, 'UnknownRuntime', 'No function process has this address');
  const route = `${request.method} ${match[2]}`;
  if (route === 'GET invocation/next') {
    environment.next(response);
    return;
  }
  if (route === 'POST init/error') {
    environment.initFailed(await readBody(request, maxResponseBytes));
    return sendJson(response, 202, { status: 'OK' }, 'application/json');
  }
  const [, requestId, outcome] = /^POST invocation\/([0-9a-f-]{36})\/(response|error)$/.exec(route) ?? [];
  if (!requestId) return refuse(response, 404, 'UnknownRoute', `The Runtime API has no ${route}`);
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > maxResponseBytes) {
    request.resume();
    const message = `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`;
    const error = { errorType: 'Function.ResponseSizeTooLarge', errorMessage: message };
    environment.answer(requestId, Buffer.from(JSON.stringify(error)), true);
    return refuse(response, 413, error.errorType, message);
  }
  const payload = await readBody(request, maxResponseBytes);
  if (!environment.answer(requestId, payload, outcome === 'error')) {
    return refuse(response, 400, 'InvalidRequestID', `Invocation ${requestId} is not running here`);
  }
  sendJson(response, 202, { status: 'OK' }, 'application/json');
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  send(response, status, { 'content-type': 'application/json' }, JSON.stringify({ errorType, errorMessage }));
}

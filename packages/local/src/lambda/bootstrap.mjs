// The process of one function: takes invocations from the Runtime API and hands them to the handler.
// Plain JavaScript, so that a cold start pays for no type stripping.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const { env } = process;
const base = new URL(`http://${env.AWS_LAMBDA_RUNTIME_API}`);
const agent = new Agent({ keepAlive: true });
const asJson = env.AWS_LAMBDA_LOG_FORMAT === 'JSON';

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
/** Lines below this level are left out; without a level all are written. */
const leastLevel = asJson ? levels.indexOf(env.AWS_LAMBDA_LOG_LEVEL ?? '') : -1;

/** The request being worked on: undefined while the function starts. */
let current;

function call(method, path, body, headers = {}) {
  return new Promise((done, failed) => {
    const sent = request(
      {
        agent,
        method,
        host: base.hostname,
        port: base.port,
        path: `${base.pathname.replace(/\/$/, '')}/2018-06-01/runtime/${path}`,
        headers: body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', failed);
        response.on('end', () =>
          done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    sent.on('error', failed);
    sent.end(body);
  });
}

function patchConsole() {
  const methods = {
    log: 'INFO',
    info: 'INFO',
    debug: 'DEBUG',
    trace: 'TRACE',
    warn: 'WARN',
    error: 'ERROR',
    fatal: 'FATAL',
  };
  for (const [method, level] of Object.entries(methods)) {
    console[method] = (...parts) => writeLog(level, parts);
  }
}

function writeLog(level, parts) {
  if (levels.indexOf(level) < leastLevel) return;
  const timestamp = new Date().toISOString();
  const message = format(...parts);
  const line = asJson
    ? JSON.stringify({
        timestamp,
        level,
        requestId: current,
        message:
          parts.length === 1 && typeof parts[0] === 'object' && !(parts[0] instanceof Error)
            ? parts[0]
            : message,
      })
    : `${timestamp}\t${current ?? 'undefined'}\t${level}\t${message}`;
  process.stdout.write(`${line}\n`);
}

function fault(errorType, message) {
  return Object.assign(new Error(message), { name: errorType });
}

async function loadHandler() {
  const name = env._HANDLER ?? '';
  const split = /^(.*?)([^/.]+)\.(.+)$/.exec(name);
  if (!split) throw fault('Runtime.MalformedHandlerName', `Bad handler: ${name}`);
  const [, folder, file, exported] = split;
  const stem = resolve(env.LAMBDA_TASK_ROOT, folder, file);
  const path = ['', '.js', '.mjs', '.cjs']
    .map((extension) => stem + extension)
    .find((candidate) => existsSync(candidate));
  if (!path) throw fault('Runtime.ImportModuleError', `Error: Cannot find module '${folder}${file}'`);
  let loaded;
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw fault('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
    if (error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND') {
      throw fault('Runtime.ImportModuleError', `Error: ${error.message}`);
    }
    throw error;
  }
  const pick = (root) => exported.split('.').reduce((value, key) => value?.[key], root);
  const handler = pick(loaded) ?? pick(loaded.default);
  if (handler === undefined) throw fault('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw fault('Runtime.HandlerNotFound', `${name} is not a function`);
  if (handler.length >= 3) {
    throw fault(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later.',
    );
  }
  return handler;
}

function describe(error) {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function logError(title, error) {
  const { errorType, errorMessage, trace } = describe(error);
  const extra = error instanceof Error ? { ...error, name: undefined } : {};
  writeLog('ERROR', [`${title} \t${JSON.stringify({ errorType, errorMessage, ...extra, stack: trace })}`]);
}

/** All output so far is in the pipes, closed by a mark: the log keeps its order although pipes and HTTP race. */
async function flushOutput() {
  const mark = `\u001e${current ?? 'init'}\n`;
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write(mark, () => done()))),
  );
}

async function report(path, error) {
  await flushOutput();
  const description = describe(error);
  await call('POST', path, JSON.stringify(description), {
    'content-type': 'application/json',
    'lambda-runtime-function-error-type': description.errorType,
  });
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    clientContext: headers['lambda-runtime-client-context']
      ? JSON.parse(headers['lambda-runtime-client-context'])
      : undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function crash(errorType, title, error) {
  logError(title, error);
  const path = current ? `invocation/${current}/error` : 'init/error';
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  try {
    await report(path, Object.assign(fault(errorType, message), { stack: error?.stack }));
  } finally {
    process.exit(128);
  }
}

patchConsole();
// The pipe's other end goes when the server does, even if that was killed: nothing is left behind.
process.stdin.on('end', () => process.exit(1)).resume();
process.stdin.unref?.();
process.on('uncaughtException', (error) => crash(error?.name ?? 'Error', 'Uncaught Exception', error));
process.on('unhandledRejection', (error) =>
  crash('Runtime.UnhandledPromiseRejection', 'Unhandled Promise Rejection', error),
);

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  logError('Uncaught Exception', error);
  await report('init/error', error);
  process.exit(1);
}

for (;;) {
  const next = await call('GET', 'invocation/next').catch(() => process.exit(0));
  if (next.status !== 200) process.exit(0);
  current = next.headers['lambda-runtime-aws-request-id'];
  env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'] ?? '';
  let answer;
  try {
    const result = await handler(JSON.parse(next.body.toString('utf8')), contextOf(next.headers));
    answer = JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch (error) {
    logError('Invoke Error', error);
    await report(`invocation/${current}/error`, error);
    continue;
  }
  await flushOutput();
  await call('POST', `invocation/${current}/response`, answer, { 'content-type': 'application/json' });
}

import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionResources, temporaryDirectory, writePackage } from './packaged-stack.ts';
import { type RunningAws, runAws } from './running-aws.ts';
import { startProgram } from './server-process.ts';

let running: RunningAws;
let lambda: LambdaClient;

beforeAll(async () => {
  running = await runAws(
    {
      ...functionResources('Probe', 'probe', {
        properties: {
          MemorySize: 256,
          Timeout: 20,
          Environment: { Variables: { GREETING: 'hello', COUNT: 3 } },
        },
      }),
      ...functionResources('Brief', 'probe', { properties: { Timeout: 1 } }),
      ...functionResources('Single', 'probe', {
        properties: { Timeout: 60, ReservedConcurrentExecutions: 1 },
      }),
      ...functionResources('Json', 'probe', { properties: { LoggingConfig: { LogFormat: 'JSON' } } }),
      ...functionResources('Quiet', 'probe', {
        properties: {
          LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN', SystemLogLevel: 'WARN' },
        },
      }),
      ...functionResources('Lost', 'probe', { properties: { Handler: 'dist/absent.handler' } }),
      ...functionResources('Nameless', 'probe', { properties: { Handler: 'dist/handler.absent' } }),
    },
    { handlers: ['probe'], maxProcesses: 2 },
  );
  const { aws } = running;
  lambda = new LambdaClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
    maxAttempts: 1,
  });
});

afterAll(async () => {
  lambda.destroy();
  await running[Symbol.asyncDispose]();
});

async function invoke(name: string, event: object, options: object = {}) {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)), ...options }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  return { ...answer, payload: text === '' ? undefined : JSON.parse(text) };
}

/** How many invocations of `probe` were handed to a process. */
function started(): number {
  const starts = running.happened.filter(
    (one) => one.kind === 'function-log' && one.function === 'probe' && one.line.startsWith('START '),
  );
  return starts.length;
}

describe('an invocation', () => {
  test('hands the event over and the answer back', async () => {
    const answer = await invoke('probe', { some: 'event', deep: [1, null, 'ä'] });
    expect(answer).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      payload: { some: 'event', deep: [1, null, 'ä'] },
    });
    expect(answer.FunctionError).toBeUndefined();
  });

  test('has the context and the environment Lambda gives, and nothing of its parent', async () => {
    const { payload } = await invoke('probe', { do: 'context' });
    expect(payload).toMatchObject({
      functionName: 'probe',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      invokedFunctionArn: `arn:aws:lambda:${running.aws.region}:${running.aws.accountId}:function:probe`,
      logGroupName: '/aws/lambda/probe',
    });
    expect(payload.remaining).toBeGreaterThan(0);
    expect(payload.remaining).toBeLessThanOrEqual(20_000);
    expect(payload.environment).toMatchObject({
      GREETING: 'hello',
      COUNT: '3',
      AWS_LAMBDA_FUNCTION_NAME: 'probe',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_ENDPOINT_URL: running.aws.endpoint,
      AWS_REGION: running.aws.region,
      _HANDLER: 'dist/handler.handler',
      LAMBDA_TASK_ROOT: payload.directory,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    });
    expect(payload.environment.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
    expect(payload.environment.AWS_SESSION_TOKEN).not.toBe('');
    for (const name of ['HOME', 'USER', 'VITEST', 'NODE_ENV'])
      expect(payload.environment).not.toHaveProperty(name);
  });

  test('reuses a warm process', async () => {
    const first = (await invoke('probe', { do: 'context' })).payload;
    const second = (await invoke('probe', { do: 'context' })).payload;
    expect(second.pid).toBe(first.pid);
    expect(second.invocations).toBe(first.invocations + 1);
    expect(second.awsRequestId).not.toBe(first.awsRequestId);
  });

  test('runs beside others in processes of their own, and waits in line beyond the machine’s limit', async () => {
    const release = join(running.root, 'beside');
    const before = started();
    const asked = [1, 2, 3].map(() => invoke('probe', { do: 'wait', path: release }));
    await expect.poll(() => started() - before, { timeout: 20_000 }).toBe(2);
    await writeFile(release, '');
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ payload }) => payload.pid)).size).toBe(2);
  });

  test('DryRun does nothing, a missing function is 404, a bad body is 400', async () => {
    expect(await invoke('probe', {}, { InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 });
    await expect(invoke('absent', {})).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(
      lambda.send(new InvokeCommand({ FunctionName: 'probe', Payload: Buffer.from('{') })),
    ).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
  });

  test('gives the log’s tail when asked', async () => {
    const { LogResult } = await invoke('probe', {}, { LogType: 'Tail' });
    expect(Buffer.from(LogResult!, 'base64').toString('utf8')).toMatch(
      /^START RequestId: [\s\S]*\nREPORT RequestId: .*\n$/,
    );
  });
});

describe('a failure', () => {
  test('thrown is the error object, and the process lives on', async () => {
    const before = (await invoke('probe', { do: 'context' })).payload.pid;
    const answer = await invoke('probe', { do: 'throw' });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(answer.payload).toMatchObject({ errorType: 'TypeError', errorMessage: 'as asked' });
    expect(answer.payload.trace[0]).toBe('TypeError: as asked');
    expect((await invoke('probe', { do: 'context' })).payload.pid).toBe(before);
    const log = await readFile(running.aws.logPath('probe'), 'utf8');
    expect(log).toMatch(/\tERROR\tabout to fail\n/);
    expect(log).toMatch(/\tERROR\tInvoke Error \t\{"errorType":"TypeError"/);
  });

  test('by timeout ends the process', async () => {
    const answer = await invoke('brief', { do: 'hang' });
    expect(answer.payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S{36} Error: Task timed out after 1\.00 seconds$/),
    });
    expect(await readFile(running.aws.logPath('brief'), 'utf8')).toMatch(
      /Z \S{36} Task timed out after 1\.00 seconds\nEND /,
    );
    expect((await invoke('brief', { still: 'there' })).payload).toEqual({ still: 'there' });
  });

  test('by memory ends the process', async () => {
    const answer = await invoke('probe', { do: 'hog' });
    expect(answer.payload).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
    const log = await readFile(running.aws.logPath('probe'), 'utf8');
    expect(log).toMatch(/Max Memory Used: 256 MB\t.*Status: error\tError Type: Runtime\.OutOfMemory/);
  });

  test('by more in its ephemeral storage than it has ends the process', async () => {
    expect((await invoke('probe', { do: 'store', mb: 3 })).payload).toEqual({ stored: 3 * 2 ** 20 });
    expect((await invoke('probe', { do: 'store', mb: 513 })).payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/More than 512 MB in the ephemeral storage: .* ENOSPC$/),
    });
    const { payload } = await invoke('probe', { do: 'store', mb: 3 });
    expect(payload).toEqual({ stored: 3 * 2 ** 20 });
  });

  test('by exit or by a rejection nobody catches is told apart', async () => {
    expect((await invoke('probe', { do: 'exit' })).payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Error: Runtime exited with error: exit status 3$/),
    });
    expect(await readFile(running.aws.logPath('probe'), 'utf8')).toMatch(/\nlast words\nRequestId: /);
    expect((await invoke('probe', { do: 'reject' })).payload).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'RangeError: nobody catches this',
    });
  });

  test('ends the invocation although a process it started lives on', async () => {
    const { payload } = await invoke('probe', { do: 'leave-behind', ms: 20_000 });
    expect(payload).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(payload.errorMessage).toMatch(/exit status 4$/);
  });

  test('has its whole log on disk with the answer, whatever its end', async () => {
    for (const how of [undefined, 'throw', 'exit', 'reject', 'hang']) {
      const { LogResult } = await invoke('brief', { do: how }, { LogType: 'Tail' });
      const tail = Buffer.from(LogResult!, 'base64').toString('utf8');
      expect(tail).toMatch(/REPORT RequestId: .*\n$/);
      expect(await readFile(running.aws.logPath('brief'), 'utf8')).toContain(tail);
    }
  });

  test('that ends the process does not fail the invocation after it', async () => {
    for (let turn = 0; turn < 3; turn++) {
      expect((await invoke('probe', { do: 'reject' })).FunctionError).toBe('Unhandled');
      expect((await invoke('probe', { do: 'context' })).payload.functionName).toBe('probe');
    }
  });

  test('of the start says what is missing', async () => {
    expect((await invoke('lost', {})).payload).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: "Error: Cannot find module 'dist/absent'",
    });
    expect((await invoke('nameless', {})).payload).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
  });

  test('by too large an answer', async () => {
    expect((await invoke('probe', { do: 'large' })).payload).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });
});

test('reserved concurrency throttles', async () => {
  const release = join(running.root, 'throttled');
  const slow = invoke('single', { do: 'wait', path: release });
  await running.until(
    'function-invoked',
    (one) => one.function === 'single' && one.mode === 'RequestResponse',
  );
  await expect(invoke('single', {})).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    $metadata: { httpStatusCode: 429 },
  });
  await writeFile(release, '');
  await slow;
});

test('the JSON log format has platform records', async () => {
  await invoke('json', { do: 'throw' });
  const lines = (await readFile(running.aws.logPath('json'), 'utf8')).trimEnd().split('\n').slice(1);
  const records = lines.map((line) => JSON.parse(line));
  expect(records.map(({ type, message }) => type ?? message)).toEqual([
    'platform.start',
    'about to fail',
    expect.stringMatching(/^Invoke Error/),
    'platform.report',
  ]);
  expect(records.at(-1).record).toMatchObject({
    status: 'error',
    errorType: 'TypeError',
    metrics: { memorySizeMB: 512 },
  });
});

test('log levels leave out what is below them', async () => {
  await invoke('quiet', { do: 'log' });
  await invoke('quiet', { do: 'throw' });
  const lines = (await readFile(running.aws.logPath('quiet'), 'utf8')).trimEnd().split('\n').slice(1);
  const records = lines.map((line) => JSON.parse(line));
  expect(records.map(({ type, level, message }) => [type ?? level, message])).toEqual([
    ['WARN', 'a warning'],
    ['ERROR', 'about to fail'],
    ['ERROR', expect.stringMatching(/^Invoke Error/)],
    ['platform.report', undefined],
  ]);
});

test('stopping ends every process and removes its ephemeral storage', async () => {
  const other = await runAws(functionResources('Probe', 'probe'), { handlers: ['probe'] });
  const { aws } = other;
  const client = new LambdaClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
    maxAttempts: 1,
  });
  const answer = await client.send(
    new InvokeCommand({ FunctionName: 'probe', Payload: Buffer.from('{"do":"context"}') }),
  );
  const { pid, environment } = JSON.parse(Buffer.from(answer.Payload!).toString('utf8'));
  expect(existsSync(environment.TMPDIR)).toBe(true);
  await aws.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(existsSync(environment.TMPDIR)).toBe(false);
  await expect(fetch(aws.endpoint)).rejects.toThrow();
  client.destroy();
  await other[Symbol.asyncDispose]();
});

test('a server that is killed leaves no function behind', async () => {
  await using directory = await temporaryDirectory();
  const stack = await writePackage(
    directory.path,
    'killed',
    { Resources: functionResources('Probe', 'probe') },
    ['probe'],
  );
  const { child, line } = await startProgram('killed-server', [stack, join(directory.path, 'state')]);
  const pid = Number(line);
  process.kill(pid, 0);
  child.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // In a container nobody may reap what died.
    return !/^State:\s+Z/m.test(existsSync('/proc') ? readFileSync(`/proc/${pid}/status`, 'utf8') : '');
  } catch {
    return false;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useCloud } from './cloud.ts';
import { createdEvent, envelopeOf } from './events.ts';

const cloud = await useCloud();

function startProcess(payload: unknown): ChildProcess & { lines(): Record<string, unknown>[] } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'handler-process.ts')], {
    env: {
      ...process.env,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: cloud.proxy.endpoint,
      TRIBUTARY_BUS: cloud.bus,
      POWERTOOLS_LOG_LEVEL: 'INFO',
      POWERTOOLS_METRICS_DISABLED: 'false',
      TEST_PAYLOAD: JSON.stringify(payload),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    out += chunk;
  });
  return Object.assign(child, {
    lines: () =>
      out
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  });
}

test('every log line names chain, step, run and key; metrics are EMF lines with chain and step', async () => {
  const event = createdEvent(await cloud.put('in/logs.txt', 'one\nbad\n'), '0A');
  const child = startProcess(envelopeOf(event, { sourcePrefix: 'in/' }));
  expect(await once(child, 'close')).toEqual([0, null]);
  const logs = child.lines().filter(({ level }) => level !== undefined);
  expect(logs.map(({ message }) => message)).toEqual(['Step started', 'Step completed']);
  for (const line of logs) {
    expect(line).toMatchObject({
      service: 'shout',
      chain: 'chain',
      step: 'step',
      run: event.id,
      key: 'in/logs.txt',
      requestId: 'request-1',
    });
  }
  const lines = child.lines().filter(({ _aws }) => _aws !== undefined);
  const [opened, emf, file, closed, ...others] = lines;
  expect(others).toEqual([]);
  // It is open until it has ended, both at the moment when its time would have been up.
  const ofStep = {
    CloudWatchMetrics: [{ Namespace: 'Tributary', Dimensions: [['service', 'chain', 'step']] }],
  };
  const place = { service: 'shout', chain: 'chain', step: 'step' };
  const { Timestamp } = opened!._aws as { Timestamp: number };
  expect(opened).toMatchObject({ _aws: ofStep, ...place, Silent: 1 });
  expect(closed).toMatchObject({ _aws: { ...ofStep, Timestamp }, ...place, Silent: -1 });
  expect(Timestamp).toBeGreaterThan((emf!._aws as { Timestamp: number }).Timestamp);
  expect(file).toMatchObject({ _aws: ofStep, ...place, RejectedFiles: 0 });
  expect(emf).toMatchObject({
    _aws: {
      CloudWatchMetrics: [{ Namespace: 'Tributary', Dimensions: [['service', 'chain', 'step', 'outcome']] }],
    },
    service: 'shout',
    outcome: 'completed',
    BytesIn: 8,
    Rows: 1,
    RejectedRows: 1,
    Duration: expect.any(Number),
    Throughput: expect.any(Number),
  });
});

test('SIGTERM aborts the upload, says so, and ends the process', async () => {
  const input = await cloud.put('in/terminated.txt', 'the quick brown fox jumps\n'.repeat(500_000));
  const stalled = new Promise<void>((resolve) => {
    cloud.proxy.fault = ({ method, headers }) => {
      if (method !== 'GET' || !String(headers.range ?? '').startsWith('bytes=11')) return undefined;
      resolve();
      return { stallAfter: 0 };
    };
  });
  const child = startProcess(
    envelopeOf(createdEvent(input, '0A'), { options: { output: { compression: 'none' } } }),
  );
  const closed = once(child, 'close');
  await stalled;
  await expect.poll(() => cloud.unfinishedUploads(), { timeout: 10_000 }).toBe(1);
  child.kill('SIGTERM');
  await closed;
  expect(child.exitCode).not.toBe(0);
  expect(child.lines()).toContainEqual(
    expect.objectContaining({ level: 'ERROR', fault: expect.objectContaining({ code: 'terminated' }) }),
  );
  expect(child.lines().flatMap(({ Silent }) => Silent ?? [])).toEqual([1, -1]);
  expect(child.lines()).toContainEqual(expect.objectContaining({ step: 'step', FailedAttempts: 1 }));
  expect(await cloud.unfinishedUploads()).toBe(0);
  expect(await cloud.keys()).not.toContain('out/in/terminated.loud');
});

import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionResources, letRulesSend } from './packaged-stack.ts';
import { type RunningAws, runAws } from './running-aws.ts';

const installed = spawnSync('aws', ['--version']).status === 0;
const run = promisify(execFile);

let running: RunningAws;

/** The `aws` command as a user would type it. */
async function aws(...args: string[]): Promise<Record<string, unknown>> {
  const { PATH } = process.env;
  const { environment } = running.aws;
  const { stdout } = await run('aws', [...args, '--output', 'json'], {
    env: { PATH, HOME: running.root, AWS_PAGER: '', ...environment },
  });
  return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
}

// A process of Python for each call: this is about what it says, not how fast.
describe.skipIf(!installed)('the aws command', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    running = await runAws(
      {
        ...functionResources('Probe', 'probe'),
        Steps: { Type: 'AWS::Events::EventBus', Properties: { Name: 'steps' } },
        Archive: {
          Type: 'AWS::Events::Archive',
          Properties: { ArchiveName: 'kept', SourceArn: { 'Fn::GetAtt': ['Steps', 'Arn'] } },
        },
        Heard: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'heard' } },
        Allow: letRulesSend('Heard'),
      },
      { handlers: ['probe'], timeScale: 0 },
    );
  });
  afterAll(() => running[Symbol.asyncDispose]());

  test('puts an event, replays it, and finds it in a queue twice', async () => {
    const bus = 'arn:aws:events:eu-central-1:000000000000:event-bus/steps';
    const onBus = ['--event-bus-name', 'steps'];
    await aws('events', 'put-rule', '--name', 'all', ...onBus, '--event-pattern', '{"source":["command"]}');
    await aws(
      ...['events', 'put-targets', '--rule', 'all', ...onBus, '--targets'],
      'Id=queue,Arn=arn:aws:sqs:eu-central-1:000000000000:heard',
    );
    const entry = { Source: 'command', DetailType: 'Test', Detail: '{"n":1}', EventBusName: 'steps' };
    expect(await aws('events', 'put-events', '--entries', JSON.stringify([entry]))).toMatchObject({
      FailedEntryCount: 0,
    });
    expect(
      await aws(
        ...['events', 'start-replay', '--replay-name', 'again'],
        ...['--event-source-arn', 'arn:aws:events:eu-central-1:000000000000:archive/kept'],
        ...['--event-start-time', '2026-01-01T00:00:00Z', '--event-end-time', '2100-01-01T00:00:00Z'],
        ...['--destination', JSON.stringify({ Arn: bus })],
      ),
    ).toMatchObject({ State: 'STARTING' });
    await running.until('replay-changed', ({ state }) => state === 'COMPLETED');
    expect(await aws('events', 'describe-archive', '--archive-name', 'kept')).toMatchObject({
      EventCount: 1,
    });
    const url = `${running.aws.endpoint}/000000000000/heard`;
    const { Messages } = await aws(
      // Version 1 of the command does not heed AWS_ENDPOINT_URL for SQS.
      ...['sqs', '--endpoint-url', running.aws.endpoint, 'receive-message', '--queue-url', url],
      ...['--max-number-of-messages', '10'],
    );
    expect((Messages as { Body: string }[]).map(({ Body }) => JSON.parse(Body)['replay-name'])).toEqual([
      undefined,
      'again',
    ]);
  });

  test('invokes a function, reads a parameter, a stack and who it is', async () => {
    // From a file, as versions 1 and 2 of the command read text differently.
    await writeFile(`${running.root}/event.json`, '{"do":"context"}');
    const payload = ['--payload', `fileb://${running.root}/event.json`, `${running.root}/answer.json`];
    expect(await aws('lambda', 'invoke', '--function-name', 'probe', ...payload)).toMatchObject({
      StatusCode: 200,
    });
    await aws('ssm', 'put-parameter', '--name', '/word', '--type', 'String', '--value', 'said');
    expect(await aws('ssm', 'get-parameter', '--name', '/word')).toMatchObject({
      Parameter: { Value: 'said' },
    });
    expect(await aws('cloudformation', 'describe-stacks', '--stack-name', 'sample-test')).toMatchObject({
      Stacks: [{ StackStatus: 'CREATE_COMPLETE' }],
    });
    expect(await aws('sts', 'get-caller-identity')).toMatchObject({ Account: '000000000000' });
  });
});

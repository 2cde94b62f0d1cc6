import { existsSync } from 'node:fs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { startLocalAws } from '../src/index.ts';
import { functionResources } from './packaged-stack.ts';
import { type RunningAws, runAws } from './running-aws.ts';

const getAtt = (name: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [name, attribute] });

/** Function `probe` whose failures go to a bus and a dead-letter queue, and whose successes go to a queue. */
function resources(config: object = {}, grants: object[] = []): object {
  return {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'outcomes' } },
    Done: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'done' } },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    ...functionResources('Probe', 'probe', {
      properties: { DeadLetterConfig: { TargetArn: getAtt('Dead') } },
      statements: [
        { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' },
        { Effect: 'Allow', Action: 'events:PutEvents', Resource: getAtt('Bus') },
        ...grants,
      ],
    }),
    Outcomes: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'ProbeLambdaFunction' },
        Qualifier: '$LATEST',
        DestinationConfig: {
          OnFailure: { Destination: getAtt('Bus') },
          OnSuccess: { Destination: getAtt('Done') },
        },
        ...config,
      },
    },
  };
}

async function invokeLater({ aws }: RunningAws, event: object): Promise<string> {
  const client = new LambdaClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
  });
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: 'probe',
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
  client.destroy();
  expect(answer.StatusCode).toBe(202);
  return answer.$metadata.requestId!;
}

async function receive({ aws, call }: RunningAws, queue: string) {
  const { body } = await call('sqs', 'AmazonSQS.ReceiveMessage', {
    QueueUrl: `${aws.endpoint}/${aws.accountId}/${queue}`,
    WaitTimeSeconds: 10,
    MessageAttributeNames: ['All'],
  });
  return (
    body as { Messages: { Body: string; MessageAttributes: Record<string, { StringValue: string }> }[] }
  ).Messages[0]!;
}

describe('an asynchronous invocation', () => {
  test('that fails is tried three times, then goes to its destination and its dead-letter queue', async () => {
    await using running = await runAws(resources(), { handlers: ['probe'], timeScale: 0.0001 });
    const requestId = await invokeLater(running, { do: 'throw', mark: 'ä' });
    const { event } = await running.until('event-put', ({ source }) => source === 'lambda');
    const { region, accountId } = running.aws;
    expect(event).toMatchObject({
      'detail-type': 'Lambda Function Invocation Result - Failure',
      resources: [
        `arn:aws:events:${region}:${accountId}:event-bus/outcomes`,
        `arn:aws:lambda:${region}:${accountId}:function:probe:$LATEST`,
      ],
      detail: {
        version: '1.0',
        requestContext: {
          requestId,
          functionArn: `arn:aws:lambda:${region}:${accountId}:function:probe:$LATEST`,
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { do: 'throw', mark: 'ä' },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'TypeError', errorMessage: 'as asked' },
      },
    });
    const attempts = running.happened.filter((one) => one.kind === 'function-invoked');
    expect(attempts.map(({ requestId: id, attempt }) => [id, attempt])).toEqual(
      [1, 2, 3].map((attempt) => [requestId, attempt]),
    );
    const dead = await receive(running, 'dead');
    expect(JSON.parse(dead.Body)).toEqual({ do: 'throw', mark: 'ä' });
    expect(dead.MessageAttributes).toMatchObject({
      RequestID: { StringValue: requestId },
      ErrorCode: { StringValue: '200' },
      ErrorMessage: { StringValue: 'as asked' },
    });
  });

  test('that succeeds goes to its own destination', async () => {
    await using running = await runAws(resources(), { handlers: ['probe'] });
    await invokeLater(running, { value: 7 });
    const record = JSON.parse((await receive(running, 'done')).Body);
    expect(record).toMatchObject({
      requestContext: { condition: 'Success', approximateInvokeCount: 1 },
      requestPayload: { value: 7 },
      responsePayload: { value: 7 },
    });
    expect(record.responseContext).not.toHaveProperty('functionError');
  });

  test('that fails may leave its record in a bucket', async () => {
    const failures = { Failures: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'failures' } } };
    const config = {
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: getAtt('Failures') } },
    };
    const grant = {
      Effect: 'Allow',
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::failures/aws/lambda/async/*',
    };
    await using running = await runAws(
      { ...failures, ...resources(config, [grant]) },
      { handlers: ['probe'] },
    );
    await invokeLater(running, { do: 'throw' });
    await running.until('destination-sent', ({ destination }) => destination === 'arn:aws:s3:::failures');
    const { Contents } = await running.s3.send(new ListObjectsV2Command({ Bucket: 'failures' }));
    const key = Contents![0]!.Key!;
    expect(key).toMatch(
      /^aws\/lambda\/async\/probe\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    );
    const { Body } = await running.s3.send(new GetObjectCommand({ Bucket: 'failures', Key: key }));
    expect(JSON.parse(await Body!.transformToString())).toMatchObject({
      requestContext: { condition: 'RetriesExhausted' },
    });
  });

  test('is not retried beyond its configuration, nor sent where the role may not', async () => {
    const denied = [{ Effect: 'Deny', Action: 'events:PutEvents', Resource: '*' }];
    await using running = await runAws(resources({ MaximumRetryAttempts: 0 }, denied), {
      handlers: ['probe'],
    });
    await invokeLater(running, { do: 'throw' });
    const failed = await running.until('destination-failed');
    expect(failed.error).toContain('is not authorized to perform: events:PutEvents');
    expect(running.happened.filter(({ kind }) => kind === 'function-retried')).toEqual([]);
  });

  test('too old for its next attempt is given up', async () => {
    // The second attempt would come after a minute, and that is all the time there is.
    await using running = await runAws(resources({ MaximumEventAgeInSeconds: 60 }), { handlers: ['probe'] });
    await invokeLater(running, { do: 'throw' });
    expect(await running.until('function-gave-up')).toMatchObject({
      condition: 'EventAgeExceeded',
      attempts: 1,
    });
  });

  test('waits while reserved concurrency is used up, and is refused by a concurrency of zero', async () => {
    const limited = functionResources('Probe', 'probe', { properties: { ReservedConcurrentExecutions: 1 } });
    await using running = await runAws(limited, { handlers: ['probe'] });
    for (let count = 0; count < 3; count++) await invokeLater(running, { do: 'sleep', ms: 50 });
    let completed = 0;
    await running.until('function-completed', () => ++completed === 3);

    const none = functionResources('Probe', 'probe', { properties: { ReservedConcurrentExecutions: 0 } });
    await using stopped = await runAws(none, { handlers: ['probe'] });
    await invokeLater(stopped, {});
    expect(await stopped.until('function-gave-up')).toMatchObject({
      condition: 'ZeroReservedConcurrency',
      attempts: 0,
    });
  });

  test('accepted before a stop is run after the next start', async () => {
    await using running = await runAws(resources(), { handlers: ['probe'] });
    const touched = `${running.root}/touched`;
    await invokeLater(running, { do: 'hang' });
    await invokeLater(running, { do: 'hang' });
    for (let count = 0; count < 2; count++) await running.until('function-invoked');
    // Nothing is free: this one stays queued.
    await invokeLater(running, { do: 'touch', path: touched });
    await running.aws.stop();
    expect(existsSync(touched)).toBe(false);

    const again = await startLocalAws({
      stacks: [`${running.root}/sample`],
      stateDirectory: running.aws.stateDirectory,
      maxProcesses: 3,
    });
    const done = new Promise<void>((resolve) =>
      again.onEvent(({ kind }) => kind === 'destination-sent' && resolve()),
    );
    await done;
    expect(existsSync(touched)).toBe(true);
    await again.stop();
  });
});

import { createHash } from 'node:crypto';
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalAws } from '../src/index.ts';
import { messageAttributesDigest } from '../src/sqs/message-attributes.ts';
import { callJson, type RunningAws, runAws } from './running-aws.ts';

let running: RunningAws;
let ssm: SSMClient;
let sts: STSClient;

beforeAll(async () => {
  running = await runAws({
    Orders: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'orders',
        VisibilityTimeout: 0,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
      },
    },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    Kept: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'kept' } },
    Name: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/app/dev/name', Type: 'String', Value: 'tributary' },
    },
  });
  const { endpoint, region, credentials } = running.aws;
  ssm = new SSMClient({ endpoint, region, credentials });
  sts = new STSClient({ endpoint, region, credentials });
});

afterAll(async () => {
  ssm.destroy();
  sts.destroy();
  await running[Symbol.asyncDispose]();
});

interface Answer {
  Messages?: {
    MessageId: string;
    ReceiptHandle: string;
    Body: string;
    MD5OfBody: string;
    Attributes?: Record<string, string>;
  }[];
  Attributes?: Record<string, string>;
  [member: string]: unknown;
}

async function sqs(operation: string, queue: string, input: object = {}): Promise<Answer> {
  const { aws, call } = running;
  const answer = await call('sqs', `AmazonSQS.${operation}`, {
    QueueUrl: `${aws.endpoint}/${aws.accountId}/${queue}`,
    ...input,
  });
  return answer.body as Answer;
}

describe('a queue', () => {
  test('gives a message back until it is deleted, with what AWS tells of it', async () => {
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'test' } };
    const sent = await sqs('SendMessage', 'kept', { MessageBody: 'hellö', MessageAttributes });
    expect(sent.MD5OfMessageBody).toBe(createHash('md5').update('hellö').digest('hex'));
    expect(sent.MD5OfMessageAttributes).toBe(messageAttributesDigest(MessageAttributes));
    const first = await sqs('ReceiveMessage', 'kept', { AttributeNames: ['All'], VisibilityTimeout: 0 });
    expect(first.Messages).toMatchObject([
      { MessageId: sent.MessageId, Body: 'hellö', Attributes: { ApproximateReceiveCount: '1' } },
    ]);
    const second = await sqs('ReceiveMessage', 'kept', {
      AttributeNames: ['ApproximateReceiveCount'],
      VisibilityTimeout: 600,
    });
    expect(second.Messages![0]!.Attributes).toEqual({ ApproximateReceiveCount: '2' });
    expect(await sqs('ReceiveMessage', 'kept')).toEqual({});
    expect((await sqs('GetQueueAttributes', 'kept', { AttributeNames: ['All'] })).Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
      QueueArn: `arn:aws:sqs:${running.aws.region}:${running.aws.accountId}:kept`,
    });
    await sqs('DeleteMessage', 'kept', { ReceiptHandle: second.Messages![0]!.ReceiptHandle });
    const { Attributes } = await sqs('GetQueueAttributes', 'kept', {
      AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
    });
    expect(Attributes).toEqual({ ApproximateNumberOfMessagesNotVisible: '0' });
  });

  test('waits for a message when asked', async () => {
    const waiting = sqs('ReceiveMessage', 'kept', { WaitTimeSeconds: 10 });
    await sqs('SendMessage', 'kept', { MessageBody: 'late' });
    const { Messages } = await waiting;
    expect(Messages![0]!.Body).toBe('late');
    await sqs('PurgeQueue', 'kept');
  });

  test('moves what is received too often to its dead-letter queue', async () => {
    const { MessageId } = await sqs('SendMessage', 'orders', { MessageBody: 'poison' });
    for (let count = 0; count < 2; count++)
      expect((await sqs('ReceiveMessage', 'orders')).Messages).toHaveLength(1);
    expect(await sqs('ReceiveMessage', 'orders')).toEqual({});
    const DeadLetterQueueSourceArn = `arn:aws:sqs:${running.aws.region}:${running.aws.accountId}:orders`;
    expect(
      (await sqs('ReceiveMessage', 'dead', { AttributeNames: ['All'], VisibilityTimeout: 0 })).Messages,
    ).toMatchObject([{ MessageId, Body: 'poison', Attributes: { DeadLetterQueueSourceArn } }]);
    expect(await sqs('ListDeadLetterSourceQueues', 'dead')).toMatchObject({
      queueUrls: [expect.stringMatching(/\/orders$/)],
    });
  });

  test('gives dead letters back to where they came from, or to another queue', async () => {
    const { call, aws } = running;
    const arn = (name: string) => `arn:aws:sqs:${aws.region}:${aws.accountId}:${name}`;
    const move = (operation: string, input: object) => call('sqs', `AmazonSQS.${operation}`, input);
    const settled = async () => {
      await expect
        .poll(async () => (await move('ListMessageMoveTasks', { SourceArn: arn('dead') })).body.Results, {
          timeout: 10_000,
        })
        .toMatchObject([{ Status: expect.stringMatching(/COMPLETED|FAILED|CANCELLED/) }]);
      return ((await move('ListMessageMoveTasks', { SourceArn: arn('dead') })).body as { Results: object[] })
        .Results[0];
    };
    await sqs('SendMessage', 'dead', { MessageBody: 'from elsewhere' });
    await move('StartMessageMoveTask', { SourceArn: arn('dead') });
    expect(await settled()).toMatchObject({
      Status: 'FAILED',
      FailureReason: 'CouldNotDetermineMessageSource',
      ApproximateNumberOfMessagesMoved: 1,
    });
    const back = (await sqs('ReceiveMessage', 'orders', { AttributeNames: ['All'] })).Messages!;
    expect(back).toMatchObject([{ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } }]);
    expect(back[0]!.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
    await sqs('DeleteMessage', 'orders', { ReceiptHandle: back[0]!.ReceiptHandle });

    const started = await move('StartMessageMoveTask', {
      SourceArn: arn('dead'),
      DestinationArn: arn('kept'),
      MaxNumberOfMessagesPerSecond: 500,
    });
    expect(started.body).toMatchObject({ TaskHandle: expect.any(String) });
    expect(await settled()).toMatchObject({ Status: 'COMPLETED', DestinationArn: arn('kept') });
    expect((await sqs('ReceiveMessage', 'kept')).Messages).toMatchObject([{ Body: 'from elsewhere' }]);
    expect(await move('CancelMessageMoveTask', started.body)).toMatchObject({
      body: { __type: 'com.amazonaws.sqs#UnsupportedOperation' },
    });
    expect(await move('StartMessageMoveTask', { SourceArn: arn('kept') })).toMatchObject({
      body: { message: 'Source queue must be configured as a Dead Letter Queue.' },
    });

    for (let n = 0; n < 3; n++) await sqs('SendMessage', 'dead', { MessageBody: `slow ${n}` });
    const slow = await move('StartMessageMoveTask', {
      SourceArn: arn('dead'),
      DestinationArn: arn('kept'),
      MaxNumberOfMessagesPerSecond: 1,
    });
    expect(await move('StartMessageMoveTask', { SourceArn: arn('dead') })).toMatchObject({ status: 400 });
    expect((await move('CancelMessageMoveTask', slow.body)).status).toBe(200);
    expect(await settled()).toMatchObject({ Status: 'CANCELLED' });
    await sqs('PurgeQueue', 'dead');
    await sqs('PurgeQueue', 'kept');
  });

  test('takes, hides and deletes in batches, and says what became of each entry', async () => {
    const sent = await sqs('SendMessageBatch', 'kept', {
      Entries: ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: `message ${Id}` })),
    });
    expect(sent).toMatchObject({ Successful: [{ Id: 'a' }, { Id: 'b' }, { Id: 'c' }], Failed: [] });
    const { Messages } = await sqs('ReceiveMessage', 'kept', { MaxNumberOfMessages: 10 });
    expect(Messages!.map(({ Body }) => Body)).toEqual(['message a', 'message b', 'message c']);
    const [a, b, c] = Messages!.map(({ ReceiptHandle }) => ReceiptHandle);
    expect(
      await sqs('ChangeMessageVisibilityBatch', 'kept', {
        Entries: [{ Id: 'c', ReceiptHandle: c, VisibilityTimeout: 0 }],
      }),
    ).toEqual({ Successful: [{ Id: 'c' }], Failed: [] });
    const entries = [a, b, 'nonsense'].map((ReceiptHandle, n) => ({ Id: `d${n}`, ReceiptHandle }));
    expect(await sqs('DeleteMessageBatch', 'kept', { Entries: entries })).toMatchObject({
      Successful: [{ Id: 'd0' }, { Id: 'd1' }],
      Failed: [{ Id: 'd2', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }],
    });
    expect((await sqs('ReceiveMessage', 'kept')).Messages).toMatchObject([{ Body: 'message c' }]);
    await sqs('PurgeQueue', 'kept');
    const half = { MessageBody: 'x'.repeat(600_000) };
    expect(
      await sqs('SendMessageBatch', 'kept', {
        Entries: [
          { Id: 'a', ...half },
          { Id: 'b', ...half },
        ],
      }),
    ).toMatchObject({ __type: 'com.amazonaws.sqs#BatchRequestTooLong' });
    expect(await sqs('DeleteMessageBatch', 'kept', { Entries: [entries[0], entries[0]] })).toMatchObject({
      __type: 'com.amazonaws.sqs#BatchEntryIdsNotDistinct',
    });
  });

  test('refuses by name what is not there', async () => {
    const { call, aws } = running;
    const missing = await call('sqs', 'AmazonSQS.GetQueueUrl', { QueueName: 'absent' });
    expect(missing).toMatchObject({ status: 400, body: { __type: 'com.amazonaws.sqs#QueueDoesNotExist' } });
    expect(missing.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
    expect(await sqs('SendMessage', 'kept', { MessageBody: 'x', MessageGroupId: 'g' })).toMatchObject({
      message: expect.stringContaining('MessageGroupId is not there in the local AWS'),
    });
    for (const operation of ['CreateQueue', 'SetQueueAttributes', 'AddPermission', 'TagQueue']) {
      expect(await call('sqs', `AmazonSQS.${operation}`, {})).toMatchObject({
        status: 400,
        body: { message: `sqs ${operation} is not there in the local AWS` },
      });
    }
    expect(await call('dynamodb', 'DynamoDB_20120810.GetItem', {})).toMatchObject({
      body: {
        __type: 'UnknownOperationException',
        message: 'Service DynamoDB_20120810 is not there in the local AWS',
      },
    });
    expect((await sqs('SendMessage', 'kept', { MessageBody: 'x'.repeat(1_048_577) })).__type).toBe(
      'com.amazonaws.sqs#InvalidParameterValue',
    );
    const { body } = await call('sqs', 'AmazonSQS.GetQueueUrl', { QueueName: 'kept' });
    expect(body).toEqual({ QueueUrl: `${aws.endpoint}/${aws.accountId}/kept` });
  });
});

describe('parameters', () => {
  test('are read one by one, together and by path', async () => {
    await ssm.send(new PutParameterCommand({ Name: '/app/dev/deep/size', Value: '5', Type: 'String' }));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/app/dev/name' }));
    expect(Parameter).toMatchObject({ Value: 'tributary', Type: 'String', Version: 1 });
    expect(Parameter!.ARN).toBe(
      `arn:aws:ssm:${running.aws.region}:${running.aws.accountId}:parameter/app/dev/name`,
    );
    const { Parameters, InvalidParameters } = await ssm.send(
      new GetParametersCommand({ Names: ['/app/dev/name', '/absent'] }),
    );
    expect([Parameters!.length, InvalidParameters]).toEqual([1, ['/absent']]);
    const path = (Recursive: boolean) =>
      ssm.send(new GetParametersByPathCommand({ Path: '/app/dev', Recursive }));
    expect((await path(false)).Parameters!.map(({ Name }) => Name)).toEqual(['/app/dev/name']);
    expect((await path(true)).Parameters!.map(({ Name }) => Name)).toEqual([
      '/app/dev/deep/size',
      '/app/dev/name',
    ]);
  });

  test('are overwritten only when told so', async () => {
    const put = (Overwrite: boolean) =>
      ssm.send(
        new PutParameterCommand({ Name: '/put', Value: String(Overwrite), Type: 'String', Overwrite }),
      );
    await put(false);
    await expect(put(false)).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    expect((await put(true)).Version).toBe(2);
    await expect(ssm.send(new GetParameterCommand({ Name: '/absent' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });
});

test('STS says who calls', async () => {
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: running.aws.accountId,
    Arn: `arn:aws:iam::${running.aws.accountId}:user/local`,
  });
});

test('messages and parameters survive a restart; a second server on the same state is refused', async () => {
  const own = await runAws({ Kept: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'kept' } } });
  const { aws, call } = own;
  await call('sqs', 'AmazonSQS.SendMessage', {
    QueueUrl: `${aws.endpoint}/${aws.accountId}/kept`,
    MessageBody: 'still here',
  });
  await call('ssm', 'AmazonSSM.PutParameter', { Name: '/kept', Value: 'v', Type: 'String' });
  const options = { stacks: [`${own.root}/sample`], stateDirectory: aws.stateDirectory };
  await expect(startLocalAws(options)).rejects.toMatchObject({ code: 'state-in-use' });
  await aws.stop();
  const again = await startLocalAws(options);
  const received = await callJson(again, 'sqs', 'AmazonSQS.ReceiveMessage', {
    QueueUrl: `${again.endpoint}/${again.accountId}/kept`,
  });
  expect(received.body).toMatchObject({ Messages: [{ Body: 'still here' }] });
  expect((await callJson(again, 'ssm', 'AmazonSSM.GetParameter', { Name: '/kept' })).body).toMatchObject({
    Parameter: { Value: 'v' },
  });
  await again.stop();
  await own[Symbol.asyncDispose]();
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeployError } from '../src/errors.ts';
import { startLocalAws } from '../src/index.ts';
import { temporaryDirectory, writePackage } from './packaged-stack.ts';
import { type RunningAws, runAws } from './running-aws.ts';

const bus = 'arn:aws:events:eu-central-1:000000000000:event-bus/default';
const allow = { Effect: 'Allow', Action: '*', Resource: '*' };
const assume = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] };
const functionWith = (rest: object) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'b', S3Key: 'k.zip' },
    Handler: 'a.b',
    Runtime: 'nodejs24.x',
    Role: 'arn',
    ...rest,
  },
});
const roleWith = (rest: object) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: assume, ...rest },
});
const ruleWith = (rest: object) => ({
  Type: 'AWS::Events::Rule',
  Properties: { EventPattern: { source: ['x'] }, ...rest },
});
const target = (Arn: string) => ruleWith({ Targets: [{ Id: 'a', Arn }] });
const value = (Value: unknown) => ({ Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value } });
const bucketWith = (rest: object) => ({ Type: 'AWS::S3::Bucket', Properties: rest });
const archive = { Type: 'AWS::Events::Archive', Properties: { SourceArn: bus, KmsKeyIdentifier: 'key' } };

/** What a resource may not say, and the word that stands on the line the refusal must name. */
const resources: [word: string, resource: object, property?: string][] = [
  // CloudFormation
  ['Fn::GetAZs', value({ 'Fn::GetAZs': '' }), 'Value.Fn::GetAZs'],
  ['Fn::Cidr', value({ 'Fn::Cidr': ['10.0.0.0/16', 1, 8] }), 'Value.Fn::Cidr'],
  ['Fn::Length', value({ 'Fn::Length': [1] }), 'Value.Fn::Length'],
  ['Fn::ToJsonString', value({ 'Fn::ToJsonString': {} }), 'Value.Fn::ToJsonString'],
  ['Fn::Transform', value({ 'Fn::Transform': { Name: 'Macro' } }), 'Value.Fn::Transform'],
  ['{{resolve:secretsmanager:x}}', value('{{resolve:secretsmanager:x}}'), 'Value'],
  ['{{resolve:ssm-secure:x}}', value('{{resolve:ssm-secure:x}}'), 'Value'],
  ['UpdatePolicy', { ...value('x'), UpdatePolicy: {} }],
  ['AWS::CloudFormation::Stack', { Type: 'AWS::CloudFormation::Stack' }],
  ['AWS::CloudFormation::CustomResource', { Type: 'AWS::CloudFormation::CustomResource' }],
  ['Custom::Thing', { Type: 'Custom::Thing' }],
  // S3
  ['WebsiteConfiguration', bucketWith({ WebsiteConfiguration: {} }), 'WebsiteConfiguration'],
  ['CorsConfiguration', bucketWith({ CorsConfiguration: {} }), 'CorsConfiguration'],
  ['ReplicationConfiguration', bucketWith({ ReplicationConfiguration: {} }), 'ReplicationConfiguration'],
  ['ObjectLockEnabled', bucketWith({ ObjectLockEnabled: true }), 'ObjectLockEnabled'],
  [
    'QueueConfigurations',
    bucketWith({ NotificationConfiguration: { QueueConfigurations: [] } }),
    'NotificationConfiguration.QueueConfigurations',
  ],
  [
    'Transitions',
    bucketWith({
      LifecycleConfiguration: {
        Rules: [
          {
            Status: 'Enabled',
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 1 }],
          },
        ],
      },
    }),
    'LifecycleConfiguration.Rules[0].Transitions',
  ],
  // EventBridge
  ['ScheduleExpression', ruleWith({ ScheduleExpression: 'rate(1 day)' }), 'ScheduleExpression'],
  ['arn:aws:sns', target('arn:aws:sns:eu-central-1:000000000000:topic'), 'Targets[0].Arn'],
  ['arn:aws:states', target('arn:aws:states:eu-central-1:000000000000:stateMachine:m'), 'Targets[0].Arn'],
  ['KmsKeyIdentifier', archive, 'KmsKeyIdentifier'],
  ['AWS::Scheduler::Schedule', { Type: 'AWS::Scheduler::Schedule' }],
  ['AWS::Pipes::Pipe', { Type: 'AWS::Pipes::Pipe' }],
  ['AWS::EventSchemas::Registry', { Type: 'AWS::EventSchemas::Registry' }],
  ['AWS::Events::ApiDestination', { Type: 'AWS::Events::ApiDestination' }],
  ['AWS::Events::Connection', { Type: 'AWS::Events::Connection' }],
  // Lambda
  ['Layers', functionWith({ Layers: [] }), 'Layers'],
  ['VpcConfig', functionWith({ VpcConfig: {} }), 'VpcConfig'],
  ['FileSystemConfigs', functionWith({ FileSystemConfigs: [] }), 'FileSystemConfigs'],
  ['ImageConfig', functionWith({ ImageConfig: {} }), 'ImageConfig'],
  ['SnapStart', functionWith({ SnapStart: { ApplyOn: 'PublishedVersions' } }), 'SnapStart'],
  ['python3.13', functionWith({ Runtime: 'python3.13' }), 'Runtime'],
  ['AWS::Lambda::Alias', { Type: 'AWS::Lambda::Alias' }],
  ['AWS::Lambda::LayerVersion', { Type: 'AWS::Lambda::LayerVersion' }],
  // SQS
  ['FifoQueue', { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } }, 'FifoQueue'],
  ['q.fifo', { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q.fifo' } }, 'QueueName'],
  // IAM
  ['PermissionsBoundary', roleWith({ PermissionsBoundary: 'arn' }), 'PermissionsBoundary'],
  [
    'arn:aws:iam::aws:policy/AdministratorAccess',
    roleWith({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
    'ManagedPolicyArns[0]',
  ],
  [
    'DateLessThan',
    roleWith({
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: {
            Statement: [{ ...allow, Condition: { DateLessThan: { 'aws:CurrentTime': '2026-01-01' } } }],
          },
        },
      ],
    }),
    'Policies[0].PolicyDocument.Statement[0].Condition.DateLessThan',
  ],
  [
    'IpAddress',
    roleWith({
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: { Statement: [{ ...allow, Condition: { IpAddress: { 'aws:SourceIp': '::1' } } }] },
        },
      ],
    }),
    'Policies[0].PolicyDocument.Statement[0].Condition.IpAddress',
  ],
  ['AWS::IAM::User', { Type: 'AWS::IAM::User' }],
  ['AWS::IAM::ManagedPolicy', { Type: 'AWS::IAM::ManagedPolicy' }],
];

const sections: [word: string, section: object][] = [
  ['Transform', { Transform: 'AWS::Serverless-2016-10-31' }],
  ['Rules', { Rules: {} }],
  ['Hooks', { Hooks: {} }],
];

/** The refusal of a template whose last resource is the wrong one, and that template's text. */
async function refuse(template: object): Promise<{ refusal: DeployError; text: string }> {
  await using directory = await temporaryDirectory();
  const stack = await writePackage(directory.path, 'sample', template);
  const text = readFileSync(join(stack, 'cloudformation-template-update-stack.json'), 'utf8');
  const refusal = await startLocalAws({
    stacks: [stack],
    stateDirectory: `${directory.path}/state`,
  }).then(
    async (aws) => {
      await aws.stop();
      throw new Error('It was taken');
    },
    (error: DeployError) => error,
  );
  return { refusal, text };
}

const good = { Type: 'AWS::Events::EventBus', Properties: { Name: 'good' } };

describe('a template', () => {
  test.each(resources)(
    'that says %s is refused by name, stack, resource, property and line',
    async (word, resource, property) => {
      const { refusal, text } = await refuse({ Resources: { Good: good, Wrong: resource } });
      expect(refusal.message).toContain(word);
      expect(refusal.where).toMatchObject({ stack: 'sample-test', resource: 'Wrong' });
      if (property) expect(refusal.where.property).toBe(property);
      expect(text.split('\n')[refusal.where.line! - 1]).toContain(word);
    },
  );

  test.each(sections)('with a section %s is refused by name, stack and line', async (word, section) => {
    const { refusal, text } = await refuse({ ...section, Resources: { Good: good } });
    expect(refusal.message).toContain(`${word} is not there in the local AWS`);
    expect(refusal.where).toMatchObject({ stack: 'sample-test', property: word });
    expect(text.split('\n')[refusal.where.line! - 1]).toContain(word);
  });

  test('with a loop of resources is refused by name, stack and line', async () => {
    const loop = ['Name', ['a', 'b'], { 'Bus${Name}': good }];
    const { refusal, text } = await refuse({ Resources: { Good: good, 'Fn::ForEach::Buses': loop } });
    expect(refusal.message).toContain('Fn::ForEach is not there in the local AWS');
    expect(refusal.where.stack).toBe('sample-test');
    expect(text.split('\n')[refusal.where.line! - 1]).toContain('Fn::ForEach::Buses');
  });

  test('is checked whole before anything is made', async () => {
    await using running = await runAws({ Good: good });
    const { aws, root, happened, call } = running;
    const Resources = {
      Made: { Type: 'AWS::Events::EventBus', Properties: { Name: 'made' } },
      Wrong: value({ Ref: 'Absent' }),
    };
    const wrong = await writePackage(root, 'wrong', { Resources });
    await expect(aws.deployStack(wrong)).rejects.toMatchObject({
      code: 'unknown-reference',
      where: { stack: 'wrong-test', resource: 'Wrong', property: 'Value.Ref', line: expect.any(Number) },
    });
    const { body } = await call('events', 'AWSEvents.ListEventBuses', {});
    expect(body).toMatchObject({ EventBuses: [{ Name: 'default' }, { Name: 'good' }] });
    expect(happened.at(-1)).toMatchObject({ kind: 'stack-failed', stack: 'wrong-test' });
  });
});

describe('a request', () => {
  let running: RunningAws;
  beforeAll(async () => {
    running = await runAws({ Good: good });
  });
  afterAll(() => running[Symbol.asyncDispose]());

  test.each([
    ['dynamodb', 'DynamoDB_20120810.GetItem', 'Service DynamoDB_20120810'],
    ['kinesis', 'Kinesis_20131202.PutRecord', 'Service Kinesis_20131202'],
    ['events', 'AWSEvents.CreateApiDestination', 'events CreateApiDestination'],
    ['events', 'AWSEvents.PutPartnerEvents', 'events PutPartnerEvents'],
    ['sqs', 'AmazonSQS.CreateQueue', 'sqs CreateQueue'],
    ['ssm', 'AmazonSSM.GetParameterHistory', 'ssm GetParameterHistory'],
  ])('to %s for %s is refused by name', async (service, operation, subject) => {
    expect(await running.call(service, operation, {})).toMatchObject({
      status: 400,
      body: {
        __type: expect.stringContaining('UnknownOperationException'),
        message: `${subject} is not there in the local AWS`,
      },
    });
    expect(running.happened).toContainEqual(
      expect.objectContaining({ kind: 'request-refused', code: 'UnknownOperationException' }),
    );
  });

  test('for what Lambda and STS do not have here is refused by name', async () => {
    const { endpoint, region, credentials } = running.aws;
    const config = { endpoint, region, credentials, maxAttempts: 1 };
    const lambda = new LambdaClient(config);
    await expect(lambda.send(new ListEventSourceMappingsCommand({}))).rejects.toThrow(
      'Lambda GET event-source-mappings is not there in the local AWS',
    );
    lambda.destroy();
    const sts = new STSClient(config);
    await expect(
      sts.send(
        new AssumeRoleCommand({
          RoleArn: 'arn:aws:iam::000000000000:role/some-role',
          RoleSessionName: 'some',
        }),
      ),
    ).rejects.toThrow('STS AssumeRole is not there in the local AWS');
    sts.destroy();
  });

  test('in the query protocol of SQS is refused by name', async () => {
    const response = await fetch(running.aws.endpoint, {
      method: 'POST',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20261123/eu-central-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: 'Action=ListQueues&Version=2012-11-05',
    });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('The query protocol of sqs is not there in the local AWS');
  });
});

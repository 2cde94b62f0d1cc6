import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  UpdateStackCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeEventBusCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionResources, letRulesSend, ruleResources } from './packaged-stack.ts';
import { type RunningAws, runAws } from './running-aws.ts';

// Rows of the README's table that no other test shows. `conformance-table.test.ts` sees to it that none is left out.

const getAtt = (name: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [name, attribute] });
const role = (statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    },
    Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: statements } }],
  },
});

let running: RunningAws;
let lambda: LambdaClient;

beforeAll(async () => {
  const old = (id: string, Runtime: string) => functionResources(id, 'probe', { properties: { Runtime } });
  running = await runAws(
    {
      ...old('Twenty', 'nodejs20.x'),
      ...old('Newer', 'nodejs22.x'),
      ...functionResources('Probe', 'probe', {
        properties: {
          Role: getAtt('Bare'),
          Description: 'looks around',
          ReservedConcurrentExecutions: 5,
          TracingConfig: { Mode: 'Active' },
          KmsKeyArn: 'arn:aws:kms:eu-central-1:000000000000:key/one',
          RecursiveLoop: 'Allow',
          Tags: [{ Key: 'team', Value: 'data' }],
        },
      }),
      ...ruleResources('Wake', 'Probe', { EventPattern: { source: ['wake'] } }),
      Bare: role([]),
      Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'ProbeLambdaFunction' } } },
      LogGroup: {
        Type: 'AWS::Logs::LogGroup',
        Properties: { LogGroupName: '/aws/lambda/probe', RetentionInDays: 7 },
      },
      Alarm: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: 'probe-fails',
          Metrics: [
            { Id: 'share', Expression: 'bad / all', Label: 'share', ReturnData: true },
            {
              Id: 'bad',
              MetricStat: {
                Metric: {
                  Namespace: 'AWS/Lambda',
                  MetricName: 'Errors',
                  Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'ProbeLambdaFunction' } }],
                },
                Stat: 'Sum',
                Period: 300,
              },
              ReturnData: false,
            },
          ],
          ComparisonOperator: 'GreaterThanThreshold',
          Threshold: 0.1,
          EvaluationPeriods: 1,
          TreatMissingData: 'notBreaching',
        },
      },
      Dashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: {
          DashboardName: 'probe',
          DashboardBody: {
            'Fn::Join': [
              '',
              [
                '{"widgets":[{"type":"alarm","properties":{"alarms":["',
                { 'Fn::GetAtt': ['Alarm', 'Arn'] },
                '"]}}]}',
              ],
            ],
          },
        },
      },
      Query: {
        Type: 'AWS::Logs::QueryDefinition',
        Properties: {
          Name: 'probe/errors',
          QueryString: 'fields @message',
          LogGroupNames: [{ Ref: 'LogGroup' }],
        },
      },
      Lake: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'lake',
          VersioningConfiguration: { Status: 'Enabled' },
          Tags: [{ Key: 'team', Value: 'data' }],
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              {
                ServerSideEncryptionByDefault: {
                  SSEAlgorithm: 'aws:kms',
                  KMSMasterKeyID: 'arn:aws:kms:eu-central-1:000000000000:key/one',
                },
                BucketKeyEnabled: true,
              },
            ],
          },
          LifecycleConfiguration: {
            Rules: [
              {
                Status: 'Enabled',
                Prefix: 'brief/',
                ExpirationInDays: 1,
                NoncurrentVersionExpiration: { NoncurrentDays: 1 },
              },
            ],
          },
          PublicAccessBlockConfiguration: { BlockPublicAcls: true },
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        },
      },
      LakePolicy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Lake' },
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 's3:DeleteObject',
                Resource: { 'Fn::Join': ['', [getAtt('Lake'), '/kept/*']] },
              },
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 's3:*',
                Resource: { 'Fn::Join': ['', [getAtt('Lake'), '/*']] },
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            ],
          },
        },
      },
      Heard: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: 'heard',
          SqsManagedSseEnabled: true,
          KmsMasterKeyId: 'alias/aws/sqs',
          RedriveAllowPolicy: { redrivePermission: 'denyAll' },
          Tags: [{ Key: 'team', Value: 'data' }],
        },
      },
      HeardPolicy: letRulesSend('Heard'),
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'guarded' } },
      BusPolicy: {
        Type: 'AWS::Events::EventBusPolicy',
        Properties: {
          EventBusName: { Ref: 'Bus' },
          StatementId: 'no-gossip',
          Statement: {
            Effect: 'Deny',
            Principal: '*',
            Action: 'events:PutEvents',
            Resource: getAtt('Bus'),
            Condition: { StringEquals: { 'events:source': 'gossip' } },
          },
        },
      },
    },
    { handlers: ['probe'], outputs: { Version: { Value: { Ref: 'Version' } } } },
  );
  const { endpoint, region, credentials } = running.aws;
  lambda = new LambdaClient({ endpoint, region, credentials, maxAttempts: 1 });
});

afterAll(async () => {
  lambda.destroy();
  await running[Symbol.asyncDispose]();
});

async function invoke(FunctionName: string, event: object, rest: object = {}) {
  const { Payload } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), ...rest }),
  );
  return JSON.parse(Buffer.from(Payload!).toString('utf8'));
}

describe('CloudFormation', () => {
  const template = (name: string) =>
    JSON.stringify({
      Description: 'a parameter and a bucket',
      Parameters: { Word: { Type: 'String', Default: 'first' } },
      Resources: {
        Note: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Name: name, Type: 'String', Value: { Ref: 'Word' } },
        },
        Kept: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: { BucketName: 'retained' } },
      },
      Outputs: { Word: { Value: { Ref: 'Note' }, Export: { Name: 'the-word' } } },
    });

  test('stacks are made, described, changed and removed over the API; what is retained outlives them', async () => {
    const { endpoint, region, credentials } = running.aws;
    const client = new CloudFormationClient({ endpoint, region, credentials, maxAttempts: 1 });
    const StackName = 'by-api';
    const TemplateBody = template('/word');
    expect(await client.send(new ValidateTemplateCommand({ TemplateBody }))).toMatchObject({
      Description: 'a parameter and a bucket',
      Parameters: [{ ParameterKey: 'Word', DefaultValue: 'first' }],
    });
    const { StackId } = await client.send(new CreateStackCommand({ StackName, TemplateBody }));
    expect(StackId).toContain(`:${running.aws.accountId}:stack/by-api/`);
    await expect(client.send(new CreateStackCommand({ StackName, TemplateBody }))).rejects.toMatchObject({
      name: 'AlreadyExistsException',
    });
    await expect(client.send(new UpdateStackCommand({ StackName, TemplateBody }))).rejects.toThrow(
      'No updates are to be performed.',
    );
    const Parameters = [{ ParameterKey: 'Word', ParameterValue: 'second' }];
    await client.send(new UpdateStackCommand({ StackName, TemplateBody, Parameters }));
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    expect(Stacks).toMatchObject([
      {
        StackId,
        StackStatus: 'UPDATE_COMPLETE',
        Parameters,
        Outputs: [{ OutputKey: 'Word', OutputValue: '/word', ExportName: 'the-word' }],
      },
    ]);
    expect(await client.send(new ListExportsCommand({}))).toMatchObject({
      Exports: [{ Name: 'the-word', Value: '/word' }],
    });
    expect((await client.send(new GetTemplateCommand({ StackName }))).TemplateBody).toBe(TemplateBody);
    const bucket = {
      LogicalResourceId: 'Kept',
      ResourceType: 'AWS::S3::Bucket',
      PhysicalResourceId: 'retained',
    };
    const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName }));
    expect(StackResourceSummaries).toContainEqual(expect.objectContaining(bucket));
    const { StackResources } = await client.send(new DescribeStackResourcesCommand({ StackName }));
    expect(StackResources).toContainEqual(expect.objectContaining(bucket));

    await client.send(new DeleteStackCommand({ StackName }));
    await expect(client.send(new DescribeStacksCommand({ StackName }))).rejects.toThrow('does not exist');
    const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: StackId! }));
    expect(StackEvents![0]).toMatchObject({
      LogicalResourceId: StackName,
      ResourceStatus: 'DELETE_COMPLETE',
    });
    await running.s3.send(new HeadBucketCommand({ Bucket: 'retained' }));
    client.destroy();
  });
});

describe('resources', () => {
  test('a bucket is versioned, tagged and guarded as its template says', async () => {
    const { s3 } = running;
    const Bucket = 'lake';
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual([
      { Key: 'team', Value: 'data' },
    ]);
    // Over plain HTTP, and yet taken for encrypted: the second statement does not apply.
    for (const Key of ['kept/a', 'free']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    await expect(s3.send(new DeleteObjectCommand({ Bucket, Key: 'kept/a' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'free' }));
    await expect(s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchBucketPolicy',
    });
  });

  test('what has no effect here is accepted', async () => {
    expect(await lambda.send(new GetFunctionCommand({ FunctionName: 'probe' }))).toMatchObject({
      Configuration: { FunctionName: 'probe' },
      Tags: {},
    });
    const QueueUrl = `${running.aws.endpoint}/${running.aws.accountId}/heard`;
    expect(
      await running.call('sqs', 'AmazonSQS.GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] }),
    ).toMatchObject({ body: { Attributes: { SqsManagedSseEnabled: 'false' } } });
  });

  test('S3 says that objects are encrypted, and they are plain files', async () => {
    const put = { Bucket: 'lake', Key: 'plain.txt', Body: 'as it is' };
    expect((await running.s3.send(new PutObjectCommand(put))).ServerSideEncryption).toBe('AES256');
    expect(await readFile(join(running.aws.stateDirectory, 's3/lake/plain.txt'), 'utf8')).toBe('as it is');
  });

  test('a bus refuses what its policy denies', async () => {
    const put = (Source: string) =>
      running.events.send(
        new PutEventsCommand({
          Entries: [{ Source, DetailType: 'Test', Detail: '{}', EventBusName: 'guarded' }],
        }),
      );
    await expect(put('gossip')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(put('news')).resolves.toMatchObject({ FailedEntryCount: 0 });
    const { Policy } = await running.events.send(new DescribeEventBusCommand({ Name: 'guarded' }));
    expect(JSON.parse(Policy!)).toMatchObject({ Statement: [{ Sid: 'no-gossip', Effect: 'Deny' }] });
  });

  test('a version of a function is what $LATEST is', async () => {
    const { Version } = running.aws.stacks()[0]!.outputs;
    expect(Version).toMatch(/:function:probe:1$/);
    expect(await invoke(Version!, { do: 'context' })).toMatchObject({ functionVersion: '$LATEST' });
    expect(await invoke('probe', { do: 'context' }, { Qualifier: '1' })).toMatchObject({
      functionVersion: '$LATEST',
    });
  });

  test('alarms, dashboards and saved queries are accepted, and nothing fires', () => {
    const found = running.aws
      .stacks()[0]!
      .resources.filter(({ type }) => /CloudWatch|QueryDefinition/.test(type));
    expect(found.map(({ type, physicalId }) => [type, physicalId])).toEqual(
      expect.arrayContaining([
        ['AWS::CloudWatch::Alarm', 'probe-fails'],
        ['AWS::CloudWatch::Dashboard', 'probe'],
        ['AWS::Logs::QueryDefinition', expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)],
      ]),
    );
  });

  test('a log group is accepted, and the log is a file', async () => {
    expect(running.aws.stacks()[0]!.resources).toContainEqual({
      logicalId: 'LogGroup',
      type: 'AWS::Logs::LogGroup',
      physicalId: '/aws/lambda/probe',
    });
    await invoke('probe', {});
    expect(await readFile(running.aws.logPath('probe'), 'utf8')).toMatch(/^REPORT RequestId: /m);
  });
});

describe('EventBridge', () => {
  test('each target gets the event, a part of it, a constant or a template; five targets are the most', async () => {
    const { events, aws, call } = running;
    const Arn = `arn:aws:sqs:${aws.region}:${aws.accountId}:heard`;
    const rule = {
      Name: 'inputs',
      EventPattern: '{"source":["inputs"],"detail":{"id":[12345678901234567890]}}',
    };
    const { RuleArn } = await events.send(new PutRuleCommand(rule));
    const target = (Id: string, input: object = {}) => ({ Id, Arn, ...input });
    await events.send(
      new PutTargetsCommand({
        Rule: 'inputs',
        Targets: [
          target('whole'),
          target('part', { InputPath: '$.detail.word' }),
          target('constant', { Input: '{"fixed":true}' }),
          target('template', {
            InputTransformer: {
              InputPathsMap: { word: '$.detail.word', gone: '$.detail.gone' },
              InputTemplate: '{"word":<word>,"gone":"<gone>","rule":<aws.events.rule-arn>}',
            },
          }),
          target('text', {
            InputTransformer: {
              InputPathsMap: { word: '$.detail.plain' },
              InputTemplate: '"I heard <word>"',
            },
          }),
        ],
      }),
    );
    await expect(
      events.send(new PutTargetsCommand({ Rule: 'inputs', Targets: [target('sixth')] })),
    ).rejects.toMatchObject({ name: 'LimitExceededException' });
    const Detail = '{"id":12345678901234567890,"word":"say \\"hi\\"","plain":"hi"}';
    // A float would make the second id the same as the first: the pattern sees every digit.
    for (const detail of [Detail, Detail.replace('890', '891')]) {
      const Entries = [{ Source: 'inputs', DetailType: 'Test', Detail: detail }];
      await events.send(new PutEventsCommand({ Entries }));
    }
    const { body } = await call('sqs', 'AmazonSQS.ReceiveMessage', {
      QueueUrl: `${aws.endpoint}/${aws.accountId}/heard`,
      MaxNumberOfMessages: 10,
    });
    const bodies = (body as { Messages: { Body: string }[] }).Messages.map(({ Body }) => Body);
    expect(bodies).toHaveLength(5);
    expect(bodies).toContain('"say \\"hi\\""');
    expect(bodies).toContain('{"fixed":true}');
    expect(bodies).toContain(`{"word":"say \\"hi\\"","gone":"","rule":"${RuleArn}"}`);
    expect(bodies).toContain('"I heard hi"');
    expect(bodies.find((one) => one.includes('"detail-type":"Test"'))).toContain(`"detail":${Detail}`);
  });
});

describe('Lambda', () => {
  test('every Node.js runtime runs on the Node of the server', async () => {
    for (const [name, runtime] of [
      ['twenty', 'nodejs20.x'],
      ['newer', 'nodejs22.x'],
      ['probe', 'nodejs24.x'],
    ] as const) {
      expect(await invoke(name, { do: 'context' })).toMatchObject({
        version: process.version,
        environment: { AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}` },
      });
    }
  });

  test('temporary files of a process are its own, and the machine’s /tmp is the machine’s', async () => {
    const { environment } = await invoke('probe', { do: 'context' });
    expect(environment.TMPDIR).toContain(running.aws.stateDirectory);
    expect(existsSync(environment.TMPDIR)).toBe(true);
    const path = `/tmp/${basename(running.root)}-touched`;
    await invoke('probe', { do: 'touch', path });
    expect(existsSync(path)).toBe(true);
    await rm(path);
  });

  test('a function is not frozen between invocations', async () => {
    const path = join(running.root, 'later');
    await invoke('probe', { do: 'later', path });
    await expect.poll(() => existsSync(path), { timeout: 20_000 }).toBe(true);
  });

  test('payloads have their limits', async () => {
    const text = (bytes: number) => ({ text: 'x'.repeat(bytes) });
    expect(await invoke('probe', text(5_000_000))).toEqual(text(5_000_000));
    await expect(invoke('probe', text(7_000_000))).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
    expect(await invoke('probe', { after: 'that' })).toEqual({ after: 'that' });
    await expect(invoke('probe', text(1_100_000), { InvocationType: 'Event' })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
  });

  test('functions are listed and described, and so is who may invoke them', async () => {
    const FunctionName = 'probe';
    const described = {
      FunctionName,
      FunctionArn: `arn:aws:lambda:${running.aws.region}:${running.aws.accountId}:function:probe`,
      Runtime: 'nodejs24.x',
      Handler: 'dist/handler.handler',
      Description: 'looks around',
      MemorySize: 512,
      Timeout: 20,
      State: 'Active',
      Architectures: ['arm64'],
      CodeSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    };
    expect(await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).toMatchObject(described);
    expect(await lambda.send(new GetFunctionCommand({ FunctionName }))).toMatchObject({
      Configuration: described,
      Concurrency: { ReservedConcurrentExecutions: 5 },
    });
    const { Functions } = await lambda.send(new ListFunctionsCommand({}));
    expect(Functions!.map((one) => one.FunctionName).sort()).toEqual(['newer', 'probe', 'twenty']);
    const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName }));
    expect(JSON.parse(Policy!).Statement).toMatchObject([
      { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'lambda:InvokeFunction' },
    ]);
    await expect(lambda.send(new GetPolicyCommand({ FunctionName: 'newer' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('a function writes its log without a grant', async () => {
    const { LogResult } = await lambda.send(
      new InvokeCommand({ FunctionName: 'probe', Payload: Buffer.from('{"do":"log"}'), LogType: 'Tail' }),
    );
    expect(Buffer.from(LogResult!, 'base64').toString('utf8')).toContain('WARN\ta warning');
  });
});

describe('other services', () => {
  test('SSM keeps the last version of a parameter alone, and secrets in the clear', async () => {
    const { endpoint, region, credentials, stateDirectory } = running.aws;
    const ssm = new SSMClient({ endpoint, region, credentials, maxAttempts: 1 });
    const put = (Value: string) =>
      ssm.send(new PutParameterCommand({ Name: '/secret', Type: 'SecureString', Value, Overwrite: true }));
    await put('one');
    expect((await put('two')).Version).toBe(2);
    const get = (Name: string) => ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    expect((await get('/secret:2')).Parameter).toMatchObject({ Value: 'two', Type: 'SecureString' });
    await expect(get('/secret:1')).rejects.toMatchObject({ name: 'ParameterNotFound' });
    expect(await readFile(join(stateDirectory, 'ssm/parameters.json'), 'utf8')).toContain('"two"');
    ssm.destroy();
  });

  test('ECR says that there are no repositories', async () => {
    const describeRepositories = (input: object) =>
      running.call('ecr', 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories', input);
    expect(await describeRepositories({})).toMatchObject({ status: 200, body: { repositories: [] } });
    expect(await describeRepositories({ repositoryNames: ['some'] })).toMatchObject({
      status: 400,
      body: { __type: 'RepositoryNotFoundException' },
    });
  });
});

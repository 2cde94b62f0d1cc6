import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../src/index.ts';

const run = promisify(execFile);
const binaries = join(import.meta.dirname, '../../../node_modules/.bin');

const service = `
service: greeter
frameworkVersion: '*'
provider:
  name: aws
  runtime: nodejs24.x
  region: eu-central-1
  stage: test
  memorySize: 256
  environment:
    BUS: !GetAtt Bus.Name
package:
  patterns: ['!**', 'dist/**']
functions:
  greet:
    handler: dist/handler.handler
    events:
      - eventBridge:
          eventBus: !GetAtt Bus.Name
          pattern: { source: [greeting] }
resources:
  Resources:
    Bus: { Type: AWS::Events::EventBus, Properties: { Name: greetings } }
`;

let root: string;
let aws: LocalAws;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tributary-deploy-'));
  await mkdir(join(root, 'dist'));
  await writeFile(join(root, 'serverless.yml'), service);
  await writeFile(
    join(root, 'dist/handler.mjs'),
    'export const handler = async (event) => ({ bus: process.env.BUS, event });',
  );
  aws = await startLocalAws({ stateDirectory: join(root, 'state'), region: 'eu-central-1' });
});

afterAll(async () => {
  await aws.stop();
  await rm(root, { recursive: true, force: true });
});

/** The command as a user would type it; nothing of it knows that AWS is a laptop. */
async function serverless(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [join(binaries, 'serverless'), ...args], {
    cwd: root,
    env: {
      PATH: [binaries, process.env.PATH].join(delimiter),
      HOME: root,
      ...aws.environment,
      SLS_TELEMETRY_DISABLED: '1',
      SLS_AWS_MONITORING_FREQUENCY: '100',
    },
  });
  return stdout + stderr;
}

async function greet(): Promise<unknown> {
  const client = new LambdaClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
  });
  const { Payload } = await client.send(
    new InvokeCommand({ FunctionName: 'greeter-test-greet', Payload: Buffer.from('"hi"') }),
  );
  client.destroy();
  return JSON.parse(Buffer.from(Payload!).toString('utf8'));
}

test('serverless deploy, again without changes, with changes, after a restart, and remove', async () => {
  expect(await serverless('deploy')).toContain('Service deployed to stack greeter-test');
  expect(await greet()).toEqual({ bus: 'greetings', event: 'hi' });
  expect(await serverless('deploy')).toContain('No changes to deploy');

  const source = await readFile(join(root, 'dist/handler.mjs'), 'utf8');
  await writeFile(join(root, 'dist/handler.mjs'), source.replace('event }', 'changed: true }'));
  expect(await serverless('deploy')).toContain('Service deployed');
  expect(await greet()).toEqual({ bus: 'greetings', changed: true });

  await aws.stop();
  aws = await startLocalAws({ stateDirectory: join(root, 'state'), region: 'eu-central-1' });
  expect(await greet()).toEqual({ bus: 'greetings', changed: true });

  expect(await serverless('remove')).toContain('successfully removed');
  expect(aws.stacks()).toEqual([]);
});

test('a stack that was started from its package is deployed once, not again and again', async () => {
  await serverless('package');
  await aws.deployStack(root);
  expect(await serverless('deploy')).toContain('Service deployed');
  expect(await serverless('deploy')).toContain('No changes to deploy');
  await serverless('remove');
});

test('a template the local AWS cannot run is refused, a resource that fails is in the events', async () => {
  const client = new CloudFormationClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
  });
  const create = (StackName: string, Resources: object) =>
    client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources }) }));
  await expect(create('unknown', { T: { Type: 'AWS::DynamoDB::Table' } })).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining('AWS::DynamoDB::Table is not there in the local AWS'),
  });
  await expect(client.send(new DescribeStacksCommand({ StackName: 'unknown' }))).rejects.toThrow(
    'Stack with id unknown does not exist',
  );
  const { StackId } = await create('failing', {
    P: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: 'p', Roles: ['absent'], PolicyDocument: { Statement: [] } },
    },
  });
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: StackId! }));
  expect(
    StackEvents!.map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`),
  ).toEqual([
    'failing ROLLBACK_COMPLETE',
    'P CREATE_FAILED',
    'P CREATE_IN_PROGRESS',
    'failing CREATE_IN_PROGRESS',
  ]);
  client.destroy();
});

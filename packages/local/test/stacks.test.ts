import { rm, writeFile } from 'node:fs/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { startLocalAws } from '../src/index.ts';
import { functionResources, temporaryDirectory, writePackage } from './packaged-stack.ts';
import { runAws } from './running-aws.ts';

const zipOf = (code: string) => zipSync({ 'dist/handler.mjs': Buffer.from(code) });

const bus = (Name: string) => ({ Type: 'AWS::Events::EventBus', Properties: { Name } });

describe('stacks', () => {
  test('are added, updated and removed while the rest runs', async () => {
    await using running = await runAws(functionResources('Probe', 'probe'), { handlers: ['probe'] });
    const { aws, root } = running;
    const client = new LambdaClient({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: aws.credentials,
    });
    const invoke = async (FunctionName: string, event: object) => {
      const { Payload } = await client.send(
        new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
      );
      return JSON.parse(Buffer.from(Payload!).toString('utf8'));
    };
    const slow = invoke('probe', { do: 'sleep', ms: 500 });

    const second = (memory: number, extra: object = {}) =>
      writePackage(
        root,
        'second',
        {
          Resources: {
            ...functionResources('Second', 'probe', { properties: { MemorySize: memory } }),
            ...extra,
          },
        },
        ['probe'],
      );
    const deployed = await aws.deployStack(await second(256, { Bus: bus('passing') }));
    expect(deployed.name).toBe('second-test');
    const before = await invoke('second', { do: 'context' });
    await expect(aws.deployStack(await second(256))).rejects.toMatchObject({ code: 'stack-exists' });

    await aws.updateStack(await second(512));
    const after = await invoke('second', { do: 'context' });
    expect([before.memoryLimitInMB, after.memoryLimitInMB]).toEqual(['256', '512']);
    expect(
      aws
        .stacks()
        .find(({ name }) => name === 'second-test')!
        .resources.map(({ logicalId }) => logicalId),
    ).not.toContain('Bus');

    await aws.removeStack('second-test');
    await expect(invoke('second', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(() => process.kill(after.pid, 0)).toThrow('ESRCH');
    expect(await slow).toHaveProperty('pid');
    await expect(aws.removeStack('second-test')).rejects.toMatchObject({ code: 'unknown-stack' });
    client.destroy();
  });

  test('take a rebuilt zip when they are updated, and keep warm what did not change', async () => {
    await using running = await runAws(
      { ...functionResources('Probe', 'probe'), ...functionResources('Other', 'other') },
      { handlers: ['probe'], extraZips: { other: zipOf('export const handler = () => 1;') } },
    );
    const { aws, root } = running;
    const client = new LambdaClient({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: aws.credentials,
    });
    const invoke = async (FunctionName: string) => {
      const { Payload } = await client.send(
        new InvokeCommand({ FunctionName, Payload: Buffer.from('{"do":"context"}') }),
      );
      return JSON.parse(Buffer.from(Payload!).toString('utf8'));
    };
    const { pid } = await invoke('probe');
    expect(await invoke('other')).toBe(1);
    await writeFile(`${root}/sample/.serverless/other.zip`, zipOf('export const handler = () => 2;'));
    await aws.updateStack(`${root}/sample`);
    expect(await invoke('other')).toBe(2);
    expect((await invoke('probe')).pid).toBe(pid);
    client.destroy();
  });

  test('share exports, which cannot go while another imports them', async () => {
    await using running = await runAws(
      { Bus: bus('shared') },
      { outputs: { Bus: { Value: { Ref: 'Bus' }, Export: { Name: 'shared-bus' } } } },
    );
    const { aws, root } = running;
    const user = await writePackage(root, 'user', {
      Resources: {
        Copy: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Name: '/bus', Type: 'String', Value: { 'Fn::ImportValue': 'shared-bus' } },
        },
      },
    });
    await aws.deployStack(user);
    expect((await running.call('ssm', 'AmazonSSM.GetParameter', { Name: '/bus' })).body).toMatchObject({
      Parameter: { Value: 'shared' },
    });
    await expect(aws.removeStack('sample-test')).rejects.toMatchObject({ code: 'export-in-use' });
    await aws.removeStack('user-test');
    await aws.removeStack('sample-test');
  });

  test('that fail leave nothing behind', async () => {
    await using running = await runAws({ Bus: bus('first') });
    const { aws, root } = running;
    const broken = await writePackage(root, 'broken', {
      Resources: { Other: bus('second'), ...functionResources('Probe', 'absent') },
    });
    await expect(aws.deployStack(broken)).rejects.toMatchObject({ code: 'artifact-unreadable' });
    const clash = await writePackage(root, 'clash', { Resources: { Same: bus('first') } });
    await expect(aws.deployStack(clash)).rejects.toMatchObject({
      code: 'resource-exists',
      where: { resource: 'Same' },
    });
    expect(aws.stacks().map(({ name }) => name)).toEqual(['sample-test']);
    const buses = await running.call('events', 'AWSEvents.ListEventBuses', {});
    expect((buses.body as { EventBuses: { Name: string }[] }).EventBuses.map(({ Name }) => Name)).toEqual([
      'default',
      'first',
    ]);
  });

  test('keep or remove what a rolled back creation or a replacement leaves, by its policies', async () => {
    await using running = await runAws({ Bus: bus('first') });
    const { aws, root } = running;
    const bucket = (BucketName: string, policies: object) => ({
      Type: 'AWS::S3::Bucket',
      ...policies,
      Properties: { BucketName },
    });
    const buckets = async () =>
      (await running.s3.send(new ListBucketsCommand({}))).Buckets!.map(({ Name }) => Name);
    const broken = await writePackage(root, 'broken', {
      Resources: {
        Always: bucket('always', { DeletionPolicy: 'Retain' }),
        Later: bucket('later', { DeletionPolicy: 'RetainExceptOnCreate' }),
        Never: bucket('never', {}),
        ...functionResources('Probe', 'absent'),
      },
    });
    await expect(aws.deployStack(broken)).rejects.toMatchObject({ code: 'artifact-unreadable' });
    expect(await buckets()).toEqual(['always']);
    const again = { Always: bucket('always', { DeletionPolicy: 'Retain' }) };
    await aws.deployStack(await writePackage(root, 'again', { Resources: again }));
    await aws.removeStack('again-test');

    const named = (suffix: string) =>
      writePackage(root, 'named', {
        Resources: {
          Kept: bucket(`kept-${suffix}`, { UpdateReplacePolicy: 'Retain' }),
          Left: bucket(`left-${suffix}`, { DeletionPolicy: 'Retain' }),
          Later: bucket(`later-${suffix}`, { DeletionPolicy: 'RetainExceptOnCreate' }),
        },
      });
    await aws.deployStack(await named('one'));
    await aws.updateStack(await named('two'));
    expect(await buckets()).toEqual(['always', 'kept-one', 'kept-two', 'later-two', 'left-two']);
    await aws.removeStack('named-test');
    expect(await buckets()).toEqual(['always', 'kept-one', 'later-two', 'left-two']);
  });

  test('keep a bucket that is not empty, as AWS does', async () => {
    await using running = await runAws({
      Lake: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'lake' } },
    });
    await running.s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'a', Body: 'a' }));
    await expect(running.aws.removeStack('sample-test')).rejects.toMatchObject({
      code: 'resource-failed',
      where: { resource: 'Lake' },
    });
  });
});

describe('watching', () => {
  test('updates a stack when it is packaged anew, and keeps the old one if that cannot be', async () => {
    await using running = await runAws({ Bus: bus('first') }, { watch: true });
    const { root, until, aws } = running;
    await writePackage(root, 'sample', { Resources: { Bus: bus('first'), Other: bus('second') } });
    expect(await until('stack-updated')).toMatchObject({ stack: 'sample-test', resources: 2 });
    await writePackage(root, 'sample', { Resources: { T: { Type: 'AWS::DynamoDB::Table' } } });
    expect(await until('stack-failed')).toMatchObject({
      stack: 'sample-test',
      code: 'unknown-resource-type',
    });
    expect(aws.stacks()[0]!.resources).toHaveLength(2);
    await rm(`${root}/sample/.serverless`, { recursive: true });
    await writePackage(root, 'sample', { Resources: { Bus: bus('first') } });
    await until('stack-updated', ({ resources }) => resources === 1);
  });
});

describe('a start', () => {
  test('that is refused leaves nothing running, and says where', async () => {
    await using directory = await temporaryDirectory();
    const template = `${directory.path}/unknown.json`;
    await writeFile(template, '{\n "Resources": {\n  "T": {"Type": "AWS::DynamoDB::Table"}\n }\n}');
    const options = { stacks: [template], stateDirectory: `${directory.path}/state` };
    await expect(startLocalAws(options)).rejects.toThrow(
      'AWS::DynamoDB::Table is not there in the local AWS (stack unknown, resource T, line 3)',
    );
    // The lock and the port are free again.
    await (await startLocalAws({ stateDirectory: options.stateDirectory })).stop();
    await expect(startLocalAws({ ...options, stacks: [`${directory.path}/absent`] })).rejects.toMatchObject({
      code: 'template-unreadable',
    });
    await expect(startLocalAws({ ...options, port: 70_000 })).rejects.toMatchObject({ code: 'bad-options' });
  });

  test('is followed by an iterator that ends with the server', async () => {
    await using directory = await temporaryDirectory();
    const aws = await startLocalAws({ stateDirectory: directory.path });
    const kinds: string[] = [];
    const following = (async () => {
      for await (const { kind } of aws.follow()) kinds.push(kind);
    })();
    const stack = await writePackage(directory.path, 'late', { Resources: { Bus: bus('late') } });
    await aws.deployStack(stack);
    await aws.removeStack('late-test');
    await aws.stop();
    await following;
    expect(kinds).toEqual(['stack-deployed', 'stack-removed']);
  });
});

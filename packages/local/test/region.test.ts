import { writeFile } from 'node:fs/promises';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { startLocalAws } from '../src/index.ts';
import { temporaryDirectory, writePackage } from './packaged-stack.ts';

const template = JSON.stringify({
  Resources: { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'steps' } } },
  Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Bus', 'Arn'] } } },
});

test('the region is that of the stacks, then of earlier deployments, then the default one', async () => {
  await using directory = await temporaryDirectory();
  const plain = `${directory.path}/plain.json`;
  await writeFile(plain, template);
  const packaged = await writePackage(directory.path, 'packaged', JSON.parse(template) as object);
  const state = (name: string) => ({ stateDirectory: `${directory.path}/${name}` });

  {
    await using aws = await startLocalAws({ stacks: [plain], ...state('plain') });
    expect(aws.region).toBe('us-east-1');
    expect(aws.environment.AWS_REGION).toBe('us-east-1');
    expect(aws.stacks()[0]!.outputs.Arn).toBe('arn:aws:events:us-east-1:000000000000:event-bus/steps');
  }
  {
    await using aws = await startLocalAws({ stacks: [packaged], defaultRegion: 'ap-south-1', ...state('a') });
    expect(aws.region).toBe('eu-central-1');
  }
  {
    await using aws = await startLocalAws({ stacks: [packaged], region: 'ap-south-1', ...state('b') });
    expect(aws.region).toBe('ap-south-1');
  }
  {
    await using aws = await startLocalAws({ defaultRegion: 'ap-south-1', ...state('deployed') });
    const { endpoint, region, credentials } = aws;
    const client = new CloudFormationClient({ endpoint, region, credentials });
    await client.send(new CreateStackCommand({ StackName: 'steps', TemplateBody: template }));
    client.destroy();
  }
  {
    await using aws = await startLocalAws(state('deployed'));
    expect(aws.region).toBe('ap-south-1');
    expect(aws.stacks()[0]!.outputs.Arn).toContain('ap-south-1');
  }
});

test('requests signed for another region are taken', async () => {
  await using directory = await temporaryDirectory();
  await using aws = await startLocalAws({ stateDirectory: `${directory.path}/state` });
  const { endpoint, credentials } = aws;
  const s3 = new S3Client({ endpoint, region: 'sa-east-1', credentials });
  expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  s3.destroy();
});

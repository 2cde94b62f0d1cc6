import { expect, test } from 'vitest';
import { compileChain } from '../src/index.ts';
import { check, tell, twoSteps } from './chains.ts';

const kmsKey = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

async function compiled(...lines: string[]) {
  const { graphs, mistakes } = await check([twoSteps(), ...lines].join('\n'));
  expect(tell(mistakes)).toEqual([]);
  // biome-ignore lint/suspicious/noExplicitAny: a template is looked into freely
  return compileChain(graphs[0]!, { bucket: 'deployments', prefix: 'p/' }).Resources as Record<string, any>;
}

// biome-ignore lint/suspicious/noExplicitAny: a template is looked into freely
const expiring = (bucket: any) =>
  bucket.Properties.LifecycleConfiguration.Rules.flatMap(
    ({ Prefix, ExpirationInDays, NoncurrentVersionExpiration }: Record<string, unknown>) =>
      String(Prefix).endsWith('/_rejects/') ? [[Prefix, ExpirationInDays, NoncurrentVersionExpiration]] : [],
  );

test('quarantine files of each step expire in buckets that the chain makes', async () => {
  const { Bucket1, Bucket2 } = await compiled('createBuckets: [landing, lake]');
  expect(expiring(Bucket1)).toEqual([]);
  expect(expiring(Bucket2)).toEqual([
    ['drives/tsv/_rejects/', 90, { NoncurrentDays: 90 }],
    ['parquet/_rejects/', 90, { NoncurrentDays: 90 }],
  ]);
  const { Bucket1: kept } = await compiled('createBuckets: [lake]', 'quarantineDays: 0');
  expect(expiring(kept)).toEqual([]);
});

test('a key of KMS is that of the buckets, and granted to the role of each service', async () => {
  const plain = await compiled('createBuckets: [lake]');
  expect(JSON.stringify(plain)).not.toContain('kms:');
  const { Bucket1, FixedWidthToTsvGrants, CsvToParquetGrants } = await compiled(
    'createBuckets: [lake]',
    `kms: ${kmsKey}`,
  );
  expect(Bucket1.Properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
    {
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: kmsKey },
      BucketKeyEnabled: true,
    },
  ]);
  for (const { Properties } of [FixedWidthToTsvGrants, CsvToParquetGrants])
    expect(Properties.PolicyDocument.Statement).toContainEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: [kmsKey],
    });
});

test('what is no key is refused where it stands', async () => {
  const { mistakes } = await check(`${twoSteps()}\nkms: alias/lake`);
  expect(tell(mistakes)).toEqual([
    expect.stringMatching(/^chain\.yml:14:6: kms: must be the ARN of a key of KMS/),
  ]);
});

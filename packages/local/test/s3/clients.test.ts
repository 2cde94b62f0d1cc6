import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Harness } from './harness.ts';

// Clients that happen to be on this machine; nothing here needs them.
const has = (command: string, ...args: string[]) => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const run = promisify(execFile);
const large = randomBytes(20 * 1024 * 1024 + 3);
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

let harness: Harness;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  harness = await Harness.open();
  await harness.s3.createBucket('clients');
  environment = {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL: harness.endpoint,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  writeFileSync(join(harness.directory, '.meta', 'large'), large);
});
afterAll(() => harness.close());

describe.skipIf(!has('aws', '--version'))('the aws command', () => {
  const aws = async (...args: string[]) => (await run('aws', args, { env: environment })).stdout;

  test('makes, fills, lists, copies, empties and removes a bucket', async () => {
    const file = join(harness.directory, '.meta', 'large');
    await aws('s3', 'mb', 's3://made-by-aws');
    await aws('s3', 'cp', file, 's3://made-by-aws/in/large.bin');
    expect(md5(readFileSync(harness.file('made-by-aws', 'in', 'large.bin')))).toBe(md5(large));
    await aws('s3', 'cp', 's3://made-by-aws/in/large.bin', 's3://made-by-aws/out dir/copy+1.bin');
    expect(await aws('s3', 'ls', '--recursive', 's3://made-by-aws')).toContain('out dir/copy+1.bin');
    const back = join(harness.directory, '.meta', 'back');
    await aws('s3', 'cp', 's3://made-by-aws/out dir/copy+1.bin', back);
    expect(md5(readFileSync(back))).toBe(md5(large));
    await aws('s3', 'rb', '--force', 's3://made-by-aws');
    expect(await aws('s3', 'ls')).not.toContain('made-by-aws');
  });
});

const boto = `
import os, io, boto3, botocore, urllib.request
s3 = boto3.client('s3')
s3.put_object(Bucket='clients', Key='boto/ü +&=?#%.txt', Body=b'plain', Metadata={'a': 'b'})
got = s3.get_object(Bucket='clients', Key='boto/ü +&=?#%.txt')
assert got['Body'].read() == b'plain' and got['Metadata'] == {'a': 'b'}, got
assert [o['Key'] for o in s3.list_objects_v2(Bucket='clients', Prefix='boto/')['Contents']] == ['boto/ü +&=?#%.txt']
big = os.urandom(11 << 20)
s3.upload_fileobj(io.BytesIO(big), 'clients', 'boto/big')
out = io.BytesIO()
s3.download_fileobj('clients', 'boto/big', out)
assert out.getvalue() == big
url = s3.generate_presigned_url('get_object', Params={'Bucket': 'clients', 'Key': 'boto/ü +&=?#%.txt', 'ResponseContentType': 'text/x-y'}, ExpiresIn=60)
with urllib.request.urlopen(url) as answer:
    assert answer.read() == b'plain' and answer.headers['content-type'] == 'text/x-y'
url = s3.generate_presigned_url('put_object', Params={'Bucket': 'clients', 'Key': 'boto/presigned'})
urllib.request.urlopen(urllib.request.Request(url, data=b'sent by url', method='PUT'))
assert s3.get_object(Bucket='clients', Key='boto/presigned')['Body'].read() == b'sent by url'
for failing, code in ((lambda: s3.get_object(Bucket='clients', Key='none'), 'NoSuchKey'),
                      (lambda: s3.put_object(Bucket='clients', Key='boto/big', Body=b'', IfNoneMatch='*'), 'PreconditionFailed'),
                      (lambda: s3.put_bucket_cors(Bucket='clients', CORSConfiguration={'CORSRules': [{'AllowedMethods': ['GET'], 'AllowedOrigins': ['*']}]}), 'NotImplemented'),
                      (lambda: boto3.client('s3', aws_access_key_id='test', aws_secret_access_key='wrong').list_buckets(), 'SignatureDoesNotMatch'),
                      (lambda: boto3.client('s3', aws_access_key_id='nobody', aws_secret_access_key='test').list_buckets(), 'InvalidAccessKeyId')):
    try:
        failing()
        raise SystemExit('not refused: ' + code)
    except botocore.exceptions.ClientError as error:
        assert error.response['Error']['Code'] == code, error
s3.delete_objects(Bucket='clients', Delete={'Objects': [{'Key': 'boto/presigned'}, {'Key': 'nothing'}]})
print('done')
`;

test.skipIf(!has('python3', '-c', 'import boto3'))('boto3', async () => {
  const { stdout } = await run('python3', ['-c', boto], { env: environment });
  expect(stdout.trim()).toBe('done');
});

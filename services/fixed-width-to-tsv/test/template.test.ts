import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploymentParams } from '@tributary/service/deployment';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageService } from './packaged.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-template-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: a template is looked into freely
type Template = { Resources: Record<string, { Type: string; Properties: any; DeletionPolicy?: string }> };

function pack(
  name: string,
  params: Record<string, string> = {},
  ...options: string[]
): { template: Template; zip: string } {
  const out = packageService('fixed-width-to-tsv', params, join(folder, name), ...options);
  const zip = readdirSync(out).find((file) => file.endsWith('.zip'));
  return {
    template: JSON.parse(readFileSync(join(out, 'cloudformation-template-update-stack.json'), 'utf8')),
    zip: join(out, zip ?? ''),
  };
}

const typesOf = ({ Resources }: Template) => Object.values(Resources).map(({ Type }) => Type);
const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('without params', () => {
  let packed: ReturnType<typeof pack>;
  beforeAll(() => {
    packed = pack('bare');
  });

  test('the bundle is small, and the same each time', () => {
    expect(statSync(packed.zip).size).toBeLessThanOrEqual(400 * 1024);
    expect(digest(pack('again').zip)).toBe(digest(packed.zip));
  });

  test('there is a function, and neither a rule nor access to data', () => {
    expect(typesOf(packed.template)).not.toContain('AWS::Events::Rule');
    expect(JSON.stringify(packed.template.Resources.IamRoleLambdaExecution)).not.toContain('s3:');
  });

  test('the function is what the README says', () => {
    const { Resources } = packed.template;
    expect(Resources.ConvertLambdaFunction?.Properties).toMatchObject({
      FunctionName: 'tributary-dev-fixed-width-to-tsv',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 1769,
      Timeout: 900,
      Environment: { Variables: { TRIBUTARY_BUS: 'tributary-dev' } },
    });
    expect(Resources.ConvertLambdaEvConf?.Properties).toMatchObject({
      MaximumRetryAttempts: 2,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::Sub': expect.stringContaining('event-bus/tributary-dev') } },
      },
    });
    expect(Resources.ConvertLogGroup?.Properties.RetentionInDays).toBe(30);
  });

  test('chains find it by its parameters', () => {
    const names = Object.values(packed.template.Resources)
      .filter(({ Type }) => Type === 'AWS::SSM::Parameter')
      .map(({ Properties }) => Properties.Name);
    expect(names.sort()).toEqual([
      '/tributary/dev/fixed-width-to-tsv/function-arn',
      '/tributary/dev/fixed-width-to-tsv/role-name',
    ]);
  });
});

test('with params it has a source of its own, and other figures', () => {
  const options = join(folder, 'options.json');
  writeFileSync(options, JSON.stringify({ layout: { fields: [{ name: 'a<b', start: 0, end: 3 }] } }));
  const { template } = pack('alone', {
    sourceBucket: 'landing',
    sourcePrefix: 'in/',
    outputBucket: 'lake',
    outputPrefix: 'tsv/',
    options,
    createBuckets: 'true',
    memory: '3538',
    timeout: '300',
  });
  const { Resources } = template;
  expect(typesOf(template)).toEqual(
    expect.arrayContaining([
      'AWS::Events::Rule',
      'AWS::Lambda::Permission',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::S3::BucketPolicy',
    ]),
  );
  expect(Resources.SourceRule?.Properties.Targets[0].InputTransformer.InputTemplate).toContain('a\\u003cb');
  expect(Resources.ConvertLambdaFunction?.Properties).toMatchObject({ MemorySize: 3538, Timeout: 300 });
  expect(Resources.OutputBucket?.DeletionPolicy).toBe('RetainExceptOnCreate');
});

/** What a failed deployment says. */
function complaintOf(...given: Parameters<typeof pack>): string {
  try {
    pack(...given);
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer };
    return `${stdout}${stderr}`;
  }
  return '';
}

test('a mistake in the options stops the deployment', () => {
  const options = join(folder, 'wrong.json');
  writeFileSync(options, JSON.stringify({ layout: { fields: [] }, nope: 1 }));
  const said = complaintOf('wrong', { sourceBucket: 'a', outputBucket: 'b', options });
  expect(said).toContain('Unrecognized key: "nope"');
});

test('a stage that makes the name of the role too long for IAM stops the deployment', () => {
  const region = '--region=ap-southeast-2';
  expect(complaintOf('long', {}, '--stage=twenty-one-characters', region)).toContain(
    'role-name-too-long: IAM does not take the name of the role, tributary-twenty-one-characters-fixed-width-to-tsv-ap-southeast-2',
  );
  expect(complaintOf('fits', {}, '--stage=twenty-characters-ok', region)).toBe('');
});

test('the README has a row for each param, with its default', () => {
  const rows = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
    .split('\n')
    .map((line) => /^\| `(\w+)` \| ([^|]*)\|/.exec(line))
    .filter((row) => row !== null)
    .map(([, name, value]) => [name, value?.trim().replaceAll('`', '')]);
  const settings = readFileSync(join(import.meta.dirname, '../serverless.yml'), 'utf8');
  const defaults = [
    ...(/ {2}default:\n((?: {4}.*\n)+)/.exec(settings)?.[1] ?? '').matchAll(/ {4}(\w+): (.*)/g),
  ];
  expect(defaults.length).toBeGreaterThan(0);
  for (const name of Object.keys(deploymentParams.shape)) expect(rows.map(([row]) => row)).toContain(name);
  for (const [, name, value] of defaults) expect(rows).toContainEqual([name, value]);
});

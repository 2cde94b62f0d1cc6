import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paramNames } from '../../src/deployment/standalone.ts';
import { packageService } from './serverless.ts';

export interface Template {
  // biome-ignore lint/suspicious/noExplicitAny: a template is looked into freely
  Resources: Record<string, { Type: string; Properties: any; DeletionPolicy?: string }>;
}

export const typesOf = ({ Resources }: Template) => Object.values(Resources).map(({ Type }) => Type);

/** Packages a service, each time in a folder of its own, for the tests of one file. */
export function packerOf(service: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-template-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let packages = 0;

  function pack(
    params: Record<string, string> = {},
    ...options: string[]
  ): { template: Template; zip: string } {
    const out = packageService(service, params, join(folder, String(++packages)), ...options);
    const zip = readdirSync(out).find((file) => file.endsWith('.zip'));
    return {
      template: JSON.parse(readFileSync(join(out, 'cloudformation-template-update-stack.json'), 'utf8')),
      zip: join(out, zip ?? ''),
    };
  }

  return {
    pack,
    /** Writes a file for a param, and gives its path. */
    file(content: object): string {
      const path = join(folder, `file-${++packages}.json`);
      writeFileSync(path, JSON.stringify(content));
      return path;
    },
    /** What a packaging that fails says; nothing if it does not. */
    complaintOf(...given: Parameters<typeof pack>): string {
      try {
        pack(...given);
      } catch (error) {
        const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer };
        return `${stdout}${stderr}`;
      }
      return '';
    },
  };
}

interface About {
  /** The service's folder. */
  folder: string;
  maxZipBytes: number;
  memory: number;
  /** Options that it takes in files of their own. */
  optionFiles: readonly string[];
  /** Options that its converter cannot do without. */
  options: object;
}

/** What holds for the template of every converting service, as its README says it. */
export function describeTemplate(
  service: string,
  { folder, maxZipBytes, memory, optionFiles, options }: About,
): void {
  const { pack, file, complaintOf } = packerOf(service);
  const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

  // Serverless takes more than a second each time: these two are for all tests.
  const region = '--region=ap-southeast-2';
  const role = (stage: string) => `tributary-${stage}-${service}-ap-southeast-2`;
  const longestStage = 's'.repeat(64 - role('').length);
  let packed: ReturnType<typeof pack>;
  let wired: ReturnType<typeof pack>;
  beforeAll(() => {
    packed = pack();
    const params = {
      sourceBucket: 'landing',
      sourcePrefix: 'in/',
      outputBucket: 'lake',
      outputPrefix: 'out/',
      options: file(options),
      createBuckets: 'true',
      memory: '3538',
      timeout: '300',
    };
    wired = pack(params, `--stage=${longestStage}`, region);
  });

  test('the bundle is small, and the same each time', () => {
    expect(statSync(packed.zip).size).toBeLessThanOrEqual(maxZipBytes);
    expect(digest(wired.zip)).toBe(digest(packed.zip));
  });

  describe(`${service} without params`, () => {
    test('is a function, with neither a rule of a source nor access to data', () => {
      expect(packed.template.Resources).not.toHaveProperty('SourceRule');
      expect(JSON.stringify(packed.template.Resources.IamRoleLambdaExecution)).not.toContain('s3:');
    });

    test('is what its README says', () => {
      const { Resources } = packed.template;
      expect(Resources.ConvertLambdaFunction?.Properties).toMatchObject({
        FunctionName: `tributary-dev-${service}`,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: memory,
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

    test('is found by chains', () => {
      const names = Object.values(packed.template.Resources)
        .filter(({ Type }) => Type === 'AWS::SSM::Parameter')
        .map(({ Properties }) => Properties.Name);
      expect(names.sort()).toEqual(
        ['function-arn', 'role-name'].map((name) => `/tributary/dev/${service}/${name}`),
      );
    });
  });

  test('with params it has a source of its own, and other figures', () => {
    const { template } = wired;
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
    const envelope = Resources.SourceRule?.Properties.Targets[0].InputTransformer.InputTemplate;
    expect(envelope).toContain(JSON.stringify(options).replaceAll('<', '\\u003c').slice(1, -1));
    expect(Resources.ConvertLambdaFunction?.Properties).toMatchObject({ MemorySize: 3538, Timeout: 300 });
    expect(Resources.OutputBucket?.DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  test('a mistake in the options stops the deployment', () => {
    const wrong = file({ ...options, nope: 1 });
    const said = complaintOf({ sourceBucket: 'a', outputBucket: 'b', options: wrong });
    expect(said).toContain('Unrecognized key: "nope"');
  });

  test('a stage that makes the name of the role too long for IAM stops the deployment', () => {
    const stage = `${longestStage}s`;
    expect(complaintOf({}, `--stage=${stage}`, region)).toContain(
      `role-name-too-long: IAM does not take the name of the role, ${role(stage)}`,
    );
    // One letter less is what the template with params has.
    expect(typesOf(wired.template)).toContain('AWS::IAM::Role');
  });

  test('the README has a row for each param, with its default', () => {
    const rows = readFileSync(join(folder, 'README.md'), 'utf8')
      .split('\n')
      .map((line) => /^\| `(\w+)` \| ([^|]*)\|/.exec(line))
      .filter((row) => row !== null)
      .map(([, name, value]) => [name, value?.trim().replaceAll('`', '')]);
    const settings = readFileSync(join(folder, 'serverless.yml'), 'utf8');
    const defaults = [
      ...(/ {2}default:\n((?: {4}.*\n)+)/.exec(settings)?.[1] ?? '').matchAll(/ {4}(\w+): (.*)/g),
    ];
    expect(defaults.length).toBeGreaterThan(0);
    for (const name of paramNames(optionFiles)) expect(rows.map(([row]) => row)).toContain(name);
    for (const [, name, value] of defaults) expect(rows).toContainEqual([name, value]);
  });
}

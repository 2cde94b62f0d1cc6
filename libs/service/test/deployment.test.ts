import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadOptions } from '@tributary/codec';
import { fixedWidthToTsv } from '@tributary/codec/fixed-width-to-tsv';
import { afterAll, describe, expect, test } from 'vitest';
import { refuseUnknownParams, wire } from '../src/deployment/standalone.ts';
import { shelve } from './shelve-converter.ts';
import { shout } from './shout-converter.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-deployment-'));
afterAll(() => rmSync(folder, { recursive: true }));
const around = { bus: 'arn:bus', functionId: 'Fn' };
const source = { sourceBucket: 'landing', sourcePrefix: 'in/', outputBucket: 'lake', outputPrefix: 'out/' };

function optionsFile(value: unknown): string {
  const file = join(folder, `${Math.random()}.json`);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

// biome-ignore lint/suspicious/noExplicitAny: a template is looked into freely
function ruleOf(params: Record<string, unknown>): any {
  return wire(shout, params, around).resources.Resources.SourceRule?.Properties;
}

test('without params there is no rule, and no access to data', () => {
  expect(wire(shout, {}, around)).toEqual({
    statements: [{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: ['arn:bus'] }],
    resources: { Resources: {} },
  });
});

test('a service that can go on with its own work wakes itself, with or without params', () => {
  for (const params of [{}, { ...source, layout: optionsFile({ fields: [{ name: 'all', width: 3 }] }) }]) {
    const given = { ...around, optionFiles: ['layout'] };
    const { HandoverRule, UndeliveredQueue } = wire(fixedWidthToTsv, params, given).resources.Resources;
    expect(HandoverRule?.Properties).toMatchObject({
      EventPattern: { source: ['tributary.fixed-width-to-tsv'], 'detail-type': ['Work Handed Over'] },
      Targets: [{ InputPath: '$.detail.envelope' }],
    });
    expect(UndeliveredQueue).toBeDefined();
  }
  expect(
    grantsOf(fixedWidthToTsv, { options: optionsFile({ layout: { fields: [{ name: 'all', width: 3 }] } }) }),
  ).toContainEqual(['s3:DeleteObject', ':s3:::lake/out/_handovers/*']);
});

test('a source brings a rule, its permission, a queue and its policy', () => {
  const { Resources } = wire(shout, source, around).resources;
  expect(Object.keys(Resources).sort()).toEqual([
    'SourceRule',
    'SourceRulePermission',
    'UndeliveredQueue',
    'UndeliveredQueuePolicy',
  ]);
});

test('the queue takes letters of rules of this account only', () => {
  const policy = wire(shout, source, around).resources.Resources.UndeliveredQueuePolicy?.Properties;
  expect(policy?.PolicyDocument).toMatchObject({
    Statement: [
      {
        Action: 'sqs:SendMessage',
        Condition: {
          ArnLike: {
            'aws:SourceArn': {
              'Fn::Join': [
                ':',
                [
                  'arn',
                  { Ref: 'AWS::Partition' },
                  'events',
                  { Ref: 'AWS::Region' },
                  { Ref: 'AWS::AccountId' },
                  'rule/*',
                ],
              ],
            },
          },
        },
      },
    ],
  });
});

const grantsOf = (converter: Parameters<typeof wire>[0], params: object) =>
  wire(converter, { ...source, ...params }, around)
    .statements.filter(({ Action }) => Action[0]!.startsWith('s3:'))
    .flatMap(({ Action, Resource }) =>
      Resource.map((arn) => [
        Action.join(),
        (arn as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1].at(-1),
      ]),
    );

test('grants name exactly the prefixes, taken literally', () => {
  expect(grantsOf(shout, { sourcePrefix: 'i?n*/' })).toEqual([
    ['s3:GetObject,s3:GetObjectVersion', ':s3:::landing/i$' + '{?}n$' + '{*}/*'],
    ['s3:GetObject,s3:PutObject,s3:AbortMultipartUpload', ':s3:::lake/out/*'],
    ['s3:DeleteObject', ':s3:::lake/out/_rejects/*'],
    ['s3:DeleteObject', ':s3:::lake/out/_schemas/*'],
  ]);
});

test('a service that may write several objects may take them back', () => {
  expect(grantsOf(shelve, {}).filter(([action]) => action === 's3:DeleteObject')).toEqual([
    ['s3:DeleteObject', ':s3:::lake/out/*'],
  ]);
});

test('a layout may come by itself, or as infer prints it', () => {
  const layout = { fields: [{ name: 'date', start: 0, end: 10 }], skip: 1 };
  const templates = [layout, { layout }].map(
    (value) =>
      wire(fixedWidthToTsv, { ...source, layout: optionsFile(value) }, { ...around, optionFiles: ['layout'] })
        .resources,
  );
  expect(templates[0]).toEqual(templates[1]);
  expect(JSON.stringify(templates[0])).toContain('layout');
});

describe('the pattern', () => {
  const keys = (params: object) => ruleOf({ ...source, ...params }).EventPattern.detail.object?.key;
  test('is the prefix', () => expect(keys({})).toEqual([{ prefix: 'in/' }]));
  test('is the bucket alone without prefix or suffix', () =>
    expect(keys({ sourcePrefix: '' })).toBeUndefined());
  test('joins prefix and suffixes, and takes stars for stars', () =>
    expect(keys({ sourcePrefix: 'i*n\\/', sourceSuffix: '.txt, .txt.gz' })).toEqual([
      { wildcard: 'i\\*n\\\\/*.txt' },
      { wildcard: 'i\\*n\\\\/*.txt.gz' },
    ]));
});

test('after another step the rule is on the Tributary bus, and asks for what that step has written', () => {
  const rule = ruleOf({ ...source, after: 'feeds/convert', outputPrefix: 'in/parquet/' });
  expect(rule.EventBusName).toBe('arn:bus');
  expect(rule.EventPattern).toEqual({
    source: ['tributary'],
    'detail-type': ['Step Completed'],
    detail: { version: ['1'], chain: ['feeds'], step: ['convert'], outcome: ['completed', 'repeated'] },
  });
});

test('no option is taken for a variable, by EventBridge or by Serverless', () => {
  const options = { refuse: '<aws.events.event>', poison: '$' + '{self:service} "\\' };
  const template: string = ruleOf({ ...source, options: optionsFile(options) }).Targets[0].InputTransformer
    .InputTemplate;
  expect(template.match(/<[^>]*>/g)).toEqual(['<aws.events.event.json>']);
  expect(template).not.toContain('$' + '{');
  const envelope = JSON.parse(template.replace('<aws.events.event.json>', '{"id":"e"}'));
  expect(envelope).toEqual({
    chain: 'shout',
    step: 'convert',
    options,
    output: { bucket: 'lake', prefix: 'out/' },
    source: { prefix: 'in/' },
    event: { id: 'e' },
  });
});

test('buckets are made once each, and outlive the stack', () => {
  const two = wire(shout, { ...source, createBuckets: 'true' }, around).resources.Resources;
  expect(two.SourceBucket?.Properties.BucketName).toBe('landing');
  expect(two.OutputBucket?.Properties.BucketName).toBe('lake');
  // A first deployment that fails takes its buckets along: the next could not make them again.
  expect(two.OutputBucket?.DeletionPolicy).toBe('RetainExceptOnCreate');
  expect(two.OutputBucket?.UpdateReplacePolicy).toBe('Retain');
  const one = wire(shout, { ...source, outputBucket: '', createBuckets: true }, around).resources.Resources;
  expect(one.OutputBucket).toBeUndefined();
});

describe('buckets that are made', () => {
  const bucketsOf = (params: object) => {
    const { Resources } = wire(shout, { ...source, createBuckets: 'true', ...params }, around).resources;
    // biome-ignore lint/suspicious/noExplicitAny: a template is looked into freely
    return [Resources.SourceBucket?.Properties, Resources.OutputBucket?.Properties] as any[];
  };
  const expiring = (
    bucket: { LifecycleConfiguration: { Rules: { Prefix?: string }[] } },
    folder = '_rejects/',
  ) => bucket.LifecycleConfiguration.Rules.filter(({ Prefix }) => Prefix?.endsWith(folder));

  test('keep quarantine files, and versions of them, for some days', () => {
    const [landing, lake] = bucketsOf({ quarantineDays: '' });
    expect(expiring(landing)).toEqual([]);
    expect(expiring(lake)).toEqual([
      {
        Id: 'rejects-1',
        Status: 'Enabled',
        Prefix: 'out/_rejects/',
        ExpirationInDays: 90,
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
      },
    ]);
    expect(expiring(bucketsOf({ quarantineDays: '7' })[1])).toMatchObject([{ ExpirationInDays: 7 }]);
    expect(expiring(bucketsOf({ quarantineDays: '0' })[1])).toEqual([]);
    expect(expiring(bucketsOf({ outputBucket: '' })[0])).toMatchObject([{ Prefix: 'out/_rejects/' }]);
  });

  test('keep what one invocation left to another for a week', () => {
    expect(expiring(bucketsOf({ quarantineDays: '0' })[1], '_handovers/')).toMatchObject([
      { Prefix: 'out/_handovers/', ExpirationInDays: 7, NoncurrentVersionExpiration: { NoncurrentDays: 7 } },
    ]);
  });

  test('are encrypted by S3, or under a key that the role may then use, and no other', () => {
    const encryption = ({ BucketEncryption }: { BucketEncryption: object }) =>
      Object.values(BucketEncryption).flat();
    for (const bucket of bucketsOf({}))
      expect(encryption(bucket)).toEqual([{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }]);
    expect(JSON.stringify(wire(shout, source, around).statements)).not.toContain('kms:');

    const kmsKey = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    for (const bucket of bucketsOf({ kmsKey }))
      expect(encryption(bucket)).toEqual([
        {
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: kmsKey },
          BucketKeyEnabled: true,
        },
      ]);
    expect(wire(shout, { ...source, kmsKey }, around).statements.at(-1)).toEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: [kmsKey],
    });
  });
});

describe('refused before anything is deployed:', () => {
  const refusal = (params: Record<string, unknown>) => {
    try {
      wire(shout, params, { ...around, optionFiles: ['layout'] });
    } catch (error) {
      if (error instanceof BadOptions) return error.code;
    }
    return undefined;
  };
  test.each([
    ['an output without a source', { outputBucket: 'lake' }, 'incomplete-params'],
    ['a suffix without a source', { sourceSuffix: '.txt' }, 'incomplete-params'],
    ['a chain without a source', { chain: 'feeds' }, 'incomplete-params'],
    ['a suffix of a step', { ...source, after: 'a/b', sourceSuffix: '.tsv' }, 'contradicting-params'],
    ['a step that is none', { ...source, after: 'feeds' }, 'invalid-params'],
    ['buckets without a name', { createBuckets: 'true' }, 'incomplete-params'],
    [
      'a key without a source',
      { kmsKey: 'arn:aws:kms:eu-central-1:123456789012:key/a' },
      'incomplete-params',
    ],
    ['days without a source', { quarantineDays: '7' }, 'incomplete-params'],
    ['days that are none', { ...source, quarantineDays: 'long' }, 'invalid-params'],
    ['an alias of a key', { ...source, kmsKey: 'alias/lake' }, 'invalid-params'],
    [
      'keys by a wildcard',
      { ...source, kmsKey: 'arn:aws:kms:eu-central-1:123456789012:key/*' },
      'invalid-params',
    ],
    ['a flag that is none', { ...source, createBuckets: 'perhaps' }, 'invalid-params'],
    ['a file that is not there', { ...source, options: join(folder, 'no.json') }, 'no-such-file'],
    ['a file that is not JSON', { ...source, options: optionsFile('{') }, 'invalid-json'],
    ['a file that holds no object', { ...source, options: optionsFile([]) }, 'invalid-json'],
    [
      'options the converter does not know',
      { ...source, options: optionsFile({ nope: 1 }) },
      'invalid-options',
    ],
    [
      'a file of an option that the converter does not know',
      { ...source, layout: optionsFile({ fields: [] }) },
      'invalid-options',
    ],
    [
      'options too long for a rule',
      { ...source, options: optionsFile({ refuse: 'x'.repeat(9000) }) },
      'options-too-long',
    ],
    [
      'an output under its own source',
      { sourceBucket: 'b', sourcePrefix: 'a/', outputPrefix: 'a/out/' },
      'source-loop',
    ],
    [
      'a source under its own output',
      { sourceBucket: 'b', sourcePrefix: 'a/in/', outputPrefix: 'a/' },
      'source-loop',
    ],
    ['outputs that end like inputs', { sourceBucket: 'b', sourceSuffix: '.gz' }, 'source-loop'],
  ])('%s', (_name, params, code) => expect(refusal(params)).toBe(code));

  test('params that nobody knows', () => {
    const known = ['sourceBucket', 'layout'];
    expect(() => refuseUnknownParams(['sourceBucket=a', 'layuot=b=c'], known)).toThrow(
      'There is no param layuot; expected layout, sourceBucket',
    );
    expect(() => refuseUnknownParams(['layout=b=c', ''], known)).not.toThrow();
  });

  test('but outputs beside inputs that end otherwise are fine', () => {
    expect(refusal({ sourceBucket: 'b', sourceSuffix: '.txt' })).toBeUndefined();
    expect(refusal({ sourceBucket: 'b', sourcePrefix: 'in/', outputPrefix: 'out/' })).toBeUndefined();
  });
});

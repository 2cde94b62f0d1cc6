import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lintTemplates } from '../templates/lint.ts';
import { findWildcards } from '../templates/wildcards.ts';

const withStatement = (statement: object) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyDocument: { Statement: [statement] } }] },
    },
  },
});
const partition = { Ref: 'AWS::Partition' };
const arn = (path: string) => ({ 'Fn::Join': ['', ['arn:', partition, `:s3:::${path}`]] });

describe('wildcards in templates', () => {
  test.each([
    ['an exact queue', { Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:eu-west-1:1:q' }],
    ['objects under a prefix', { Action: ['s3:GetObject'], Resource: [arn('lake/tsv/*')] }],
    [
      'a prefix that holds an asterisk itself',
      { Action: ['s3:GetObject'], Resource: [arn(`lake/\${*}x/*`)] },
    ],
    [
      'streams of a log group',
      { Action: 'logs:PutLogEvents', Resource: 'arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/convert:*:*' },
    ],
  ])('%s is fine', (_, statement) => {
    expect(findWildcards(withStatement({ Effect: 'Allow', ...statement }))).toEqual([]);
  });

  test('a refusal may name everything', () => {
    expect(findWildcards(withStatement({ Effect: 'Deny', Action: 's3:*', Resource: '*' }))).toEqual([]);
  });

  test.each([
    ['all resources', { Action: 's3:GetObject', Resource: '*' }],
    ['all buckets', { Action: 's3:GetObject', Resource: arn('*') }],
    ['buckets by a prefix', { Action: 's3:GetObject', Resource: arn('lake-*/tsv/*') }],
    ['an asterisk in the middle', { Action: 's3:GetObject', Resource: arn('lake/*/tsv/*') }],
    ['all actions of a service', { Action: 's3:*', Resource: arn('lake/tsv/*') }],
    ['actions by a prefix', { Action: ['s3:GetObject', 's3:Put*'], Resource: arn('lake/tsv/*') }],
    ['all log groups', { Action: 'logs:PutLogEvents', Resource: 'arn:aws:logs:eu-west-1:1:log-group:*' }],
    ['all but some actions', { NotAction: 'iam:PassRole', Resource: 'arn:aws:sqs:eu-west-1:1:q' }],
  ])('%s is found', (_, statement) => {
    const found = findWildcards(withStatement({ Effect: 'Allow', ...statement }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ resource: 'Role' });
  });

  test('policies are found wherever they stand', () => {
    const template = {
      Resources: {
        Q: {
          Properties: {
            PolicyDocument: { Statement: { Effect: 'Allow', Action: 'sqs:*', Resource: 'arn:q' } },
          },
        },
      },
    };
    expect(findWildcards(template)).toHaveLength(1);
  });
});

describe('the linter of CloudFormation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-lint-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const template = (properties: object) => {
    const path = join(folder, `${Object.keys(properties).join('-')}.json`);
    writeFileSync(
      path,
      JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: properties } } }),
    );
    return path;
  };

  test.skipIf(lintTemplates([template({})]) === undefined)(
    'finds what AWS would refuse (where it is installed)',
    () => {
      expect(lintTemplates([template({ DelaySeconds: 5 })])).toEqual([]);
      expect(lintTemplates([template({ DelaySecond: 5 })])).toEqual([expect.stringContaining('DelaySecond')]);
    },
  );

  test('is left out where it is not', () => {
    const path = process.env.PATH;
    try {
      process.env.PATH = folder;
      expect(lintTemplates([template({})])).toBeUndefined();
    } finally {
      process.env.PATH = path;
    }
  });
});

import { describe, expect, test } from 'vitest';
import { type AccessRequest, decide, matchesWildcard, policyDocumentSchema } from '../src/iam/policy.ts';

const role = { aws: 'arn:aws:iam::000000000000:role/reader', account: '000000000000' };

function judge(statement: object | object[], request: Partial<AccessRequest> = {}) {
  const { Statement } = policyDocumentSchema.parse({ Version: '2012-10-17', Statement: statement });
  return decide(Statement, {
    principal: role,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::lake/in/a.txt',
    ...request,
  });
}

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::lake/in/*' };

describe('a policy', () => {
  test('allows what it names, by wildcards, and is silent on the rest', () => {
    expect(judge(allow)).toBe('allow');
    expect(judge({ ...allow, Action: ['s3:Put*', 's3:getobject'] })).toBe('allow');
    expect(judge({ ...allow, Action: 's3:Get?bject' })).toBe('allow');
    expect(judge({ ...allow, Action: '*', Resource: '*' })).toBe('allow');
    expect(judge(allow, { action: 's3:PutObject' })).toBe('none');
    expect(judge(allow, { resource: 'arn:aws:s3:::lake/out/a.txt' })).toBe('none');
    expect(judge(allow, { resource: 'arn:aws:s3:::LAKE/in/a.txt' })).toBe('none');
  });

  test('denies over whatever allows', () => {
    const deny = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
    expect(judge([allow, deny])).toBe('deny');
    expect(judge([deny, allow])).toBe('deny');
  });

  test('may speak of everything but', () => {
    expect(judge({ Effect: 'Allow', NotAction: 's3:Delete*', Resource: '*' })).toBe('allow');
    expect(judge({ Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' })).toBe('none');
    expect(judge({ Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::lake/in/*' })).toBe('none');
    expect(judge({ Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::lake/out/*' })).toBe('deny');
  });

  test('is for the principals it names', () => {
    const anyone = { ...allow, Principal: '*' };
    expect(judge(anyone)).toBe('allow');
    expect(judge({ ...allow, Principal: { AWS: role.aws } })).toBe('allow');
    expect(judge({ ...allow, Principal: { AWS: ['arn:aws:iam::000000000000:root'] } })).toBe('allow');
    expect(judge({ ...allow, Principal: { AWS: 'arn:aws:iam::111111111111:root' } })).toBe('none');
    expect(judge({ ...allow, Principal: { Service: 'events.amazonaws.com' } })).toBe('none');
    expect(
      judge(
        { ...allow, Principal: { Service: 'events.amazonaws.com' } },
        { principal: { service: 'events.amazonaws.com' } },
      ),
    ).toBe('allow');
    expect(judge({ ...allow, Effect: 'Deny', NotPrincipal: { AWS: role.aws } })).toBe('none');
  });
});

describe('a condition', () => {
  const under = (Condition: object, context: Record<string, string> = {}) =>
    judge({ ...allow, Condition }, { context });

  test('compares text, ARNs, flags and numbers', () => {
    expect(under({ StringEquals: { 's3:prefix': ['a', 'b'] } }, { 's3:prefix': 'b' })).toBe('allow');
    expect(under({ StringEquals: { 's3:prefix': 'a' } }, { 's3:prefix': 'A' })).toBe('none');
    expect(under({ StringEqualsIgnoreCase: { 's3:prefix': 'a' } }, { 's3:prefix': 'A' })).toBe('allow');
    expect(under({ StringLike: { 's3:prefix': 'in/*' } }, { 'S3:Prefix': 'in/x' })).toBe('allow');
    expect(
      under(
        { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:*:rule/*' } },
        { 'aws:SourceArn': 'arn:aws:events:e:0:rule/r' },
      ),
    ).toBe('allow');
    expect(under({ Bool: { 'aws:SecureTransport': false } }, { 'aws:SecureTransport': 'true' })).toBe('none');
    expect(under({ NumericLessThanEquals: { 's3:max-keys': 10 } }, { 's3:max-keys': '10' })).toBe('allow');
  });

  test('on a key that is missing fails, unless it is negated, IfExists or Null', () => {
    expect(under({ StringEquals: { 's3:prefix': 'a' } })).toBe('none');
    expect(under({ StringNotEquals: { 's3:prefix': 'a' } })).toBe('allow');
    expect(under({ StringEqualsIfExists: { 's3:prefix': 'a' } })).toBe('allow');
    expect(under({ Null: { 's3:prefix': 'true' } })).toBe('allow');
    expect(under({ Null: { 's3:prefix': 'true' } }, { 's3:prefix': 'a' })).toBe('none');
  });

  test('must hold in each of its parts', () => {
    const both = { StringEquals: { 's3:prefix': 'a', 's3:delimiter': '/' } };
    expect(under(both, { 's3:prefix': 'a', 's3:delimiter': '/' })).toBe('allow');
    expect(under(both, { 's3:prefix': 'a' })).toBe('none');
  });

  test('that is not there is refused by name', () => {
    const parsed = policyDocumentSchema.safeParse({
      Statement: { ...allow, Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } } },
    });
    expect(parsed.error?.issues[0]).toMatchObject({
      path: ['Statement', 0, 'Condition', 'DateLessThan'],
      message: expect.stringContaining('DateLessThan'),
    });
  });
});

test('a wildcard match takes no more than linear time for each star', () => {
  expect(matchesWildcard('a*b?d', 'axxbcd')).toBe(true);
  expect(matchesWildcard('', '')).toBe(true);
  expect(matchesWildcard('*', '')).toBe(true);
  expect(matchesWildcard('?', '')).toBe(false);
  expect(matchesWildcard(`lake/\${*}\${?}\${$}/*`, 'lake/*?$/a')).toBe(true);
  expect(matchesWildcard(`lake/\${*}/*`, 'lake/x/a')).toBe(false);
  expect(matchesWildcard(`${'*a'.repeat(30)}b`, 'a'.repeat(20_000))).toBe(false);
});

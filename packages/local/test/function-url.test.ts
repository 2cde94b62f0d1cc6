import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionResources } from './packaged-stack.ts';
import { type RunningAws, runAws } from './running-aws.ts';
import { signedFetch } from './signed-fetch.ts';

const answer = `
exports.handler = async (event) => {
  if (event.rawPath === '/fail') throw new Error('as asked');
  if (event.rawPath === '/plain') return { hello: 'world' };
  if (event.rawPath === '/bytes') return { statusCode: 200, headers: { 'content-type': 'image/png' }, body: 'AAEC', isBase64Encoded: true };
  return { statusCode: 201, headers: { 'X-Own': 1 }, cookies: ['a=1', 'b=2'], body: JSON.stringify(event) };
};`;

function withUrl(id: string, url: object, code = answer) {
  return {
    ...functionResources(id, '', { properties: { Code: { ZipFile: code }, Handler: 'index.handler' } }),
    [`${id}Url`]: {
      Type: 'AWS::Lambda::Url',
      Properties: { TargetFunctionArn: { 'Fn::GetAtt': [`${id}LambdaFunction`, 'Arn'] }, ...url },
    },
  };
}

const permission = (id: string, Action: string, more: object) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { FunctionName: { Ref: `${id}LambdaFunction` }, Action, Principal: '*', ...more },
});

const resources = {
  ...withUrl('Guarded', { AuthType: 'AWS_IAM' }),
  ...withUrl('Open', { AuthType: 'NONE' }),
  OpenUrlPermission: permission('Open', 'lambda:InvokeFunctionUrl', { FunctionUrlAuthType: 'NONE' }),
  OpenPermission: permission('Open', 'lambda:InvokeFunction', { InvokedViaFunctionUrl: true }),
  ...withUrl('Shut', { AuthType: 'NONE' }),
};

const outputs = {
  Guarded: { Value: { 'Fn::GetAtt': ['GuardedUrl', 'FunctionUrl'] } },
  Open: { Value: { 'Fn::GetAtt': ['OpenUrl', 'FunctionUrl'] } },
  Shut: { Value: { 'Fn::GetAtt': ['ShutUrl', 'FunctionUrl'] } },
};

let running: RunningAws;
let urls: Record<string, string>;
beforeAll(async () => {
  running = await runAws(resources, { outputs });
  urls = running.aws.stacks()[0]!.outputs;
});
afterAll(() => running?.[Symbol.asyncDispose]());

describe('a function URL with IAM', () => {
  const call = (path: string, about?: Parameters<typeof signedFetch>[3]) =>
    signedFetch(running.aws, 'lambda', `${urls.Guarded}${path}`, about);

  test('hands a signed request over in payload format 2.0 and gives the answer back', async () => {
    const response = await call('v1/a%20b?x=1&x=2&y=%26', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-more': 'so' },
      body: '{"a":1}',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-own')).toBe('1');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/v1/a%20b',
      rawQueryString: 'x=1&x=2&y=%26',
      queryStringParameters: { x: '1,2', y: '&' },
      headers: { 'content-type': 'application/json', 'x-more': 'so' },
      requestContext: {
        http: { method: 'POST', path: '/v1/a%20b', sourceIp: '127.0.0.1' },
        authorizer: { iam: { accessKey: 'test', accountId: '000000000000' } },
        stage: '$default',
      },
      body: '{"a":1}',
      isBase64Encoded: false,
    });
  });

  test('takes other answers as JSON, and bytes as base64', async () => {
    expect(await (await call('plain')).json()).toEqual({ hello: 'world' });
    const bytes = await call('bytes');
    expect(bytes.headers.get('content-type')).toBe('image/png');
    expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(new Uint8Array([0, 1, 2]));
  });

  test('refuses who has not signed, and tells of a function that failed no more than that', async () => {
    expect((await fetch(urls.Guarded!)).status).toBe(403);
    const forged = {
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261127/x/lambda/aws4_request, SignedHeaders=host, Signature=00',
    };
    expect((await fetch(urls.Guarded!, { headers: forged })).status).toBe(403);
    const failed = await call('fail');
    expect(failed.status).toBe(502);
    expect(await failed.json()).toEqual({ Message: 'Internal Server Error' });
  });
});

test('a function URL without IAM is open to whom the function’s policy lets in', async () => {
  const open = await fetch(urls.Open!);
  expect(open.status).toBe(201);
  expect(await open.json()).not.toHaveProperty('requestContext.authorizer');
  expect((await fetch(urls.Shut!)).status).toBe(403);
  expect((await fetch(urls.Shut!.replace(/[0-9a-f]{32}/, '0'.repeat(32)))).status).toBe(403);
});

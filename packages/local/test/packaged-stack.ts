import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { zipSync } from 'fflate';

const bundles = new Map<string, Uint8Array>();

/** A handler of `test/handlers`, bundled and zipped as `serverless package` would leave it. */
export function packageHandler(name: string): Uint8Array {
  const known = bundles.get(name);
  if (known) return known;
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, 'handlers', `${name}.ts`)],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const zip = zipSync({ 'dist/handler.mjs': outputFiles[0]!.contents });
  bundles.set(name, zip);
  return zip;
}

/** A temporary directory that is gone at the end of `await using`. */
export async function temporaryDirectory(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'tributary-local-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Writes a `.serverless` folder for `template`, with a zip for each handler; gives its path. */
export async function writePackage(
  root: string,
  name: string,
  template: object,
  handlers: string[] = [],
): Promise<string> {
  const directory = join(root, name, '.serverless');
  await mkdir(directory, { recursive: true });
  const text = JSON.stringify(template, undefined, 2);
  await writeFile(join(directory, 'cloudformation-template-update-stack.json'), text);
  const state = { service: { service: name, provider: { stage: 'test', region: 'eu-central-1' } } };
  await writeFile(join(directory, 'serverless-state.json'), JSON.stringify(state));
  for (const handler of handlers) await writeFile(join(directory, `${handler}.zip`), packageHandler(handler));
  return directory;
}

const getAtt = (name: string, attribute: string) => ({ 'Fn::GetAtt': [name, attribute] });

/** Role and function in the manner of Serverless: `<Id>LambdaFunction` under `<Id>Role`. */
export function functionResources(
  id: string,
  handler: string,
  { properties = {}, statements = [] }: { properties?: object; statements?: object[] } = {},
): Record<string, object> {
  return {
    [`${id}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] }, Action: ['sts:AssumeRole'] },
          ],
        },
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }, ...statements],
            },
          },
        ],
      },
    },
    [`${id}LambdaFunction`]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: 'deployment', S3Key: `serverless/test/${handler}.zip` },
        FunctionName: id.toLowerCase(),
        Handler: 'dist/handler.handler',
        Runtime: 'nodejs24.x',
        MemorySize: 512,
        Timeout: 20,
        Architectures: ['arm64'],
        Role: getAtt(`${id}Role`, 'Arn'),
        ...properties,
      },
    },
  };
}

/** A rule with one function as its target, and the permission it needs. */
export function ruleResources(
  id: string,
  functionId: string,
  properties: { EventPattern: object; EventBusName?: unknown; target?: object },
): Record<string, object> {
  const { target, ...rule } = properties;
  return {
    [`${id}Rule`]: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ...rule,
        Targets: [{ Id: 'function', Arn: getAtt(`${functionId}LambdaFunction`, 'Arn'), ...target }],
      },
    },
    [`${id}Permission`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: getAtt(`${functionId}LambdaFunction`, 'Arn'),
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: getAtt(`${id}Rule`, 'Arn'),
      },
    },
  };
}

/** Lets rules send to queues, by logical id. */
export function letRulesSend(...queues: string[]) {
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: queues.map((Ref) => ({ Ref })),
      PolicyDocument: {
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: '*',
        },
      },
    },
  };
}

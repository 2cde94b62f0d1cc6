import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../errors.ts';
import { send, sendJson } from '../http/exchange.ts';
import type { Access, Identity } from '../iam/access.ts';
import type { Place } from '../place.ts';
import type { FunctionConfig } from './function-config.ts';
import { functionNameOf, type Lambda } from './lambda.ts';

/** Synchronous payloads; asynchronous ones are checked where they are accepted. */
export const maxInvokeBytes = 6 * 1024 * 1024;
export const lambdaPath =
  /^\/(?:2015-03-31|2018-06-01|2019-09-25|2020-06-30)\/(functions|event-source-mappings|layers|tags)/;

/** Lambda's REST API: Invoke, GetFunction, GetFunctionConfiguration, ListFunctions. @throws AwsError */
export async function handleLambda(
  { lambda, access, place }: { lambda: Lambda; access: Access; place: Place },
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: Buffer,
  caller: Identity,
): Promise<void> {
  const segments = url.pathname.split('/').slice(2).map(decodeURIComponent);
  const [collection, reference, action, ...rest] = segments;
  const route = `${request.method} ${collection}${reference ? '/{name}' : ''}${action ? `/${[action, ...rest].join('/')}` : ''}`;
  switch (route) {
    case 'GET functions':
    case 'GET functions/': {
      access.demand(caller, { action: 'lambda:ListFunctions', resource: '*' });
      return sendJson(response, 200, { Functions: lambda.configs().map(describe) }, 'application/json');
    }
    case 'GET functions/{name}': {
      const config = demandFunction(lambda, reference!);
      access.demand(caller, { action: 'lambda:GetFunction', resource: config.arn });
      const answer = {
        Configuration: describe(config),
        Code: { RepositoryType: 'S3', Location: `file://${config.codeDirectory}` },
        Tags: {},
        ...(config.reservedConcurrency !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: config.reservedConcurrency },
        }),
      };
      return sendJson(response, 200, answer, 'application/json');
    }
    case 'GET functions/{name}/configuration': {
      const config = demandFunction(lambda, reference!);
      access.demand(caller, { action: 'lambda:GetFunctionConfiguration', resource: config.arn });
      return sendJson(response, 200, describe(config), 'application/json');
    }
    case 'GET functions/{name}/policy': {
      const config = demandFunction(lambda, reference!);
      access.demand(caller, { action: 'lambda:GetPolicy', resource: config.arn });
      const statements = lambda.permissionsOf(config.name);
      if (statements.length === 0) {
        throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
      }
      const policy = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
      return sendJson(response, 200, { Policy: policy, RevisionId: place.accountId }, 'application/json');
    }
    case 'POST functions/{name}/invocations':
      return invoke(lambda, access, request, response, url, body, caller, reference!);
    default:
      throw new AwsError('UnknownOperationException', `Lambda ${route} is not there in the local AWS`, 404);
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
async function invoke(
  lambda: Lambda,
  access: Access,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: Buffer,
  caller: Identity,
  reference: string,
): Promise<void> {
  const qualifier = url.searchParams.get('Qualifier');
  const name = functionNameOf(qualifier ? `${reference}:${qualifier}` : reference);
  const config = demandFunction(lambda, name);
  const grant = { action: 'lambda:InvokeFunction', resource: config.arn };
  access.demand(caller, grant, lambda.permissionsOf(name));
  const payload = body.length === 0 ? Buffer.from('{}') : body;
  try {
    JSON.parse(payload.toString('utf8'));
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${String(error)}`,
    );
  }
  const clientContext = one(request.headers['x-amz-client-context']);
  const context =
    clientContext === undefined ? undefined : Buffer.from(clientContext, 'base64').toString('utf8');
  const type = one(request.headers['x-amz-invocation-type']) ?? 'RequestResponse';
  switch (type) {
    case 'DryRun':
      return send(response, 204, {});
    case 'Event': {
      const requestId = await lambda.invokeLater(name, payload, context);
      return send(response, 202, { 'x-amzn-requestid': requestId });
    }
    case 'RequestResponse': {
      const result = await lambda.invoke(name, payload, context);
      const headers = {
        'content-type': 'application/json',
        'x-amzn-requestid': result.requestId,
        'x-amz-executed-version': '$LATEST',
        ...(result.error && { 'x-amz-function-error': 'Unhandled' }),
        ...(request.headers['x-amz-log-type'] === 'Tail' && {
          'x-amz-log-result': Buffer.from(result.logTail).toString('base64'),
        }),
      };
      return send(response, 200, headers, result.payload);
    }
    default:
      throw new AwsError('InvalidParameterValueException', `Invocation type ${type} is not there`);
  }
}

function demandFunction(lambda: Lambda, reference: string): FunctionConfig {
  const config = lambda.configOf(functionNameOf(reference));
  if (!config) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Function not found: ${lambda.arnOf(functionNameOf(reference))}`,
      404,
    );
  }
  return config;
}

function describe(config: FunctionConfig) {
  return {
    FunctionName: config.name,
    FunctionArn: config.arn,
    Runtime: config.runtime,
    Role: config.role.arn,
    Handler: config.handler,
    CodeSize: config.codeBytes,
    CodeSha256: config.codeSha256,
    Description: config.description,
    Timeout: config.timeoutSeconds,
    MemorySize: config.memoryMb,
    LastModified: config.lastModified,
    Version: '$LATEST',
    Environment: { Variables: config.environment },
    EphemeralStorage: { Size: config.ephemeralStorageMb },
    Architectures: [config.architecture],
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    LoggingConfig: {
      LogFormat: config.logFormat,
      LogGroup: config.logGroup,
      ...(config.logLevel && { ApplicationLogLevel: config.logLevel }),
      ...(config.systemLogLevel && { SystemLogLevel: config.systemLogLevel }),
    },
  };
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

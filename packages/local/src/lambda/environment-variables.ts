import type { EnvironmentSettings } from './environment.ts';

/**
 * What a function's process finds in `process.env`: Lambda's own variables and the function's, nothing of the server's.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function environmentVariables({
  id,
  config,
  identity,
  address,
  region,
  temporaryDirectory,
}: EnvironmentSettings) {
  const { credentials } = identity;
  const stream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${id}`;
  // What Lambda sets comes last: a function cannot change it.
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_ENDPOINT_URL: `http://${address}`,
    // Keeps the SDK from looking for an instance's metadata service on the machine's network.
    AWS_EC2_METADATA_DISABLED: 'true',
    ...config.environment,
    TMPDIR: temporaryDirectory,
    LAMBDA_TASK_ROOT: config.codeDirectory,
    LAMBDA_RUNTIME_DIR: import.meta.dirname,
    AWS_LAMBDA_RUNTIME_API: `${address}/_runtime/${id}`,
    AWS_LAMBDA_FUNCTION_NAME: config.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: config.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: stream,
    AWS_LAMBDA_LOG_FORMAT: config.logFormat,
    ...(config.logLevel && { AWS_LAMBDA_LOG_LEVEL: config.logLevel }),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
    _HANDLER: config.handler,
  };
}

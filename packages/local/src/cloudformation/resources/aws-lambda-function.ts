import { zipSync } from 'fflate';
import * as z from 'zod';
import { DeployError } from '../../errors.ts';
import { decide } from '../../iam/policy.ts';
import { unpackArtifact } from '../../lambda/artifact.ts';
import { logLevels, systemLogLevels } from '../../lambda/function-config.ts';
import { defineKind, integer, type Planned, tags, text, type World } from '../resource-kind.ts';

const code = z.union([
  z.strictObject({ S3Bucket: text(), S3Key: text(), S3ObjectVersion: text().optional() }),
  z.strictObject({ ZipFile: z.string() }),
]);

const properties = z.strictObject({
  FunctionName: text()
    .pipe(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/))
    .optional(),
  Description: text().default(''),
  Handler: text(),
  // All of them run on the Node that runs the local AWS.
  Runtime: z.enum(['nodejs20.x', 'nodejs22.x', 'nodejs24.x']),
  Code: code,
  Role: text(),
  MemorySize: integer(128, 10_240).default(128),
  Timeout: integer(1, 900).default(3),
  EphemeralStorage: z.strictObject({ Size: integer(512, 10_240) }).default({ Size: 512 }),
  Environment: z
    .strictObject({ Variables: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/), text()).default({}) })
    .optional(),
  ReservedConcurrentExecutions: integer(0, 1000).optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: text().optional() }).optional(),
  LoggingConfig: z
    .strictObject({
      LogFormat: z.enum(['Text', 'JSON']).default('Text'),
      LogGroup: text().optional(),
      ApplicationLogLevel: z.enum(logLevels).optional(),
      SystemLogLevel: z.enum(systemLogLevels).optional(),
    })
    .refine(
      ({ LogFormat, ApplicationLogLevel, SystemLogLevel }) =>
        LogFormat === 'JSON' || (ApplicationLogLevel === undefined && SystemLogLevel === undefined),
      'Log levels need the log format JSON',
    )
    .optional(),
  Architectures: z
    .array(z.enum(['x86_64', 'arm64']))
    .length(1)
    .default(['x86_64']),
  PackageType: z.literal('Zip').optional(),
  // Accepted without effect.
  TracingConfig: z.unknown().optional(),
  KmsKeyArn: text().optional(),
  RecursiveLoop: text().optional(),
  Tags: tags(),
});

type Properties = z.infer<typeof properties>;

export const lambdaFunction = defineKind<Properties>({
  type: 'AWS::Lambda::Function',
  properties,
  refreshed: true,
  identify({ FunctionName }, { place, generate }) {
    const name = FunctionName ?? generate(64);
    const arn = `arn:${place.partition}:lambda:${place.region}:${place.accountId}:function:${name}`;
    return { ref: name, attributes: { Arn: arn } };
  },
  async put(resource, world) {
    const { ref, attributes, properties: given } = resource;
    const artifact = await unpackArtifact(await readCode(resource, world), world.lambda.codeDirectory);
    const role = demandRole(resource, world);
    world.lambda.putFunction({
      name: ref,
      arn: attributes.Arn!,
      handler: given.Handler,
      runtime: given.Runtime,
      codeDirectory: artifact.directory,
      codeSha256: artifact.sha256,
      codeBytes: artifact.bytes,
      role,
      memoryMb: given.MemorySize,
      timeoutSeconds: given.Timeout,
      ephemeralStorageMb: given.EphemeralStorage.Size,
      environment: given.Environment?.Variables ?? {},
      architecture: given.Architectures[0]!,
      description: given.Description,
      logFormat: given.LoggingConfig?.LogFormat ?? 'Text',
      ...(given.LoggingConfig?.ApplicationLogLevel && { logLevel: given.LoggingConfig.ApplicationLogLevel }),
      ...(given.LoggingConfig?.SystemLogLevel && { systemLogLevel: given.LoggingConfig.SystemLogLevel }),
      logGroup: given.LoggingConfig?.LogGroup ?? `/aws/lambda/${ref}`,
      lastModified: new Date().toISOString().replace('Z', '+0000'),
      ...(given.ReservedConcurrentExecutions !== undefined && {
        reservedConcurrency: given.ReservedConcurrentExecutions,
      }),
      ...(given.DeadLetterConfig?.TargetArn && { deadLetterQueueArn: given.DeadLetterConfig.TargetArn }),
    });
  },
  remove({ ref }, { lambda }) {
    return lambda.removeFunction(ref);
  },
});

function readCode({ stack, properties: { Code } }: Planned<Properties>, world: World): Promise<Uint8Array> {
  if ('S3Key' in Code) return world.readArtifact(stack, Code.S3Bucket, Code.S3Key);
  return Promise.resolve(zipSync({ 'index.js': Buffer.from(Code.ZipFile) }));
}

function demandRole({ stack, logicalId, properties: { Role } }: Planned<Properties>, { access }: World) {
  const where = { stack, resource: logicalId, property: 'Role' };
  const role = access.roleByArn(Role);
  if (!role) throw new DeployError('unknown-reference', `There is no role ${Role}`, where);
  const request = {
    principal: { service: 'lambda.amazonaws.com' },
    action: 'sts:AssumeRole',
    resource: role.arn,
  };
  if (decide(role.assumeRolePolicy.Statement, request) !== 'allow') {
    throw new DeployError(
      'bad-property',
      'The role defined for the function cannot be assumed by Lambda.',
      where,
    );
  }
  return role;
}

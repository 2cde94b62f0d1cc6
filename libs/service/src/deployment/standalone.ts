import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { BadOptions, type Converter, parseOptions, type SharedOptions } from '@tributary/codec';
import { allExtensionsOf } from '../places.ts';
import { bucketResources, type Resource } from './bucket.ts';
import { companionLifecycle } from './companion-lifecycle.ts';
import { type ExportedOutput, serviceExports } from './exports.ts';
import { dataGrants, keyGrant, needsOf, type Statement } from './grants.ts';
import { handoverGrant, handoverRule } from './handover-rule.ts';
import { paramNames, readParams, refuseLoop, type StandaloneParams } from './params.ts';
import { type Source, sourceRule } from './source-rule.ts';

export { paramNames } from './params.ts';

/** Characters of an IAM role's name. */
const maxRoleName = 64;

/** What Serverless hands to a function exported by a file of `${file(...)}`. */
export interface Framework {
  resolveVariable(address: string): Promise<unknown>;
}

/** The parts of a serverless.yml that depend on params. */
export interface Deployment {
  statements: Statement[];
  resources: { Resources: Record<string, Resource>; Outputs?: Record<string, ExportedOutput> };
}

/**
 * Wires a service to a source of its own, from its params: rule, queue, grants and, if asked for, buckets. Options are
 * checked by the converter's own schema, so a mistake is found before anything is deployed.
 * @param functionId logical id of the function in the template
 * @param optionFiles options that may come in files of their own, each by a param of its name
 * @throws {BadOptions}
 * @example
 * ```js
 * // ${file(./deployment.cjs):statements}
 * module.exports = async (framework) => standalone(fixedWidthToTsv, framework, { optionFiles: ['layout'] });
 * ```
 */
export async function standalone<Options extends SharedOptions>(
  converter: Converter<Options>,
  framework: Framework,
  {
    optionFiles = [],
    functionId = 'ConvertLambdaFunction',
  }: { optionFiles?: readonly string[]; functionId?: string } = {},
): Promise<Deployment> {
  const names = paramNames(optionFiles);
  const values = await Promise.all(names.map((name) => framework.resolveVariable(`param:${name}, ''`)));
  const bus = await framework.resolveVariable('self:custom.busArn');
  const stage = String(await framework.resolveVariable('sls:stage'));
  const role = await framework.resolveVariable("self:provider.iam.role.name, ''");
  const defaults = (await framework.resolveVariable('self:params.default')) as object;
  const flags = [(await framework.resolveVariable("opt:param, ''")) as string | string[]].flat();
  const given = Object.fromEntries(names.map((name, index) => [name, values[index]]));
  try {
    checkRoleName(role);
    refuseUnknownParams(flags, [...names, ...Object.keys(defaults)]);
    const { statements, resources } = wire(converter, given, { bus, functionId, optionFiles });
    const Outputs = serviceExports(stage, converter.name, functionId);
    return { statements, resources: { ...resources, Outputs } };
  } catch (error) {
    // Serverless prints the stack of what it does not know: the user's mistake is in the params, not in there.
    if (error instanceof BadOptions) error.stack = `${error.code}: ${error.message}`;
    throw error;
  }
}

/** Serverless takes any name: a misspelt one would leave a param out, and with it the rule of a running service. */
export function refuseUnknownParams(flags: readonly string[], known: readonly string[]): void {
  const unknown = flags
    .map((flag) => flag.split('=')[0]!)
    .filter((name) => name !== '' && !known.includes(name));
  if (unknown.length === 0) return;
  throw new BadOptions({
    code: 'unknown-params',
    what: `There is no param ${unknown.join(', ')}`,
    expected: [...known].sort().join(', '),
  });
}

/** IAM says no only in the midst of a deployment. */
function checkRoleName(name: unknown): void {
  if (typeof name !== 'string' || name.length <= maxRoleName) return;
  throw new BadOptions({
    code: 'role-name-too-long',
    what: `IAM does not take the name of the role, ${name}: a shorter --stage helps`,
    expected: `<= ${maxRoleName} characters`,
    got: `${name.length} characters`,
  });
}

/** The pure part of `standalone`, but for reading the options file. */
export function wire<Options extends SharedOptions>(
  converter: Converter<Options>,
  given: Record<string, unknown>,
  { bus, functionId, optionFiles }: { bus: unknown; functionId: string; optionFiles?: readonly string[] },
): Deployment {
  const statements: Statement[] = [
    { Effect: 'Allow', Action: ['events:PutEvents'], Resource: [bus] },
    ...(converter.resumes ? [handoverGrant(converter.name)] : []),
  ];
  const handovers = converter.resumes ? handoverRule(functionId, converter.name) : {};
  const params = readParams(given, optionFiles);
  if (params === undefined) return { statements, resources: { Resources: handovers } };

  const options = readOptions(params);
  const parsed = parseOptions(converter, options);
  refuseLoop(params, allExtensionsOf(converter, parsed));

  const { sourceBucket, sourcePrefix, outputBucket, outputPrefix } = params;
  const target = { bucket: outputBucket, prefix: outputPrefix };
  const envelope = {
    chain: params.chain || converter.name,
    step: 'convert',
    options,
    output: target,
    source: { prefix: sourcePrefix },
  };
  return {
    statements: [
      ...statements,
      ...dataGrants({ bucket: sourceBucket, prefix: sourcePrefix }, target, needsOf(converter, parsed)),
      ...(params.kmsKey === '' ? [] : [keyGrant(params.kmsKey)]),
    ],
    resources: {
      Resources: {
        ...bucketsOf(params),
        ...handovers,
        ...sourceRule(functionId, sourceOf(params, bus), envelope),
      },
    },
  };
}

function bucketsOf(params: StandaloneParams): Record<string, Resource> {
  const { createBuckets, sourceBucket, outputBucket, outputPrefix, quarantineDays, kmsKey } = params;
  if (!createBuckets) return {};
  const encrypted = kmsKey === '' ? {} : { kmsKey };
  const written = { ...encrypted, lifecycleRules: companionLifecycle([outputPrefix], { quarantineDays }) };
  if (outputBucket === sourceBucket) return bucketResources('SourceBucket', sourceBucket, written);
  return {
    ...bucketResources('SourceBucket', sourceBucket, encrypted),
    ...bucketResources('OutputBucket', outputBucket, written),
  };
}

function sourceOf(params: StandaloneParams, bus: unknown): Source {
  const { after, sourceBucket: bucket, sourcePrefix: prefix, sourceSuffixes: suffixes } = params;
  if (after === '') return { bucket, prefix, suffixes };
  const [chain, step] = after.split('/') as [string, string];
  return { chain, step, bus };
}

/** A file of one option holds it by itself, or in an options file. */
function readOptions({ options, optionFiles }: StandaloneParams): Record<string, unknown> {
  const read = options === '' ? {} : readJson('options', options);
  for (const [name, path] of Object.entries(optionFiles)) {
    if (path === '') continue;
    const given = readJson(name, path);
    Object.assign(read, name in given ? given : { [name]: given });
  }
  return read;
}

/** A path is taken relative to where the command was given, then to the service. */
function readJson(param: string, path: string): Record<string, unknown> {
  const from = [process.env.INIT_CWD, process.env.NX_WORKSPACE_ROOT, process.cwd()];
  const tried = [
    ...new Set(from.filter((folder) => folder !== undefined).map((folder) => resolve(folder, path))),
  ];
  const file = tried.find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new BadOptions({
      code: 'no-such-file',
      what: `The file of --param=${param} is not there`,
      expected: tried.join(' or '),
    });
  }
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
    throw new SyntaxError('it holds no JSON object');
  } catch (error) {
    throw new BadOptions({
      code: 'invalid-json',
      what: `The file of --param=${param} cannot be read: ${(error as Error).message}`,
      got: file,
    });
  }
}

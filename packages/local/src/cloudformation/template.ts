import * as z from 'zod';
import { DeployError, messageOf } from '../errors.ts';
import { lineOf, showPath } from './template-lines.ts';

const parameterTypes = [
  'String',
  'Number',
  'CommaDelimitedList',
  'List<Number>',
  'AWS::SSM::Parameter::Name',
  'AWS::SSM::Parameter::Value<String>',
  'AWS::SSM::Parameter::Value<List<String>>',
  'AWS::SSM::Parameter::Value<CommaDelimitedList>',
] as const;

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const parameterSchema = z.strictObject({
  Type: z.enum(parameterTypes),
  Default: scalar.optional(),
  Description: z.string().optional(),
  AllowedValues: z.array(scalar).optional(),
  AllowedPattern: z.string().optional(),
  ConstraintDescription: z.string().optional(),
  MinLength: z.coerce.number().optional(),
  MaxLength: z.coerce.number().optional(),
  MinValue: z.coerce.number().optional(),
  MaxValue: z.coerce.number().optional(),
  NoEcho: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
});

const deletionPolicy = z.enum(['Delete', 'Retain', 'RetainExceptOnCreate']);
const replacePolicy = z.enum(['Delete', 'Retain']);
export type DeletionPolicy = z.infer<typeof deletionPolicy>;
export type ReplacePolicy = z.infer<typeof replacePolicy>;

const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
  Condition: z.string().optional(),
  DeletionPolicy: deletionPolicy.default('Delete'),
  UpdateReplacePolicy: replacePolicy.default('Delete'),
  Metadata: z.unknown().optional(),
});

const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z.record(z.string(), parameterSchema).default({}),
  Mappings: z
    .record(z.string(), z.record(z.string(), z.record(z.string(), z.union([scalar, z.array(scalar)]))))
    .default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(
    z.string().regex(/^[A-Za-z0-9]+$/, 'Logical ids are letters and digits'),
    resourceSchema,
  ),
  Outputs: z
    .record(
      z.string(),
      z.strictObject({
        Value: z.unknown(),
        Description: z.string().optional(),
        Condition: z.string().optional(),
        Export: z.strictObject({ Name: z.unknown() }).optional(),
      }),
    )
    .default({}),
});

export type TemplateParameter = z.infer<typeof parameterSchema>;
export type TemplateResource = z.infer<typeof resourceSchema>;

/** A template that has the right outer shape; its text stays with it for line numbers. */
export interface Template extends z.infer<typeof templateSchema> {
  text: string;
}

/** @throws DeployError `template-unreadable`, `template-invalid` */
export function parseTemplate(text: string, stack: string): Template {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    const hint = /^\s*[A-Za-z#-]/.test(text)
      ? ': YAML is not there, give the JSON that `serverless package` wrote'
      : '';
    throw new DeployError('template-unreadable', `The template is no JSON${hint} (${messageOf(error)})`, {
      stack,
    });
  }
  refuseLoops(raw, text, stack);
  const parsed = templateSchema.safeParse(raw, { reportInput: true });
  if (parsed.success) return { ...parsed.data, text };
  throw refusal(parsed.error, { text, stack, code: 'template-invalid', prefix: [] });
}

/** `Fn::ForEach::<name>` stands where a logical id would. @throws DeployError `unknown-intrinsic` */
function refuseLoops(raw: unknown, text: string, stack: string): void {
  for (const section of ['Resources', 'Conditions', 'Outputs']) {
    const entries = (raw as Record<string, object | undefined> | null)?.[section] ?? {};
    const loop = Object.keys(entries).find((key) => key.startsWith('Fn::ForEach'));
    if (loop === undefined) continue;
    const line = lineOf(text, [section, loop]);
    throw new DeployError('unknown-intrinsic', 'Fn::ForEach is not there in the local AWS', {
      stack,
      property: showPath([section, loop]),
      ...(line !== undefined && { line }),
    });
  }
}

/** The first issue of a schema, as a refusal that says where in the template. */
export function refusal(
  error: z.ZodError,
  at: { text: string; stack: string; code: string; prefix: PropertyKey[]; resource?: string; type?: string },
): DeployError {
  const issue = deepest(error.issues);
  const unknown = issue.code === 'unrecognized_keys';
  const path = unknown ? [...issue.path, issue.keys[0]!] : issue.path;
  const line = lineOf(at.text, [...at.prefix, ...path]);
  const subject = at.type ? `${at.type}.${showPath(path)}` : showPath(path);
  const what = unknown
    ? `${subject} is not there in the local AWS`
    : `${subject}: ${messageOfIssue(issue)}${gotOf(issue)}`;
  const resource = at.resource ?? (path[0] === 'Resources' && path.length > 1 ? String(path[1]) : undefined);
  return new DeployError(unknown && at.type ? 'unknown-property' : at.code, what, {
    stack: at.stack,
    ...(resource && { resource }),
    property: showPath(path),
    ...(line !== undefined && { line }),
  });
}

function messageOfIssue(issue: z.core.$ZodIssue): string {
  return (issue.code === 'invalid_key' && issue.issues[0]?.message) || issue.message;
}

/** `; got ...`, where what was given is short enough to say. */
function gotOf({ input }: z.core.$ZodIssue): string {
  if (typeof input !== 'string' && typeof input !== 'number' && typeof input !== 'boolean') return '';
  const text = JSON.stringify(input);
  return text.length > 200 ? '' : `; got ${text}`;
}

// A union reports one issue whose branches hold the real ones; the branch that got furthest is the one that was meant.
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const issue = issues[0]!;
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const branches = issue.errors.filter((branch) => branch.length > 0).map((branch) => deepest(branch));
  const best = branches.reduce<z.core.$ZodIssue | undefined>(
    (longest, one) => (!longest || one.path.length > longest.path.length ? one : longest),
    undefined,
  );
  if (!best || (best.path.length === 0 && best.code !== 'unrecognized_keys')) return issue;
  return { ...best, path: [...issue.path, ...best.path] } as z.core.$ZodIssue;
}

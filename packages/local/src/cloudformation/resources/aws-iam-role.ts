import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type PolicyDocument, policyDocumentSchema } from '../../iam/policy.ts';
import { defineKind, integer, tags, text } from '../resource-kind.ts';

const basicExecution = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

const properties = z.strictObject({
  RoleName: text()
    .pipe(z.string().regex(/^[\w+=,.@-]{1,64}$/))
    .optional(),
  Path: text().default('/'),
  Description: text().optional(),
  AssumeRolePolicyDocument: policyDocumentSchema,
  Policies: z.array(z.strictObject({ PolicyName: text(), PolicyDocument: policyDocumentSchema })).default([]),
  // Grants the writing of logs, which needs no grant here.
  ManagedPolicyArns: z.array(z.literal(basicExecution)).optional(),
  MaxSessionDuration: integer(3600, 43_200).optional(),
  Tags: tags(),
});

function roleId(arn: string): string {
  return `AROA${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`;
}

export const iamRole = defineKind<z.infer<typeof properties>>({
  type: 'AWS::IAM::Role',
  properties,
  identify({ RoleName, Path }, { place, generate }) {
    const name = RoleName ?? generate(64);
    const arn = `arn:${place.partition}:iam::${place.accountId}:role${Path}${name}`;
    return { ref: name, attributes: { Arn: arn, RoleId: roleId(arn) } };
  },
  put({ ref, attributes, properties: { AssumeRolePolicyDocument, Policies } }, { access }, previous) {
    const own = new Map<string, PolicyDocument>(
      Policies.map((policy) => [policy.PolicyName, policy.PolicyDocument]),
    );
    // Policies that AWS::IAM::Policy attached stay; inline ones of the last version go.
    const dropped = new Set(previous?.properties.Policies.map((policy) => policy.PolicyName));
    for (const [name, document] of access.roles.get(ref)?.policies ?? []) {
      if (!dropped.has(name) && !own.has(name)) own.set(name, document);
    }
    const role = access.roles.get(ref) ?? { name: ref, arn: attributes.Arn!, id: attributes.RoleId! };
    access.roles.set(ref, Object.assign(role, { policies: own, assumeRolePolicy: AssumeRolePolicyDocument }));
  },
  remove({ ref }, { access }) {
    access.roles.delete(ref);
  },
});

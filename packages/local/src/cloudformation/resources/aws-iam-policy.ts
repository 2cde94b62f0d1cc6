import * as z from 'zod';
import { DeployError } from '../../errors.ts';
import { policyDocumentSchema } from '../../iam/policy.ts';
import { defineKind, text } from '../resource-kind.ts';

const properties = z.strictObject({
  PolicyName: text().pipe(z.string().min(1).max(128)),
  PolicyDocument: policyDocumentSchema,
  Roles: z.array(text()).min(1),
});

export const iamPolicy = defineKind<z.infer<typeof properties>>({
  type: 'AWS::IAM::Policy',
  properties,
  identify({ PolicyName }, { generate }) {
    return { ref: PolicyName, attributes: { Id: generate(64) } };
  },
  put({ stack, logicalId, properties: { PolicyName, PolicyDocument, Roles } }, { access }, previous) {
    for (const name of previous?.properties.Roles ?? []) access.roles.get(name)?.policies.delete(PolicyName);
    for (const name of Roles) {
      const role = access.roles.get(name);
      if (!role)
        throw new DeployError('unknown-reference', `There is no role ${name}`, {
          stack,
          resource: logicalId,
        });
      role.policies.set(PolicyName, PolicyDocument);
    }
  },
  remove({ properties: { PolicyName, Roles } }, { access }) {
    for (const name of Roles) access.roles.get(name)?.policies.delete(PolicyName);
  },
});

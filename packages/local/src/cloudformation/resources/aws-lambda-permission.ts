import * as z from 'zod';
import type { Statement } from '../../iam/policy.ts';
import { functionNameOf } from '../../lambda/lambda.ts';
import { defineKind, flag, text } from '../resource-kind.ts';

const properties = z.strictObject({
  FunctionName: text(),
  Action: z.enum(['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl', 'lambda:*']),
  Principal: text(),
  SourceArn: text().optional(),
  SourceAccount: text().optional(),
  FunctionUrlAuthType: z.enum(['AWS_IAM', 'NONE']).optional(),
  InvokedViaFunctionUrl: flag().optional(),
});

export const lambdaPermission = defineKind<z.infer<typeof properties>>({
  type: 'AWS::Lambda::Permission',
  properties,
  identify(_properties, { generate }) {
    const id = generate(100);
    return { ref: id, attributes: { Id: id } };
  },
  put({ ref, properties: given }, { lambda }) {
    const name = functionNameOf(given.FunctionName);
    const service = given.Principal.endsWith('.amazonaws.com');
    const statement: Statement = {
      Sid: ref,
      Effect: 'Allow',
      Principal:
        given.Principal === '*' ? '*' : service ? { Service: given.Principal } : { AWS: given.Principal },
      Action: given.Action,
      Resource: lambda.arnOf(name),
      Condition: {
        ...(given.SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': given.SourceArn } }),
        StringEquals: {
          ...(given.SourceAccount !== undefined && { 'AWS:SourceAccount': given.SourceAccount }),
          ...(given.FunctionUrlAuthType && { 'lambda:FunctionUrlAuthType': given.FunctionUrlAuthType }),
        },
        ...(given.InvokedViaFunctionUrl !== undefined && {
          Bool: { 'lambda:InvokedViaFunctionUrl': String(given.InvokedViaFunctionUrl) },
        }),
      },
    };
    lambda.putPermission(name, ref, statement);
  },
  remove({ ref, properties: { FunctionName } }, { lambda }) {
    lambda.putPermission(functionNameOf(FunctionName), ref, undefined);
  },
});

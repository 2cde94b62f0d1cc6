import { createHash } from 'node:crypto';
import * as z from 'zod';
import { urlPrefix } from '../../lambda/function-url.ts';
import { functionNameOf } from '../../lambda/lambda.ts';
import { defineKind, text } from '../resource-kind.ts';

const properties = z.strictObject({
  TargetFunctionArn: text(),
  AuthType: z.enum(['AWS_IAM', 'NONE']),
  InvokeMode: z.literal('BUFFERED', 'Only BUFFERED is there in the local AWS').default('BUFFERED'),
});

export const lambdaUrl = defineKind<z.infer<typeof properties>>({
  type: 'AWS::Lambda::Url',
  properties,
  identify({ TargetFunctionArn }, { place, stack, logicalId }) {
    const id = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 32);
    const url = `${place.endpoint}${urlPrefix}${id}/`;
    return { ref: id, attributes: { FunctionArn: TargetFunctionArn, FunctionUrl: url } };
  },
  put({ ref, attributes, properties: { TargetFunctionArn, AuthType } }, { lambda }) {
    const functionName = functionNameOf(TargetFunctionArn);
    lambda.urls.set(ref, { id: ref, functionName, authType: AuthType, url: attributes.FunctionUrl! });
  },
  remove({ ref }, { lambda }) {
    lambda.urls.delete(ref);
  },
});

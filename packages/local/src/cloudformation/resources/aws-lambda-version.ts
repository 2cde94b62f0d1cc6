import * as z from 'zod';
import { functionNameOf } from '../../lambda/lambda.ts';
import { defineKind, text } from '../resource-kind.ts';

const properties = z.strictObject({
  FunctionName: text(),
  CodeSha256: text().optional(),
  Description: text().optional(),
});

/** Accepted: every version is what `$LATEST` is. */
export const lambdaVersion = defineKind<z.infer<typeof properties>>({
  type: 'AWS::Lambda::Version',
  properties,
  identify({ FunctionName }, { place }) {
    const name = functionNameOf(FunctionName);
    const arn = `arn:${place.partition}:lambda:${place.region}:${place.accountId}:function:${name}:1`;
    return { ref: arn, attributes: { FunctionArn: arn, Version: '1' } };
  },
  put() {},
  remove() {},
});

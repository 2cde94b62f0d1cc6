import * as z from 'zod';
import { functionNameOf } from '../../lambda/lambda.ts';
import { parseArn } from '../../place.ts';
import { defineKind, integer, text } from '../resource-kind.ts';

const destination = (services: string[]) =>
  z
    .strictObject({ Destination: text() })
    .refine(({ Destination }) => services.includes(parseArn(Destination)?.service ?? ''), {
      message: `Only these destinations are there in the local AWS: ${services.join(', ')}`,
      path: ['Destination'],
    });

const properties = z.strictObject({
  FunctionName: text(),
  Qualifier: z.literal('$LATEST', 'Only $LATEST is there in the local AWS'),
  MaximumEventAgeInSeconds: integer(60, 21_600).default(21_600),
  MaximumRetryAttempts: integer(0, 2).default(2),
  DestinationConfig: z
    .strictObject({
      OnSuccess: destination(['events', 'sqs']).optional(),
      OnFailure: destination(['events', 'sqs', 's3']).optional(),
    })
    .default({}),
});

export const lambdaEventInvokeConfig = defineKind<z.infer<typeof properties>>({
  type: 'AWS::Lambda::EventInvokeConfig',
  properties,
  identify(_properties, { generate }) {
    return { ref: generate(100), attributes: {} };
  },
  put({ properties: given }, { lambda }) {
    const { OnSuccess, OnFailure } = given.DestinationConfig;
    lambda.putAsyncConfig(functionNameOf(given.FunctionName), {
      maximumEventAgeSeconds: given.MaximumEventAgeInSeconds,
      maximumRetryAttempts: given.MaximumRetryAttempts,
      ...(OnSuccess && { onSuccess: OnSuccess.Destination }),
      ...(OnFailure && { onFailure: OnFailure.Destination }),
    });
  },
  remove({ properties: { FunctionName } }, { lambda }) {
    lambda.putAsyncConfig(functionNameOf(FunctionName), undefined);
  },
});

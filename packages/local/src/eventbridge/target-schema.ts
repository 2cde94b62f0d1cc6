import { compileTargetInput, type TargetInput } from '@tributary/events/target-input';
import * as z from 'zod';
import { messageOf } from '../errors.ts';
import { parseArn } from '../place.ts';
import { defaultRetryPolicy, type Target } from './event-bus.ts';

/** Only these kinds of target are there. */
const targetServices = new Set(['lambda', 'sqs', 'events']);

/** A rule's target, as PutTargets and AWS::Events::Rule both write it. What only other kinds of target know is refused. */
export const targetSchema = z
  .strictObject({
    Id: z.string().min(1).max(64),
    Arn: z.string().min(1).max(1600),
    RoleArn: z.string().optional(),
    Input: z.string().max(8192).optional(),
    InputPath: z.string().max(256).optional(),
    InputTransformer: z
      .strictObject({
        InputPathsMap: z.record(z.string(), z.string()).optional(),
        InputTemplate: z.string().min(1).max(8192),
      })
      .optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
    RetryPolicy: z
      .strictObject({
        MaximumRetryAttempts: z.coerce.number().int().min(0).max(185).optional(),
        MaximumEventAgeInSeconds: z.coerce.number().int().min(60).max(86_400).optional(),
      })
      .optional(),
  })
  .superRefine((target, context) => {
    const service = parseArn(target.Arn)?.service;
    const refuse = (member: string, message: string) =>
      context.addIssue({ code: 'custom', path: [member], message });
    if (!service || !targetServices.has(service))
      refuse('Arn', `Targets of this kind are not there in the local AWS: ${target.Arn}`);
    if (service === 'events' && target.RoleArn === undefined)
      refuse('RoleArn', 'RoleArn is required for the target that is an event bus');
    try {
      compileTargetInput(inputOf(target));
    } catch (error) {
      refuse('InputTransformer', messageOf(error));
    }
  });

export type TargetDescription = z.infer<typeof targetSchema>;

/** The target for a rule, its input compiled. @throws InvalidTargetInput */
export function targetOf(described: TargetDescription): Target {
  const { Id, Arn, RoleArn, DeadLetterConfig, RetryPolicy } = described;
  return {
    id: Id,
    arn: Arn,
    ...(RoleArn !== undefined && { roleArn: RoleArn }),
    ...(DeadLetterConfig && { deadLetterArn: DeadLetterConfig.Arn }),
    retryPolicy: {
      maximumRetryAttempts: RetryPolicy?.MaximumRetryAttempts ?? defaultRetryPolicy.maximumRetryAttempts,
      maximumEventAgeSeconds:
        RetryPolicy?.MaximumEventAgeInSeconds ?? defaultRetryPolicy.maximumEventAgeSeconds,
    },
    described,
    render: compileTargetInput(inputOf(described)),
  };
}

// zod's optional members may be undefined, the renderer's are absent or there.
function inputOf({ Id, Input, InputPath, InputTransformer }: Omit<TargetDescription, 'Arn'>): TargetInput {
  return {
    Id,
    ...(Input !== undefined && { Input }),
    ...(InputPath !== undefined && { InputPath }),
    ...(InputTransformer && {
      InputTransformer: {
        InputTemplate: InputTransformer.InputTemplate,
        ...(InputTransformer.InputPathsMap && { InputPathsMap: InputTransformer.InputPathsMap }),
      },
    }),
  };
}

import type { Resource } from './bucket.ts';
import { undeliveredQueueId } from './undelivered-queue.ts';

/** For how long, and how often, EventBridge tries to hand an event to Lambda before it goes to the queue. */
const retryPolicy = { MaximumEventAgeInSeconds: 24 * 3_600, MaximumRetryAttempts: 185 };

/** What a target is given instead of the event. */
export type TargetInput = { InputTransformer: { InputTemplate: unknown } } | { InputPath: string };

/** A function as the target of a rule whose template has an `undeliveredQueue`. */
export function ruleTarget(id: string, functionArn: unknown, input: TargetInput) {
  return {
    Id: id,
    Arn: functionArn,
    ...input,
    RetryPolicy: retryPolicy,
    DeadLetterConfig: { Arn: { 'Fn::GetAtt': [undeliveredQueueId, 'Arn'] } },
  };
}

/** Lets one rule, and nothing else, wake a function. */
export function rulePermission(functionArn: unknown, ruleId: string): Resource {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: functionArn,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
    },
  };
}

/** Serverless looks for its own variables in whatever it is handed: a JSON escape hides them from it. */
export function hideVariables(template: string): string {
  return template.replaceAll('${', '\\u0024{');
}

import { accountArn } from './account-arn.ts';
import type { Resource } from './bucket.ts';

/** Logical id of the queue in every template that has rules. */
export const undeliveredQueueId = 'UndeliveredQueue';
/** What rules wait for. */
export const undeliveredQueuePolicyId = 'UndeliveredQueuePolicy';

/** The queue for events that could not be handed to their function, and its policy: only rules of this account write to it. */
export function undeliveredQueue(): Record<string, Resource> {
  // The rules wait for the queue's policy, so that one cannot name them by their ARNs.
  const anyRule = accountArn('events', 'rule/*');
  return {
    [undeliveredQueueId]: {
      Type: 'AWS::SQS::Queue',
      Properties: { MessageRetentionPeriod: 14 * 24 * 3_600, SqsManagedSseEnabled: true },
    },
    [undeliveredQueuePolicyId]: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: undeliveredQueueId }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'RulesOfThisAccount',
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: { 'Fn::GetAtt': [undeliveredQueueId, 'Arn'] },
              Condition: { ArnLike: { 'aws:SourceArn': anyRule } },
            },
          ],
        },
      },
    },
  };
}

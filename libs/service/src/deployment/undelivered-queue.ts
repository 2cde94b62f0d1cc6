import type { Resource } from './bucket.ts';

/** Logical id of the queue in every template that has rules. */
export const undeliveredQueueId = 'UndeliveredQueue';
/** What rules wait for. */
export const undeliveredQueuePolicyId = 'UndeliveredQueuePolicy';

/** The queue for events that could not be handed to their function, and its policy: only rules of this account write to it. */
export function undeliveredQueue(): Record<string, Resource> {
  // The rules wait for the queue's policy, so that one cannot name them by their ARNs.
  const [partition, region, account] = ['Partition', 'Region', 'AccountId'].map((name) => ({
    Ref: `AWS::${name}`,
  }));
  const anyRule = { 'Fn::Join': [':', ['arn', partition, 'events', region, account, 'rule/*']] };
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

import { ownSource, workHandedOver } from '@tributary/events';
import { accountArn } from './account-arn.ts';
import type { Resource } from './bucket.ts';
import type { Statement } from './grants.ts';
import { rulePermission, ruleTarget } from './rule-target.ts';
import { undeliveredQueue, undeliveredQueuePolicyId } from './undelivered-queue.ts';

/**
 * What wakes a service to go on with work that would not have ended in one invocation: the rule, its permission, and a queue for
 * what could not be delivered. On the account's own bus, which is there before any other.
 * @param functionId the function's logical id
 */
export function handoverRule(functionId: string, service: string): Record<string, Resource> {
  const functionArn = { 'Fn::GetAtt': [functionId, 'Arn'] };
  return {
    HandoverRule: {
      Type: 'AWS::Events::Rule',
      DependsOn: undeliveredQueuePolicyId,
      Properties: {
        Description: `Work that ${service} hands over to another invocation of itself`,
        EventPattern: workHandedOver(service).pattern(),
        State: 'ENABLED',
        Targets: [ruleTarget('go-on', functionArn, { InputPath: '$.detail.envelope' })],
      },
    },
    HandoverRulePermission: rulePermission(functionArn, 'HandoverRule'),
    ...undeliveredQueue(),
  };
}

/** A service may tell itself what is left to do, and nobody else in its name. */
export function handoverGrant(service: string): Statement {
  return {
    Effect: 'Allow',
    Action: ['events:PutEvents'],
    Resource: [accountArn('events', 'event-bus/default')],
    Condition: { StringEquals: { 'events:source': ownSource(service) } },
  };
}

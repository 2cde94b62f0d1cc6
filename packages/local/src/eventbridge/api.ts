import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type JsonOperation, jsonOperation } from '../http/json-operation.ts';
import type { Access, Identity } from '../iam/access.ts';
import { archiveOperations } from './archive-operations.ts';
import { busOperations } from './bus-operations.ts';
import type { EventBridge } from './event-bridge.ts';
import type { Rule } from './event-bus.ts';
import { page, paged } from './paging.ts';
import { putEvents, putEventsInput } from './put-events.ts';
import { compileMatcher } from './rule-pattern.ts';
import { targetOf, targetSchema } from './target-schema.ts';

const name = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);
const busReference = z.string().min(1).max(1600).default('default');
const ruleReference = z.strictObject({ Name: name, EventBusName: busReference });

/** `X-Amz-Target: AWSEvents.<operation>` */
export function eventBridgeOperations(bridge: EventBridge, access: Access): Record<string, JsonOperation> {
  const { buses } = bridge;
  const demandRule = ({ Name, EventBusName }: z.infer<typeof ruleReference>): Rule => {
    const rule = buses.demand(EventBusName).rules.get(Name);
    if (!rule)
      throw new AwsError(
        'ResourceNotFoundException',
        `Rule ${Name} does not exist on EventBus ${EventBusName}.`,
      );
    return rule;
  };
  /** A rule that may be changed. */
  const demandOwnRule = (reference: z.infer<typeof ruleReference>): Rule => {
    const rule = demandRule(reference);
    refuseManaged(rule);
    return rule;
  };
  const demand = (caller: Identity, action: string, resource: string) =>
    access.demand(caller, { action: `events:${action}`, resource });

  return {
    PutEvents: jsonOperation(putEventsInput, (input, caller) => putEvents(input, caller, bridge, access)),

    TestEventPattern: jsonOperation(
      z.strictObject({ EventPattern: z.string(), Event: z.string() }),
      (input) => ({
        Result: compileMatcher(input.EventPattern)(checkTestEvent(input.Event)),
      }),
    ),

    PutRule: jsonOperation(
      z.strictObject({
        Name: name,
        EventBusName: busReference,
        EventPattern: z.string().max(4096),
        State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
        Description: z.string().max(512).optional(),
        RoleArn: z.string().optional(),
      }),
      (input, caller) => {
        const bus = buses.demand(input.EventBusName);
        demand(caller, 'PutRule', buses.ruleArn(bus.name, input.Name));
        refuseManaged(bus.rules.get(input.Name));
        const rule = buses.putRule({
          name: input.Name,
          bus: bus.name,
          pattern: input.EventPattern,
          enabled: input.State === 'ENABLED',
          ...(input.Description !== undefined && { description: input.Description }),
        });
        return { RuleArn: rule.arn };
      },
    ),

    DescribeRule: jsonOperation(ruleReference, (input, caller) => {
      const rule = demandRule(input);
      demand(caller, 'DescribeRule', rule.arn);
      return describeRule(rule);
    }),

    ListRules: jsonOperation(
      z.strictObject({ EventBusName: busReference, NamePrefix: z.string().optional(), ...page }),
      (input, caller) => {
        const bus = buses.demand(input.EventBusName);
        demand(caller, 'ListRules', bus.arn);
        const rules = [...bus.rules.values()].filter((rule) => rule.name.startsWith(input.NamePrefix ?? ''));
        return paged('Rules', rules.map(describeRule), input);
      },
    ),

    ListTargetsByRule: jsonOperation(
      z.strictObject({ Rule: name, EventBusName: busReference, ...page }),
      (input, caller) => {
        const rule = demandRule({ Name: input.Rule, EventBusName: input.EventBusName });
        demand(caller, 'ListTargetsByRule', rule.arn);
        return paged(
          'Targets',
          [...rule.targets.values()].map((target) => target.described),
          input,
        );
      },
    ),

    PutTargets: jsonOperation(
      z.strictObject({
        Rule: name,
        EventBusName: busReference,
        Targets: z.array(targetSchema).min(1).max(10),
      }),
      (input, caller) => {
        const rule = demandOwnRule({ Name: input.Rule, EventBusName: input.EventBusName });
        demand(caller, 'PutTargets', rule.arn);
        const added = input.Targets.filter(({ Id }) => !rule.targets.has(Id));
        if (rule.targets.size + added.length > 5) {
          throw new AwsError(
            'LimitExceededException',
            'The requested resource exceeds the maximum number allowed.',
          );
        }
        for (const target of input.Targets) rule.targets.set(target.Id, targetOf(target));
        buses.keepRule(rule);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    ),

    RemoveTargets: jsonOperation(
      z.strictObject({
        Rule: name,
        EventBusName: busReference,
        Ids: z.array(z.string()).min(1).max(100),
        Force: z.boolean().optional(),
      }),
      (input, caller) => {
        const rule = demandOwnRule({ Name: input.Rule, EventBusName: input.EventBusName });
        demand(caller, 'RemoveTargets', rule.arn);
        for (const id of input.Ids) rule.targets.delete(id);
        buses.keepRule(rule);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    ),

    DeleteRule: jsonOperation(ruleReference.extend({ Force: z.boolean().optional() }), (input, caller) => {
      const bus = buses.demand(input.EventBusName);
      demand(caller, 'DeleteRule', buses.ruleArn(bus.name, input.Name));
      refuseManaged(bus.rules.get(input.Name));
      if (bus.rules.get(input.Name)?.targets.size) {
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      }
      buses.removeRule(bus.name, input.Name);
      return {};
    }),

    EnableRule: jsonOperation(ruleReference, (input, caller) => {
      const rule = demandOwnRule(input);
      demand(caller, 'EnableRule', rule.arn);
      rule.enabled = true;
      buses.keepRule(rule);
      return {};
    }),

    DisableRule: jsonOperation(ruleReference, (input, caller) => {
      const rule = demandOwnRule(input);
      demand(caller, 'DisableRule', rule.arn);
      rule.enabled = false;
      buses.keepRule(rule);
      return {};
    }),

    ...busOperations(buses, access),
    ...archiveOperations(bridge, access),
  };
}

function describeRule(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.bus,
    EventPattern: rule.pattern,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    ...(rule.description !== undefined && { Description: rule.description }),
    ...(rule.managedBy !== undefined && { ManagedBy: rule.managedBy }),
  };
}

/** @throws AwsError ManagedRuleException */
function refuseManaged(rule: Rule | undefined): void {
  if (rule?.managedBy === undefined) return;
  throw new AwsError(
    'ManagedRuleException',
    `Rule ${rule.name} is managed by ${rule.managedBy} and cannot be changed or deleted here.`,
  );
}

const requiredFields = ['id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail'];

/** The text itself, once it is known to be a whole event. */
function checkTestEvent(text: string): string {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw new AwsError('ValidationException', 'Parameter Event is not valid. Reason: not valid JSON');
  }
  for (const field of requiredFields) {
    if (typeof event !== 'object' || event === null || !(field in event)) {
      throw new AwsError('ValidationException', `Parameter Event is not valid. Reason: ${field} is required`);
    }
  }
  return text;
}

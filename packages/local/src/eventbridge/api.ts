import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type JsonOperation, jsonOperation } from '../http/json-operation.ts';
import type { Access, Identity } from '../iam/access.ts';
import { compileMatcher, type EventBridge } from './event-bridge.ts';
import type { EventBus, Rule } from './event-bus.ts';
import { putEvents, putEventsInput } from './put-events.ts';
import { targetOf, targetSchema } from './target-schema.ts';

const name = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);
const busReference = z.string().min(1).max(1600).default('default');
const page = { Limit: z.number().int().min(1).max(100).default(100), NextToken: z.string().optional() };
const ruleReference = z.strictObject({ Name: name, EventBusName: busReference });

/** `X-Amz-Target: AWSEvents.<operation>` */
export function eventBridgeOperations(bridge: EventBridge, access: Access): Record<string, JsonOperation> {
  const demandRule = ({ Name, EventBusName }: z.infer<typeof ruleReference>): Rule => {
    const rule = bridge.demandBus(EventBusName).rules.get(Name);
    if (!rule)
      throw new AwsError(
        'ResourceNotFoundException',
        `Rule ${Name} does not exist on EventBus ${EventBusName}.`,
      );
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
        const bus = bridge.demandBus(input.EventBusName);
        demand(caller, 'PutRule', bridge.ruleArn(bus.name, input.Name));
        const rule = bridge.putRule({
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
        const bus = bridge.demandBus(input.EventBusName);
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
        const rule = demandRule({ Name: input.Rule, EventBusName: input.EventBusName });
        demand(caller, 'PutTargets', rule.arn);
        const added = input.Targets.filter(({ Id }) => !rule.targets.has(Id));
        if (rule.targets.size + added.length > 5) {
          throw new AwsError(
            'LimitExceededException',
            'The requested resource exceeds the maximum number allowed.',
          );
        }
        for (const target of input.Targets) rule.targets.set(target.Id, targetOf(target));
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
        const rule = demandRule({ Name: input.Rule, EventBusName: input.EventBusName });
        demand(caller, 'RemoveTargets', rule.arn);
        for (const id of input.Ids) rule.targets.delete(id);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    ),

    DeleteRule: jsonOperation(ruleReference.extend({ Force: z.boolean().optional() }), (input, caller) => {
      const bus = bridge.demandBus(input.EventBusName);
      demand(caller, 'DeleteRule', bridge.ruleArn(bus.name, input.Name));
      if (bus.rules.get(input.Name)?.targets.size) {
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      }
      bus.rules.delete(input.Name);
      return {};
    }),

    EnableRule: jsonOperation(ruleReference, (input, caller) => {
      const rule = demandRule(input);
      demand(caller, 'EnableRule', rule.arn);
      rule.enabled = true;
      return {};
    }),

    DisableRule: jsonOperation(ruleReference, (input, caller) => {
      const rule = demandRule(input);
      demand(caller, 'DisableRule', rule.arn);
      rule.enabled = false;
      return {};
    }),

    DescribeEventBus: jsonOperation(z.strictObject({ Name: busReference }), (input, caller) => {
      const bus = bridge.demandBus(input.Name);
      demand(caller, 'DescribeEventBus', bus.arn);
      return describeBus(bus);
    }),

    ListEventBuses: jsonOperation(
      z.strictObject({ NamePrefix: z.string().optional(), ...page }),
      (input, caller) => {
        demand(caller, 'ListEventBuses', '*');
        const buses = [...bridge.buses.values()].filter((bus) => bus.name.startsWith(input.NamePrefix ?? ''));
        return paged('EventBuses', buses.map(describeBus), input);
      },
    ),
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
  };
}

function describeBus(bus: EventBus) {
  return { Name: bus.name, Arn: bus.arn };
}

function paged<T>(
  member: string,
  all: T[],
  { Limit, NextToken }: { Limit: number; NextToken?: string | undefined },
) {
  const from = NextToken === undefined ? 0 : Number(NextToken);
  if (!Number.isInteger(from)) throw new AwsError('ValidationException', 'Parameter NextToken is not valid.');
  const next = from + Limit;
  return { [member]: all.slice(from, next), ...(next < all.length && { NextToken: String(next) }) };
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

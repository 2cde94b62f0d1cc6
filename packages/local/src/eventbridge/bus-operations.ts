import * as z from 'zod';
import { AwsError, messageOf } from '../errors.ts';
import { type JsonOperation, jsonOperation, parseInput } from '../http/json-operation.ts';
import type { Access, Identity } from '../iam/access.ts';
import { policyDocumentSchema } from '../iam/policy.ts';
import type { Buses } from './buses.ts';
import type { EventBus } from './event-bus.ts';
import { page, paged } from './paging.ts';

const reference = z.string().min(1).max(1600);
const statementId = z.string().regex(/^[a-zA-Z0-9-_]{1,64}$/);
const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional();

const permissionInput = z.strictObject({
  EventBusName: reference.default('default'),
  Action: z.literal('events:PutEvents').optional(),
  Principal: z
    .string()
    .regex(/^(\d{12}|\*)$/)
    .optional(),
  StatementId: statementId.optional(),
  Condition: z.strictObject({ Type: z.string(), Key: z.string(), Value: z.string() }).optional(),
  Policy: z.string().optional(),
});

/** Buses and who may put events on them. */
export function busOperations(buses: Buses, access: Access): Record<string, JsonOperation> {
  const demand = (caller: Identity, action: string, resource: string) =>
    access.demand(caller, { action: `events:${action}`, resource });

  return {
    CreateEventBus: jsonOperation(
      z.strictObject({
        Name: z.string().regex(/^[.\-_A-Za-z0-9]{1,256}$/),
        Description: z.string().max(512).optional(),
        Tags: tags,
      }),
      ({ Name, Description }, caller) => {
        demand(caller, 'CreateEventBus', buses.arn(Name));
        if (buses.get(Name))
          throw new AwsError('ResourceAlreadyExistsException', `Event bus ${Name} already exists.`);
        const bus = buses.create(Name, Description);
        buses.keep(bus);
        return { EventBusArn: bus.arn, ...(Description !== undefined && { Description }) };
      },
    ),

    // Deleting what is not there is no error.
    DeleteEventBus: jsonOperation(z.strictObject({ Name: reference }), ({ Name }, caller) => {
      demand(caller, 'DeleteEventBus', buses.get(Name)?.arn ?? buses.arn(Name));
      buses.remove(buses.get(Name)?.name ?? Name);
      return {};
    }),

    DescribeEventBus: jsonOperation(
      z.strictObject({ Name: reference.default('default') }),
      (input, caller) => {
        const bus = buses.demand(input.Name);
        demand(caller, 'DescribeEventBus', bus.arn);
        return describeBus(bus);
      },
    ),

    ListEventBuses: jsonOperation(
      z.strictObject({ NamePrefix: z.string().optional(), ...page }),
      (input, caller) => {
        demand(caller, 'ListEventBuses', '*');
        const listed = buses.all().filter((bus) => bus.name.startsWith(input.NamePrefix ?? ''));
        return paged('EventBuses', listed.map(describeBus), input);
      },
    ),

    PutPermission: jsonOperation(permissionInput, (input, caller) => {
      const bus = buses.demand(input.EventBusName);
      demand(caller, 'PutPermission', bus.arn);
      if (input.Policy !== undefined) {
        for (const id of [...bus.policies.keys()]) buses.putPermission(bus, id, undefined);
        for (const [index, statement] of parsePolicy(input.Policy).Statement.entries())
          buses.putPermission(bus, policyKey(bus, statement.Sid ?? String(index)), {
            Statement: [statement],
          });
        return {};
      }
      const { Action, Principal, StatementId, Condition } = input;
      if (Action === undefined || Principal === undefined || StatementId === undefined) {
        throw new AwsError(
          'ValidationException',
          'Parameter Action, Principal and StatementId, or Policy, must be provided.',
        );
      }
      const aws = Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` };
      buses.putPermission(bus, policyKey(bus, StatementId), {
        Statement: [
          {
            Sid: StatementId,
            Effect: 'Allow',
            Principal: aws,
            Action,
            Resource: bus.arn,
            ...(Condition && { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
          },
        ],
      });
      return {};
    }),

    RemovePermission: jsonOperation(
      z.strictObject({
        EventBusName: reference.default('default'),
        StatementId: statementId.optional(),
        RemoveAllPermissions: z.boolean().default(false),
      }),
      ({ EventBusName, StatementId, RemoveAllPermissions }, caller) => {
        const bus = buses.demand(EventBusName);
        demand(caller, 'RemovePermission', bus.arn);
        if (bus.policies.size === 0)
          throw new AwsError('ResourceNotFoundException', 'EventBus does not have a policy.');
        const key = policyKey(bus, StatementId ?? '');
        if (!RemoveAllPermissions && !bus.policies.has(key)) {
          throw new AwsError('ResourceNotFoundException', 'Statement with the provided id does not exist.');
        }
        const ids = RemoveAllPermissions ? [...bus.policies.keys()] : [key];
        for (const id of ids) buses.putPermission(bus, id, undefined);
        return {};
      },
    ),
  };
}

/** The same as the Ref of AWS::Events::EventBusPolicy: a statement has one place, whoever made it. */
function policyKey({ name }: EventBus, id: string): string {
  return `${name}|${id}`;
}

function parsePolicy(text: string) {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (error) {
    throw new AwsError('ValidationException', `Parameter Policy is not valid. Reason: ${messageOf(error)}`);
  }
  return parseInput(policyDocumentSchema, policy);
}

function describeBus({ name, arn, description, policies }: EventBus) {
  const Statement = [...policies].flatMap(([id, policy]) =>
    policy.Statement.map((statement) => ({ Sid: id.slice(id.indexOf('|') + 1), ...statement })),
  );
  return {
    Name: name,
    Arn: arn,
    ...(description !== undefined && { Description: description }),
    ...(Statement.length > 0 && { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  };
}

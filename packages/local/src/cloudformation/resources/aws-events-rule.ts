import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import { busNameOf } from '../../eventbridge/buses.ts';
import { compileMatcher } from '../../eventbridge/rule-pattern.ts';
import { targetOf, targetSchema } from '../../eventbridge/target-schema.ts';
import { parseArn } from '../../place.ts';
import { defineKind, text } from '../resource-kind.ts';

/** Only these kinds of target are there. */
const targetServices = new Set(['lambda', 'sqs', 'events']);

const eventPattern = z.record(z.string(), z.unknown()).superRefine((pattern, context) => {
  try {
    compileMatcher(JSON.stringify(pattern));
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
  }
});

const target = targetSchema.superRefine(({ Arn, RoleArn }, context) => {
  const service = parseArn(Arn)?.service;
  if (!service || !targetServices.has(service)) {
    context.addIssue({
      code: 'custom',
      path: ['Arn'],
      message: `Targets of this kind are not there in the local AWS: ${Arn}`,
    });
  }
  if (service === 'events' && RoleArn === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['RoleArn'],
      message: 'RoleArn is required for the target that is an event bus',
    });
  }
});

const properties = z.strictObject({
  Name: text()
    .pipe(z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/))
    .optional(),
  Description: text().optional(),
  EventBusName: text().default('default'),
  EventPattern: eventPattern,
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  RoleArn: text().optional(),
  Targets: z.array(target).max(5).default([]),
  Tags: z.unknown().optional(),
});

export const eventsRule = defineKind<z.infer<typeof properties>>({
  type: 'AWS::Events::Rule',
  properties,
  identify({ Name, EventBusName }, { place, generate }) {
    const name = Name ?? generate(64);
    const bus = busNameOf(EventBusName);
    const scoped = bus === 'default' ? name : `${bus}/${name}`;
    const arn = `arn:${place.partition}:events:${place.region}:${place.accountId}:rule/${scoped}`;
    // On a custom bus Ref is `bus|name`.
    return { ref: bus === 'default' ? name : `${bus}|${name}`, attributes: { Arn: arn } };
  },
  put({ ref, properties: { Description, EventBusName, EventPattern, State, Targets } }, { bridge }) {
    bridge.buses.putTemplateRule(
      {
        name: ref.slice(ref.indexOf('|') + 1),
        bus: busNameOf(EventBusName),
        pattern: JSON.stringify(EventPattern),
        enabled: State === 'ENABLED',
        ...(Description !== undefined && { description: Description }),
      },
      Targets.map(targetOf),
    );
  },
  remove({ ref, properties: { EventBusName } }, { bridge }) {
    bridge.buses.removeRule(busNameOf(EventBusName), ref.slice(ref.indexOf('|') + 1));
  },
});

import * as z from 'zod';
import { busNameOf } from '../../eventbridge/buses.ts';
import { eventPatternSchema } from '../../eventbridge/rule-pattern.ts';
import { targetOf, targetSchema } from '../../eventbridge/target-schema.ts';
import { defineKind, text } from '../resource-kind.ts';

const properties = z.strictObject({
  Name: text()
    .pipe(z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/))
    .optional(),
  Description: text().optional(),
  EventBusName: text().default('default'),
  EventPattern: eventPatternSchema,
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  RoleArn: text().optional(),
  Targets: z.array(targetSchema).max(5).default([]),
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

import * as z from 'zod';
import { defineKind, tags, text } from '../resource-kind.ts';

const properties = z.strictObject({
  Name: text().pipe(
    z
      .string()
      .regex(/^[/.\-_A-Za-z0-9]{1,256}$/)
      .refine((name) => name !== 'default', 'The default bus is there already'),
  ),
  Description: text().optional(),
  Tags: tags(),
});

export const eventsEventBus = defineKind<z.infer<typeof properties>>({
  type: 'AWS::Events::EventBus',
  properties,
  identify({ Name }, { place }) {
    const arn = `arn:${place.partition}:events:${place.region}:${place.accountId}:event-bus/${Name}`;
    return { ref: Name, attributes: { Arn: arn, Name } };
  },
  put({ ref, properties: { Description } }, { bridge }) {
    bridge.buses.create(ref, Description);
  },
  remove({ ref }, { bridge }) {
    bridge.buses.remove(ref);
  },
});

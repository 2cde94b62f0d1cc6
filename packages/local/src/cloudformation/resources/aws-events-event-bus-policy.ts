import * as z from 'zod';
import { policyDocumentSchema } from '../../iam/policy.ts';
import { defineKind, text } from '../resource-kind.ts';

const statement = policyDocumentSchema.shape.Statement;

const properties = z.strictObject({
  EventBusName: text().default('default'),
  StatementId: text().pipe(z.string().max(64)),
  Statement: statement,
});

export const eventsEventBusPolicy = defineKind<z.infer<typeof properties>>({
  type: 'AWS::Events::EventBusPolicy',
  properties,
  identify({ EventBusName, StatementId }) {
    return { ref: `${EventBusName}|${StatementId}`, attributes: {} };
  },
  put({ ref, properties: { EventBusName, Statement } }, { bridge }) {
    bridge.buses.demand(EventBusName).policies.set(ref, { Statement });
  },
  remove({ ref, properties: { EventBusName } }, { bridge }) {
    bridge.buses.get(EventBusName)?.policies.delete(ref);
  },
});

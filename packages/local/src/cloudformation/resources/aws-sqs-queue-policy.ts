import * as z from 'zod';
import { DeployError } from '../../errors.ts';
import { policyDocumentSchema } from '../../iam/policy.ts';
import { defineKind, text } from '../resource-kind.ts';

const properties = z.strictObject({ Queues: z.array(text()).min(1), PolicyDocument: policyDocumentSchema });

const nameOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);

export const sqsQueuePolicy = defineKind<z.infer<typeof properties>>({
  type: 'AWS::SQS::QueuePolicy',
  properties,
  identify(_properties, { generate }) {
    const id = generate(100);
    return { ref: id, attributes: { Id: id } };
  },
  put({ ref, stack, logicalId, properties: { PolicyDocument, Queues } }, { sqs }, previous) {
    for (const url of previous?.properties.Queues ?? []) sqs.queues.get(nameOf(url))?.policies.delete(ref);
    for (const url of Queues) {
      const queue = sqs.queues.get(nameOf(url));
      if (!queue)
        throw new DeployError('unknown-reference', `There is no queue ${url}`, {
          stack,
          resource: logicalId,
        });
      queue.policies.set(ref, PolicyDocument);
    }
  },
  remove({ ref, properties: { Queues } }, { sqs }) {
    for (const url of Queues) sqs.queues.get(nameOf(url))?.policies.delete(ref);
  },
});

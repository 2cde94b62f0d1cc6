import * as z from 'zod';
import { DeployError } from '../../errors.ts';
import { functionNameOf } from '../../lambda/lambda.ts';
import { parseArn } from '../../place.ts';
import { defineKind, flag, integer, tags, text } from '../resource-kind.ts';

const properties = z
  .strictObject({
    EventSourceArn: text().refine((arn) => parseArn(arn)?.service === 'sqs', {
      message: 'Only queues of SQS are event sources in the local AWS',
    }),
    FunctionName: text(),
    Enabled: flag().default(true),
    BatchSize: integer(1, 10_000).default(10),
    MaximumBatchingWindowInSeconds: integer(0, 300).default(0),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).max(1).default([]),
    ScalingConfig: z.strictObject({ MaximumConcurrency: integer(2, 1000) }).optional(),
    Tags: tags(),
  })
  .refine(({ BatchSize, MaximumBatchingWindowInSeconds: window }) => BatchSize <= 10 || window > 0, {
    message:
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    path: ['MaximumBatchingWindowInSeconds'],
  });

export const lambdaEventSourceMapping = defineKind<z.infer<typeof properties>>({
  type: 'AWS::Lambda::EventSourceMapping',
  properties,
  identify(_properties, { generate }) {
    const id = generate(100);
    return { ref: id, attributes: { Id: id } };
  },
  async put({ ref, stack, logicalId, properties: given }, { lambda, sqs, access, sources }) {
    const where = { stack, resource: logicalId };
    const queue = sqs.byArn(given.EventSourceArn);
    const config = lambda.configOf(functionNameOf(given.FunctionName));
    if (queue === undefined || config === undefined) {
      throw new DeployError('unknown-reference', 'The queue or the function is not there', where);
    }
    for (const action of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
      if (access.roleMay(config.role, { action: `sqs:${action}`, resource: queue.arn })) continue;
      const message = `The function execution role does not have permissions to call ${action} on SQS`;
      throw new DeployError('bad-property', message, where);
    }
    if (queue.settings.visibilityTimeoutSeconds < config.timeoutSeconds) {
      const message = `Queue visibility timeout: ${queue.settings.visibilityTimeoutSeconds} seconds is less than Function timeout: ${config.timeoutSeconds} seconds`;
      throw new DeployError('bad-property', message, where);
    }
    await sources.put(ref, {
      queue,
      functionName: config.name,
      enabled: given.Enabled,
      batchSize: given.BatchSize,
      windowMs: given.MaximumBatchingWindowInSeconds * 1000,
      reportsFailures: given.FunctionResponseTypes.length > 0,
      ...(given.ScalingConfig && { maximumConcurrency: given.ScalingConfig.MaximumConcurrency }),
    });
  },
  remove({ ref }, { sources }) {
    return sources.remove(ref);
  },
});

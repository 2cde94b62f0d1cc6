import * as z from 'zod';
import { defaultQueueSettings } from '../../sqs/queue.ts';
import { defineKind, flag, integer, tags, text } from '../resource-kind.ts';

const redrivePolicy = z.strictObject({ deadLetterTargetArn: text(), maxReceiveCount: integer(1, 1000) });

const properties = z.strictObject({
  QueueName: text()
    .pipe(z.string().regex(/^[A-Za-z0-9_-]{1,80}$/, 'FIFO queues are not there in the local AWS'))
    .optional(),
  DelaySeconds: integer(0, 900).optional(),
  MaximumMessageSize: integer(1024, 1_048_576).optional(),
  MessageRetentionPeriod: integer(60, 1_209_600).optional(),
  ReceiveMessageWaitTimeSeconds: integer(0, 20).optional(),
  VisibilityTimeout: integer(0, 43_200).optional(),
  RedrivePolicy: redrivePolicy.optional(),
  // Accepted without effect.
  RedriveAllowPolicy: z.unknown().optional(),
  SqsManagedSseEnabled: flag().optional(),
  KmsMasterKeyId: text().optional(),
  KmsDataKeyReusePeriodSeconds: integer(60, 86_400).optional(),
  Tags: tags(),
});

export const sqsQueue = defineKind<z.infer<typeof properties>>({
  type: 'AWS::SQS::Queue',
  properties,
  identify({ QueueName }, { place, generate }) {
    const name = QueueName ?? generate(80);
    const url = `${place.endpoint}/${place.accountId}/${name}`;
    const arn = `arn:${place.partition}:sqs:${place.region}:${place.accountId}:${name}`;
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
  async put({ attributes, properties: given }, { sqs }) {
    await sqs.createQueue(attributes.QueueName!, {
      visibilityTimeoutSeconds: given.VisibilityTimeout ?? defaultQueueSettings.visibilityTimeoutSeconds,
      messageRetentionSeconds: given.MessageRetentionPeriod ?? defaultQueueSettings.messageRetentionSeconds,
      delaySeconds: given.DelaySeconds ?? defaultQueueSettings.delaySeconds,
      receiveWaitSeconds: given.ReceiveMessageWaitTimeSeconds ?? defaultQueueSettings.receiveWaitSeconds,
      maximumMessageBytes: given.MaximumMessageSize ?? defaultQueueSettings.maximumMessageBytes,
      ...(given.RedrivePolicy && { redrive: given.RedrivePolicy }),
    });
  },
  remove({ attributes }, { sqs }) {
    return sqs.removeQueue(attributes.QueueName!);
  },
});

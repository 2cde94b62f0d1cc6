import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type JsonOperation, jsonOperation } from '../http/json-operation.ts';
import type { Access, Identity } from '../iam/access.ts';
import { messageAttributesDigest, messageAttributesSchema } from './message-attributes.ts';
import { MessageMoves, messageMoveOperations } from './message-moves.ts';
import { type Message, md5, messageBytes, type Queue } from './queue.ts';
import { redriveOf, type Sqs, statementsOf } from './sqs.ts';

const queueUrl = z.string();
const reference = z.strictObject({ QueueUrl: queueUrl });

const sendFields = {
  MessageBody: z.string().min(1),
  MessageAttributes: messageAttributesSchema.default({}),
  DelaySeconds: z.number().int().min(0).max(900).optional(),
};

/** For all messages of a batch together, as for one. */
const maxBatchBytes = 1_048_576;

function batchOf<S extends z.ZodRawShape>(fields: S) {
  const entry = z.strictObject({ Id: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/), ...fields });
  return z.strictObject({ QueueUrl: queueUrl, Entries: z.array(entry).min(1).max(10) });
}

/** What became of each entry of a batch. @throws AwsError AWS.SimpleQueueService.BatchEntryIdsNotDistinct */
async function eachEntry<E extends { Id: string }>(
  entries: E[],
  run: (entry: E) => unknown,
): Promise<{ Successful: object[]; Failed: object[] }> {
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError(
      'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
      'Two or more batch entries have the same Id.',
    );
  }
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    const { Id } = entry;
    try {
      const result = await run(entry);
      Successful.push({ Id, ...(typeof result === 'object' && result) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

const receiveInput = z.strictObject({
  QueueUrl: queueUrl,
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  VisibilityTimeout: z.number().int().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
  AttributeNames: z.array(z.string()).optional(),
  MessageSystemAttributeNames: z.array(z.string()).optional(),
  MessageAttributeNames: z.array(z.string()).optional(),
});

/** `X-Amz-Target: AmazonSQS.<operation>` */
export function sqsOperations(sqs: Sqs, access: Access): Record<string, JsonOperation> {
  const demandQueue = (url: string, caller: Identity, action: string): Queue => {
    const name = url.slice(url.lastIndexOf('/') + 1);
    const queue = sqs.queues.get(name);
    if (!queue) {
      throw new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.');
    }
    access.demand(caller, { action: `sqs:${action}`, resource: queue.arn }, statementsOf(queue));
    return queue;
  };
  const moves = new MessageMoves(sqs);

  return {
    SendMessage: jsonOperation(
      z.strictObject({ QueueUrl: queueUrl, ...sendFields }),
      async (input, caller) => {
        const queue = demandQueue(input.QueueUrl, caller, 'SendMessage');
        const sent = await queue.send(
          input.MessageBody,
          input.MessageAttributes,
          caller.userId,
          input.DelaySeconds,
        );
        return describeSent(sent);
      },
    ),

    SendMessageBatch: jsonOperation(batchOf(sendFields), async (input, caller) => {
      const queue = demandQueue(input.QueueUrl, caller, 'SendMessage');
      const bytes = input.Entries.reduce(
        (sum, { MessageBody, MessageAttributes }) => sum + messageBytes(MessageBody, MessageAttributes),
        0,
      );
      if (bytes > maxBatchBytes) {
        throw new AwsError(
          'AWS.SimpleQueueService.BatchRequestTooLong',
          `Batch requests cannot be longer than ${maxBatchBytes} bytes. You have sent ${bytes} bytes.`,
        );
      }
      return eachEntry(input.Entries, async ({ MessageBody, MessageAttributes, DelaySeconds }) =>
        describeSent(await queue.send(MessageBody, MessageAttributes, caller.userId, DelaySeconds)),
      );
    }),

    ReceiveMessage: jsonOperation(receiveInput, async (input, caller, aborted) => {
      const queue = demandQueue(input.QueueUrl, caller, 'ReceiveMessage');
      const waitSeconds = input.WaitTimeSeconds ?? queue.settings.receiveWaitSeconds;
      const until = Date.now() + waitSeconds * 1000;
      for (;;) {
        const received = await queue.receive(
          input.MaxNumberOfMessages,
          input.VisibilityTimeout,
          redriveOf(sqs, queue),
        );
        const left = until - Date.now();
        if (received.length > 0 || left <= 0 || aborted.aborted) {
          return received.length === 0
            ? {}
            : { Messages: received.map((one) => describeReceived(one.message, one.receiptHandle, input)) };
        }
        // A hidden message may come back before a new one arrives.
        const pause = Math.max(1, Math.min(left, queue.nextVisibleAt - Date.now()));
        await queue.arrival(AbortSignal.any([aborted, AbortSignal.timeout(pause)]));
      }
    }),

    DeleteMessage: jsonOperation(
      z.strictObject({ QueueUrl: queueUrl, ReceiptHandle: z.string() }),
      async (input, caller) => {
        await demandQueue(input.QueueUrl, caller, 'DeleteMessage').delete(input.ReceiptHandle);
        return {};
      },
    ),

    ChangeMessageVisibility: jsonOperation(
      z.strictObject({
        QueueUrl: queueUrl,
        ReceiptHandle: z.string(),
        VisibilityTimeout: z.number().int().min(0).max(43_200),
      }),
      (input, caller) => {
        const queue = demandQueue(input.QueueUrl, caller, 'ChangeMessageVisibility');
        queue.changeVisibility(input.ReceiptHandle, input.VisibilityTimeout);
        return {};
      },
    ),

    DeleteMessageBatch: jsonOperation(
      batchOf({ ReceiptHandle: z.string() }),
      ({ QueueUrl, Entries }, caller) => {
        const queue = demandQueue(QueueUrl, caller, 'DeleteMessage');
        return eachEntry(Entries, ({ ReceiptHandle }) => queue.delete(ReceiptHandle));
      },
    ),

    ChangeMessageVisibilityBatch: jsonOperation(
      batchOf({ ReceiptHandle: z.string(), VisibilityTimeout: z.number().int().min(0).max(43_200) }),
      ({ QueueUrl, Entries }, caller) => {
        const queue = demandQueue(QueueUrl, caller, 'ChangeMessageVisibility');
        return eachEntry(Entries, ({ ReceiptHandle, VisibilityTimeout }) =>
          queue.changeVisibility(ReceiptHandle, VisibilityTimeout),
        );
      },
    ),

    ListDeadLetterSourceQueues: jsonOperation(reference, (input, caller) => {
      const queue = demandQueue(input.QueueUrl, caller, 'ListDeadLetterSourceQueues');
      return { queueUrls: sqs.sourcesOf(queue).map(({ url }) => url) };
    }),

    ...messageMoveOperations(sqs, access, moves),

    PurgeQueue: jsonOperation(reference, async (input, caller) => {
      await demandQueue(input.QueueUrl, caller, 'PurgeQueue').purge();
      return {};
    }),

    GetQueueUrl: jsonOperation(
      z.strictObject({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().optional() }),
      (input, caller) => ({ QueueUrl: demandQueue(input.QueueName, caller, 'GetQueueUrl').url }),
    ),

    ListQueues: jsonOperation(
      z.strictObject({ QueueNamePrefix: z.string().optional(), MaxResults: z.number().int().optional() }),
      (input, caller) => {
        access.demand(caller, { action: 'sqs:ListQueues', resource: '*' });
        const queues = [...sqs.queues.values()].filter(({ name }) =>
          name.startsWith(input.QueueNamePrefix ?? ''),
        );
        return { QueueUrls: queues.map(({ url }) => url).slice(0, input.MaxResults ?? 1000) };
      },
    ),

    GetQueueAttributes: jsonOperation(
      z.strictObject({ QueueUrl: queueUrl, AttributeNames: z.array(z.string()).default([]) }),
      (input, caller) => {
        const all = describeQueue(demandQueue(input.QueueUrl, caller, 'GetQueueAttributes'));
        if (input.AttributeNames.includes('All')) return { Attributes: all };
        const unknown = input.AttributeNames.find((one) => !(one in all) && !optionalAttributes.has(one));
        if (unknown) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
        return {
          Attributes: Object.fromEntries(
            Object.entries(all).filter(([key]) => input.AttributeNames.includes(key)),
          ),
        };
      },
    ),
  };
}

const optionalAttributes = new Set(['RedrivePolicy', 'Policy']);

function describeQueue(queue: Queue): Record<string, string> {
  const { settings } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  const created = String(Math.floor(queue.createdAt / 1000));
  const policy = [...queue.policies.values()][0];
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    MaximumMessageSize: String(settings.maximumMessageBytes),
    MessageRetentionPeriod: String(settings.messageRetentionSeconds),
    DelaySeconds: String(settings.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitSeconds),
    SqsManagedSseEnabled: 'false',
    ...(settings.redrive && { RedrivePolicy: JSON.stringify(settings.redrive) }),
    ...(policy && { Policy: JSON.stringify(policy) }),
  };
}

function describeSent(message: Message) {
  const digest = messageAttributesDigest(message.attributes);
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5(message.body),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest }),
  };
}

function describeReceived(message: Message, receiptHandle: string, input: z.infer<typeof receiveInput>) {
  const system: Record<string, string> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(message.deadLetterSourceArn !== undefined && {
      DeadLetterQueueSourceArn: message.deadLetterSourceArn,
    }),
  };
  const wanted = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([key]) => wants(input.MessageAttributeNames ?? [], key)),
  );
  const digest = messageAttributesDigest(attributes);
  const shown = Object.fromEntries(
    Object.entries(system).filter(([key]) => wanted.includes('All') || wanted.includes(key)),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(shown).length > 0 && { Attributes: shown }),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest, MessageAttributes: attributes }),
  };
}

/** `All`, `.*`, a name, or a prefix with `.*`. */
function wants(names: string[], key: string): boolean {
  return names.some(
    (one) =>
      one === 'All' ||
      one === '.*' ||
      one === key ||
      (one.endsWith('.*') && key.startsWith(one.slice(0, -2))),
  );
}

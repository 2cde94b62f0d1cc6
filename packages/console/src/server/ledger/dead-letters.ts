import { objectCreated } from '@tributary/events';
import {
  type DeadLetter,
  type DeadLetterQueues,
  type DeadLetters,
  type LedgerEvent,
  readLedgerEvent,
} from '@tributary/events/ledger';
import { notFound } from '../api-error.ts';
import type { Aws } from '../aws-client.ts';
import { listRuleTargets, type RuleTarget, readEnvelopeTemplate } from './step-targets.ts';

const MOST_LETTERS = 100;
/** Messages are out of sight while they are read; they are given back at once. */
const HIDDEN_SECONDS = 30;

interface Message {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, { StringValue?: string }>;
}

/** A letter with what it takes to deliver and delete it. */
export interface HeldLetter {
  letter: DeadLetter;
  handle: string;
  /** ARNs, as EventBridge wrote them to the message. */
  ruleArn?: string;
  targetArn?: string;
}

/** Queues that rules send to what they cannot deliver, and those that are called so. */
export async function listDeadLetterQueues(aws: Aws): Promise<DeadLetterQueues> {
  const { QueueUrls = [] } = await sqs<{ QueueUrls?: string[] }>(aws, 'ListQueues', {});
  const targets = await listRuleTargets(aws);
  const known = new Set(targets.map(({ deadLetterArn }) => deadLetterArn?.split(':').at(-1)));
  const urls = QueueUrls.filter((url) => known.has(nameOf(url)) || /dlq|dead-?letter/i.test(nameOf(url)));
  const queues = await Promise.all(
    urls.map(async (url) => {
      const { Attributes } = await sqs<{ Attributes: Record<string, string> }>(aws, 'GetQueueAttributes', {
        QueueUrl: url,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      });
      const messages =
        Number(Attributes.ApproximateNumberOfMessages ?? 0) +
        Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
      return { name: nameOf(url), url, messages };
    }),
  );
  return { queues: queues.sort((a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1)) };
}

/** The first 100 messages of a queue, which stay there. */
export async function readDeadLetters(aws: Aws, name: string): Promise<DeadLetters> {
  return withLetters(aws, name, async (queue, held) => ({
    queue,
    letters: held.map(({ letter }) => letter),
  }));
}

/** Holds a queue's messages while `use` works with them; those it returns no more are given back. */
export async function withLetters<T>(
  aws: Aws,
  name: string,
  use: (
    queue: DeadLetters['queue'],
    held: HeldLetter[],
    remove: (one: HeldLetter) => Promise<void>,
  ) => Promise<T>,
): Promise<T> {
  const { queues } = await listDeadLetterQueues(aws);
  const queue = queues.find((one) => one.name === name);
  if (queue === undefined) throw notFound(`dead-letter queue ${name}`);
  const [messages, targets] = await Promise.all([receiveAll(aws, queue.url), listRuleTargets(aws)]);
  const held = new Map(messages.map((message) => [message.MessageId, holdMessage(message, targets)]));
  try {
    return await use(queue, [...held.values()], async (one) => {
      await sqs(aws, 'DeleteMessage', { QueueUrl: queue.url, ReceiptHandle: one.handle });
      held.delete(one.letter.id);
    });
  } finally {
    const rest = [...held.values()];
    for (let at = 0; at < rest.length; at += 10)
      await sqs(aws, 'ChangeMessageVisibilityBatch', {
        QueueUrl: queue.url,
        Entries: rest
          .slice(at, at + 10)
          .map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle, VisibilityTimeout: 0 })),
      });
  }
}

async function receiveAll(aws: Aws, url: string): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < MOST_LETTERS) {
    const { Messages = [] } = await sqs<{ Messages?: Message[] }>(aws, 'ReceiveMessage', {
      QueueUrl: url,
      MaxNumberOfMessages: Math.min(10, MOST_LETTERS - messages.length),
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: 0,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    if (Messages.length === 0) break;
    messages.push(...Messages);
  }
  return messages;
}

function holdMessage(message: Message, targets: readonly RuleTarget[]): HeldLetter {
  const { MessageId: id, Body: body, Attributes = {}, ReceiptHandle: handle } = message;
  const attribute = (name: string) => message.MessageAttributes?.[name]?.StringValue;
  const ruleArn = attribute('RULE_ARN');
  const targetArn = attribute('TARGET_ARN');
  const target = targets.find((one) => one.ruleArn === ruleArn && one.arn === targetArn);
  const fixed = readEnvelopeTemplate(target?.template);
  const code = attribute('ERROR_CODE') ?? attribute('ErrorCode');
  const text = attribute('ERROR_MESSAGE') ?? attribute('ErrorMessage');
  const attempts = attribute('RETRY_ATTEMPTS');
  return {
    letter: {
      id,
      sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
      ...(code !== undefined && { code }),
      ...(text !== undefined && { message: text }),
      ...(attempts !== undefined && { attempts: Number(attempts) }),
      ...(ruleArn !== undefined && { rule: ruleArn.split('/').at(-1)! }),
      ...(targetArn !== undefined && { target: targetArn.split(':').slice(6).join(':') || targetArn }),
      ...(fixed && { chain: fixed.chain, step: fixed.step }),
      ...subjectOf(body),
      body,
    },
    handle,
    ...(ruleArn !== undefined && { ruleArn }),
    ...(targetArn !== undefined && { targetArn }),
  };
}

/** Run and object that an event is about. */
function subjectOf(body: string): Pick<DeadLetter, 'runId' | 'object'> {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    return {};
  }
  const created = objectCreated.schema.safeParse(event);
  if (created.success) {
    const { bucket, object } = created.data.detail;
    return { runId: created.data.id, object: { bucket: bucket.name, key: object.key } };
  }
  const known: LedgerEvent | undefined = readLedgerEvent(event);
  if (known === undefined) return {};
  const { runId, input, root } = known;
  return { runId, object: { bucket: (input ?? root).bucket, key: (input ?? root).key } };
}

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

function sqs<T>(aws: Aws, operation: string, input: unknown): Promise<T> {
  return aws.call<T>('sqs', `AmazonSQS.${operation}`, '1.0', input);
}

import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { lineageOf, parseEnvelope } from '@tributary/events';
import type { DeadLetter, DeadLetterQueues, DeadLetters } from '@tributary/events/ledger';
import { isDeadLetterQueue } from './dead-letter-names.ts';
import { ApiError, refuseTooMany } from './request.ts';

type DeadLetterQueue = DeadLetters['queue'];

/** A message in hand, hidden from others until it is let go. */
export interface HeldLetter {
  letter: DeadLetter;
  receiptHandle: string;
}

const maxLetters = 100;
/** As many as SQS hands out at once. */
const batch = 10;
/** Long enough to look at them all; whoever falls in between lets them reappear. */
const hiddenSeconds = 60;

/** The queues of this stage that hold what could not be delivered or handled: by their names. */
export class DeadLetterShelf {
  readonly #sqs: SQSClient;
  readonly #stage: string;

  constructor(sqs: SQSClient, stage: string) {
    this.#sqs = sqs;
    this.#stage = stage;
  }

  async queues(): Promise<DeadLetterQueues> {
    const urls: string[] = [];
    let token: string | undefined;
    do {
      const answer = await this.#sqs.send(
        new ListQueuesCommand({
          QueueNamePrefix: 'tributary-',
          MaxResults: 1000,
          ...(token !== undefined && { NextToken: token }),
        }),
      );
      urls.push(...(answer.QueueUrls ?? []));
      token = answer.NextToken;
    } while (token !== undefined);
    const own = urls.filter((url) => isDeadLetterQueue(nameOf(url), this.#stage));
    return { queues: await Promise.all(own.map((url) => this.#describe(url))) };
  }

  /** @throws {ApiError} `no-such-queue` */
  async letters(name: string): Promise<DeadLetters> {
    const queue = await this.#find(name);
    const held = await this.#hold(queue.url, maxLetters);
    await this.#letGo(queue.url, held);
    return { queue, letters: held.map(({ letter }) => letter) };
  }

  /**
   * Takes messages in hand, a few at a time; `use` says of each whether it is done with and leaves the queue. The others are let
   * go in the end, so that none comes up twice.
   * @param ids only these, wherever in the queue they are
   * @returns those of `ids` that were not there
   * @throws {ApiError} `no-such-queue`; `too-many`, before anything is done, if the queue holds more than `limit`
   */
  async work(
    name: string,
    { ids, limit }: { ids?: readonly string[] | undefined; limit: number },
    use: (letter: DeadLetter) => Promise<boolean>,
  ): Promise<string[]> {
    const { url, messages } = await this.#find(name);
    refuseTooMany(ids?.length ?? messages, limit);
    const wanted = ids && new Set(ids);
    const left: HeldLetter[] = [];
    try {
      for await (const held of this.#take(url)) {
        const chosen = held.filter(({ letter }) => wanted?.has(letter.id) ?? true);
        left.push(...held.filter((one) => !chosen.includes(one)));
        await Promise.all(
          chosen.map(async (one) => {
            wanted?.delete(one.letter.id);
            const done = await use(one.letter);
            if (!done) left.push(one);
            else
              await this.#sqs.send(
                new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: one.receiptHandle }),
              );
          }),
        );
        if (wanted?.size === 0) break;
      }
    } finally {
      await this.#letGo(url, left);
    }
    return [...(wanted ?? [])];
  }

  async #find(name: string): Promise<DeadLetterQueue> {
    const unknown = new ApiError(404, {
      code: 'no-such-queue',
      message: 'There is no such queue of dead letters',
      got: name,
    });
    if (!isDeadLetterQueue(name, this.#stage)) throw unknown;
    try {
      const { QueueUrl } = await this.#sqs.send(new GetQueueUrlCommand({ QueueName: name }));
      return await this.#describe(QueueUrl!);
    } catch (error) {
      if ((error as Error).name === 'QueueDoesNotExist') throw unknown;
      throw error;
    }
  }

  async #describe(url: string): Promise<DeadLetterQueue> {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }),
    );
    return {
      name: nameOf(url),
      url,
      messages: names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0),
    };
  }

  async #hold(url: string, limit: number): Promise<HeldLetter[]> {
    const all: HeldLetter[] = [];
    for await (const held of this.#take(url)) {
      all.push(...held);
      if (all.length >= limit) break;
    }
    return all;
  }

  /** Message after message, each once, until there are no more; they are in hand then. */
  async *#take(url: string): AsyncGenerator<HeldLetter[]> {
    const seen = new Set<string>();
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: batch,
          VisibilityTimeout: hiddenSeconds,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      // Where looking took so long that the first ones are back, all have been seen.
      const fresh = Messages.filter(({ MessageId }) => !seen.has(MessageId!));
      if (fresh.length === 0) return;
      for (const { MessageId } of fresh) seen.add(MessageId!);
      yield fresh.map((message) => ({ letter: letterOf(message), receiptHandle: message.ReceiptHandle! }));
    }
  }

  async #letGo(url: string, held: readonly HeldLetter[]): Promise<void> {
    for (let at = 0; at < held.length; at += batch) {
      const Entries = held.slice(at, at + batch).map(({ receiptHandle }, index) => ({
        Id: `${index}`,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: 0,
      }));
      await this.#sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
    }
  }
}

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

function letterOf({ MessageId, Body = '', Attributes = {}, MessageAttributes = {} }: Message): DeadLetter {
  const attribute = (name: string) => MessageAttributes[name]?.StringValue;
  const code = attribute('ERROR_CODE') ?? attribute('ErrorCode');
  const message = attribute('ERROR_MESSAGE') ?? attribute('ErrorMessage');
  const attempts = attribute('RETRY_ATTEMPTS');
  const rule = attribute('RULE_ARN');
  const target = attribute('TARGET_ARN');
  return {
    id: MessageId!,
    sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    ...(attempts !== undefined && { attempts: Number(attempts) }),
    ...(rule !== undefined && { rule }),
    ...(target !== undefined && { target }),
    ...subjectOf(Body),
    body: Body,
  };
}

/** EventBridge leaves the event itself, Lambda the envelope. */
function subjectOf(body: string): Pick<DeadLetter, 'chain' | 'step' | 'runId' | 'object'> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return {};
  }
  try {
    const envelope = parseEnvelope(value);
    return { chain: envelope.chain, step: envelope.step, ...placeOf(envelope.event) };
  } catch {
    return placeOf(value);
  }
}

function placeOf(event: unknown): Pick<DeadLetter, 'runId' | 'object'> {
  try {
    const { runId, inputs } = lineageOf({ event });
    const [input] = inputs;
    return { runId, ...(input && { object: { bucket: input.bucket, key: input.key } }) };
  } catch {
    return {};
  }
}

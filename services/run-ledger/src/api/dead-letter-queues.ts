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
import { ApiError } from './request.ts';

type DeadLetterQueue = DeadLetters['queue'];

/** A message in hand, hidden from others until it is let go. */
export interface HeldLetter {
  letter: DeadLetter;
  receiptHandle: string;
}

const maxLetters = 100;
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
    const own = urls.filter((url) => this.#isOwn(nameOf(url)));
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
   * Takes messages in hand, one after the other; `use` says whether the message is done with. All others are let go.
   * @throws {ApiError} `no-such-queue`
   */
  async work(name: string, limit: number, use: (letter: DeadLetter) => Promise<boolean>): Promise<void> {
    const { url } = await this.#find(name);
    const held = await this.#hold(url, limit);
    const left: HeldLetter[] = [];
    try {
      for (const one of held) {
        if (await use(one.letter)) {
          await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: one.receiptHandle }));
        } else left.push(one);
      }
    } finally {
      await this.#letGo(url, left);
    }
  }

  #isOwn(name: string): boolean {
    return (
      name.startsWith('tributary-') &&
      name.includes(`-${this.#stage}-`) &&
      /undelivered|dead-?letter/i.test(name)
    );
  }

  async #find(name: string): Promise<DeadLetterQueue> {
    const unknown = new ApiError(404, {
      code: 'no-such-queue',
      message: 'There is no such queue of dead letters',
      got: name,
    });
    if (!this.#isOwn(name)) throw unknown;
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
    const held = new Map<string, HeldLetter>();
    while (held.size < limit) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: Math.min(10, limit - held.size),
          VisibilityTimeout: hiddenSeconds,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      if (Messages.length === 0) break;
      for (const message of Messages) {
        held.set(message.MessageId!, { letter: letterOf(message), receiptHandle: message.ReceiptHandle! });
      }
    }
    return [...held.values()];
  }

  async #letGo(url: string, held: readonly HeldLetter[]): Promise<void> {
    for (let at = 0; at < held.length; at += 10) {
      const Entries = held.slice(at, at + 10).map(({ receiptHandle }, index) => ({
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

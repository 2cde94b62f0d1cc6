import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '../errors.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { Journal } from '../journal.ts';
import type { MessageAttributes } from './message-attributes.ts';

export interface QueueSettings {
  visibilityTimeoutSeconds: number;
  messageRetentionSeconds: number;
  delaySeconds: number;
  receiveWaitSeconds: number;
  maximumMessageBytes: number;
  redrive?: { deadLetterTargetArn: string; maxReceiveCount: number };
}

export const defaultQueueSettings: QueueSettings = {
  visibilityTimeoutSeconds: 30,
  messageRetentionSeconds: 345_600,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  maximumMessageBytes: 1_048_576,
};

export interface Message {
  id: string;
  body: string;
  attributes: MessageAttributes;
  /** Milliseconds since 1970. */
  sentAt: number;
  senderId: string;
  receives: number;
  firstReceivedAt?: number;
  /** The queue it was received from too often. */
  deadLetterSourceArn?: string;
}

export type Received = { message: Message; receiptHandle: string };

/** What is known of a message without reading its file: bodies of many may not fit in memory. */
interface Held {
  id: string;
  sentAt: number;
  receives: number;
  visibleAt: number;
  receiptHandle?: string;
  /** On its way out: nobody may write it again. */
  going?: boolean;
}

/** AWS allows 120,000 in flight; what waits is unlimited there, here it ends where a laptop would. */
const maxMessages = 100_000;

/** One standard queue. Messages lie on disk, one file each, until they are deleted. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly createdAt = Date.now();
  settings: QueueSettings;
  policies = new Map<string, PolicyDocument>();
  #journal: Journal<Message>;
  #held = new Map<string, Held>();
  #arrived = new Set<() => void>();

  private constructor(
    identity: { name: string; arn: string; url: string },
    settings: QueueSettings,
    journal: Journal<Message>,
  ) {
    this.name = identity.name;
    this.arn = identity.arn;
    this.url = identity.url;
    this.settings = settings;
    this.#journal = journal;
  }

  static async open(
    identity: { name: string; arn: string; url: string },
    settings: QueueSettings,
    directory: string,
  ): Promise<Queue> {
    const journal = await Journal.open<Message>(directory);
    const queue = new Queue(identity, settings, journal);
    const found: Held[] = [];
    for await (const [id, { sentAt, receives }] of journal.entries())
      found.push({ id, sentAt, receives, visibleAt: 0 });
    found.sort((a, b) => a.sentAt - b.sentAt);
    for (const held of found) queue.#held.set(held.id, held);
    return queue;
  }

  /** @throws AwsError InvalidParameterValue, OverLimit */
  async send(
    body: string,
    attributes: MessageAttributes,
    senderId: string,
    delaySeconds?: number,
  ): Promise<Message> {
    const bytes = messageBytes(body, attributes);
    if (bytes > this.settings.maximumMessageBytes) {
      throw new AwsError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${this.settings.maximumMessageBytes} bytes.`,
      );
    }
    if (this.#held.size >= maxMessages)
      throw new AwsError('OverLimit', `Queue ${this.name} holds ${maxMessages} messages`, 403);
    const message: Message = {
      id: randomUUID(),
      body,
      attributes,
      sentAt: Date.now(),
      senderId,
      receives: 0,
    };
    await this.put(message, delaySeconds ?? this.settings.delaySeconds);
    return message;
  }

  /** Takes a message as it is, as a redrive does. */
  async put(message: Message, delaySeconds = 0): Promise<void> {
    await this.#journal.write(message.id, message);
    const { id, sentAt, receives } = message;
    this.#held.set(id, { id, sentAt, receives, visibleAt: Date.now() + delaySeconds * 1000 });
    for (const arrived of [...this.#arrived]) arrived();
  }

  /**
   * Up to `max` visible messages, hidden from others for the visibility timeout.
   * @param redrive takes messages that were received too often
   */
  async receive(
    max: number,
    visibilitySeconds = this.settings.visibilityTimeoutSeconds,
    redrive?: (message: Message) => Promise<void>,
  ): Promise<Received[]> {
    const received: Received[] = [];
    while (received.length < max) {
      const next = await this.#hideVisible(max - received.length);
      if (next.length === 0) break;
      // Side by side: each waits for the disk several times.
      const taken = await Promise.all(next.map((held) => this.#take(held, visibilitySeconds, redrive)));
      received.push(...taken.filter((one) => one !== undefined));
    }
    return received;
  }

  /** Hidden before anything of them is awaited: another receiver may be under way. */
  async #hideVisible(max: number): Promise<Held[]> {
    const now = Date.now();
    const hidden: Held[] = [];
    const expired: string[] = [];
    for (const [id, held] of this.#held) {
      if (hidden.length >= max) break;
      if (now - held.sentAt > this.settings.messageRetentionSeconds * 1000) {
        expired.push(id);
        continue;
      }
      if (held.visibleAt > now || held.going) continue;
      held.visibleAt = Number.POSITIVE_INFINITY;
      hidden.push(held);
    }
    await Promise.all(expired.map((id) => this.#discard(id)));
    return hidden;
  }

  async #take(
    held: Held,
    visibilitySeconds: number,
    redrive?: (message: Message) => Promise<void>,
  ): Promise<Received | undefined> {
    const now = Date.now();
    const message = await this.#journal.read(held.id).catch((error: unknown) => {
      held.visibleAt = now;
      throw error;
    });
    if (held.going || this.#held.get(held.id) !== held) return undefined;
    if (!message) {
      this.#held.delete(held.id);
      return undefined;
    }
    const limit = this.settings.redrive?.maxReceiveCount;
    if (redrive && limit !== undefined && held.receives >= limit) {
      await this.#move(held, () => redrive({ ...message, deadLetterSourceArn: this.arn }));
      return undefined;
    }
    held.receives = ++message.receives;
    message.firstReceivedAt ??= now;
    held.visibleAt = now + visibilitySeconds * 1000;
    const receiptHandle = Buffer.from(`${held.id} ${randomUUID()}`).toString('base64');
    held.receiptHandle = receiptHandle;
    await this.#journal.write(held.id, message);
    return { message, receiptHandle };
  }

  /** Resolves when a message arrives, or to false when `stop` is aborted. */
  arrival(stop: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (value: boolean) => {
        this.#arrived.delete(onArrival);
        stop.removeEventListener('abort', onStop);
        resolve(value);
      };
      const onArrival = () => settle(true);
      const onStop = () => settle(false);
      if (stop.aborted) return resolve(false);
      this.#arrived.add(onArrival);
      stop.addEventListener('abort', onStop);
    });
  }

  /** When the next hidden or delayed message becomes visible, in milliseconds since 1970. */
  get nextVisibleAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { visibleAt, going } of this.#held.values()) if (!going) next = Math.min(next, visibleAt);
    return next;
  }

  /** Deleting what is gone already is no error; a handle of another queue is. @throws AwsError ReceiptHandleIsInvalid */
  async delete(receiptHandle: string): Promise<void> {
    const held = this.#byHandle(receiptHandle);
    if (held) await this.#discard(held.id);
  }

  /** @throws AwsError ReceiptHandleIsInvalid */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const held = this.#byHandle(receiptHandle);
    if (!held) return;
    held.visibleAt = Date.now() + seconds * 1000;
    for (const arrived of [...this.#arrived]) arrived();
  }

  /** Takes one message that nobody has in hand out of the queue, for `move`; undefined if there is none left. */
  async moveOne(move: (message: Message) => Promise<void>): Promise<Message | undefined> {
    const now = Date.now();
    for (const [id, held] of this.#held) {
      if (held.visibleAt > now || held.going) continue;
      held.visibleAt = Number.POSITIVE_INFINITY;
      const message = await this.#journal.read(id).catch((error: unknown) => {
        held.visibleAt = now;
        throw error;
      });
      if (!message || held.going) continue;
      await this.#move(held, () => move(message));
      return message;
    }
    return undefined;
  }

  /** There before it is gone here: a kill in between leaves a message in both queues, never in none. */
  async #move(held: Held, move: () => Promise<void>): Promise<void> {
    try {
      await move();
    } catch (error) {
      held.visibleAt = 0;
      throw error;
    }
    await this.#discard(held.id);
  }

  async purge(): Promise<void> {
    for (const id of [...this.#held.keys()]) await this.#discard(id);
  }

  counts(): { visible: number; inFlight: number; delayed: number } {
    const now = Date.now();
    const counts = { visible: 0, inFlight: 0, delayed: 0 };
    for (const { visibleAt, receiptHandle, going } of this.#held.values()) {
      if (going) continue;
      if (visibleAt <= now) counts.visible++;
      else if (receiptHandle) counts.inFlight++;
      else counts.delayed++;
    }
    return counts;
  }

  async destroy(): Promise<void> {
    this.#held.clear();
    await this.#journal.destroy();
  }

  #byHandle(receiptHandle: string): Held | undefined {
    const [id = '', nonce] = Buffer.from(receiptHandle, 'base64').toString('utf8').split(' ');
    if (!/^[0-9a-f-]{36}$/.test(id) || !nonce) {
      throw new AwsError(
        'ReceiptHandleIsInvalid',
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      );
    }
    return this.#held.get(id);
  }

  /** Known until it is gone from the disk too: else a removal that failed could not be asked for again. */
  async #discard(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (!held) return;
    held.going = true;
    try {
      await this.#journal.remove(id);
    } catch (error) {
      held.going = false;
      throw error;
    }
    this.#held.delete(id);
  }
}

/** What counts against the size limits. */
export function messageBytes(body: string, attributes: MessageAttributes): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes +=
      StringValue !== undefined
        ? Buffer.byteLength(StringValue)
        : Buffer.from(BinaryValue ?? '', 'base64').length;
  }
  return bytes;
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

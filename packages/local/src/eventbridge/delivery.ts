import { randomUUID } from 'node:crypto';
import type { ActivityFeed, AwsEvent } from '../activity.ts';
import { AwsError, messageOf } from '../errors.ts';
import type { Journal } from '../journal.ts';
import { parseArn } from '../place.ts';
import type { MessageAttributes } from '../sqs/message-attributes.ts';
import type { Timers } from '../timers.ts';
import type { Rule, Target } from './event-bus.ts';

/** Why a delivery failed, and whether another attempt can help. */
export class DeliveryError extends Error {
  readonly code: string;
  readonly retriable: boolean;

  constructor(code: string, message: string, retriable: boolean) {
    super(message);
    this.name = 'DeliveryError';
    this.code = code;
    this.retriable = retriable;
  }
}

/** What of a target a delivery needs, and keeps on disk. */
export type DeliveryTarget = Omit<Target, 'described' | 'render'>;

/** One event on its way to one target. */
export interface Delivery {
  id: string;
  rule: string;
  ruleArn: string;
  target: DeliveryTarget;
  event: AwsEvent;
  /** The event as JSON, as it came. */
  text: string;
  /** What the target is handed. */
  payload: string;
  /** Milliseconds since 1970. */
  acceptedAt: number;
  retries: number;
  /** Buses the event has been through already. */
  hops: string[];
}

export interface DeliverySettings {
  journal: Journal<Delivery>;
  timers: Timers;
  feed: ActivityFeed;
  timeScale: number;
  /** One attempt. @throws DeliveryError */
  attempt(delivery: Delivery): Promise<void>;
  deadLetter(queueArn: string, ruleArn: string, body: string, attributes: MessageAttributes): Promise<void>;
}

/** Backoff of the n-th retry: doubles from one second to ten minutes, with up to a fifth of jitter. */
function backoffMs(retry: number): number {
  return Math.min(1000 * 2 ** (retry - 1), 600_000) * (1 + Math.random() / 5);
}

/** Brings events to targets: the first attempt at once, the rest from the journal, then the dead-letter queue. */
export class Deliveries {
  #settings: DeliverySettings;
  #underWay = new Set<Promise<void>>();
  #stopped = false;

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
  }

  /** Resolves when the target has the event or a retry is on disk: after that it survives a kill. */
  async deliver(
    rule: Rule,
    target: Target,
    event: AwsEvent,
    text: string,
    payload: string,
    hops: string[],
  ): Promise<void> {
    await this.#attempt(accept(rule, target, event, text, payload, hops));
  }

  /** An event that cannot even be handed over, for instance because its input cannot be rendered. */
  async refuse(
    rule: Rule,
    target: Target,
    event: AwsEvent,
    text: string,
    error: DeliveryError,
  ): Promise<void> {
    await this.#giveUp(accept(rule, target, event, text, '', []), error);
  }

  async resume(): Promise<void> {
    const { journal } = this.#settings;
    for await (const [, delivery] of journal.entries()) this.#later(delivery, 0);
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#underWay);
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { journal, feed, timeScale, attempt } = this.#settings;
    const { target, event } = delivery;
    try {
      await attempt(delivery);
      if (delivery.retries > 0) await journal.remove(delivery.id);
      return;
    } catch (thrown) {
      const error =
        thrown instanceof DeliveryError
          ? thrown
          : new DeliveryError('INTERNAL_ERROR', messageOf(thrown), true);
      const { maximumRetryAttempts, maximumEventAgeSeconds } = target.retryPolicy;
      const delayMs = backoffMs(delivery.retries + 1) * timeScale;
      const attemptsLeft = delivery.retries < maximumRetryAttempts;
      const timeLeft = Date.now() + delayMs - delivery.acceptedAt <= maximumEventAgeSeconds * 1000;
      if (!error.retriable || !attemptsLeft || !timeLeft) {
        const exhausted = !error.retriable
          ? undefined
          : attemptsLeft
            ? 'MaximumEventAgeInSeconds'
            : 'MaximumRetryAttempts';
        await this.#giveUp(delivery, error, exhausted);
        return;
      }
      delivery.retries++;
      await journal.write(delivery.id, delivery);
      feed.tell({
        kind: 'delivery-retried',
        rule: delivery.rule,
        target: target.arn,
        eventId: event.id,
        attempt: delivery.retries,
        error: error.message,
      });
      this.#later(delivery, delayMs);
    }
  }

  #later(delivery: Delivery, delayMs: number): void {
    void this.#settings.timers.wait(delayMs).then((elapsed) => {
      if (!elapsed || this.#stopped) return;
      const run = this.#attempt(delivery)
        .catch((error: unknown) =>
          process.emitWarning(`Delivery ${delivery.id} waits for a restart: ${messageOf(error)}`),
        )
        .finally(() => this.#underWay.delete(run));
      this.#underWay.add(run);
    });
  }

  async #giveUp(delivery: Delivery, error: DeliveryError, exhausted?: string): Promise<void> {
    const { journal, feed, deadLetter } = this.#settings;
    const { target, event, ruleArn, rule } = delivery;
    const place = {
      rule,
      target: target.arn,
      eventId: event.id,
      errorCode: error.code,
      error: error.message,
    };
    feed.tell({ kind: 'delivery-failed', ...place });
    if (target.deadLetterArn) {
      const text = (value: string) => ({ DataType: 'String', StringValue: value });
      try {
        await deadLetter(target.deadLetterArn, ruleArn, delivery.text, {
          RULE_ARN: text(ruleArn),
          TARGET_ARN: text(target.arn),
          ERROR_CODE: text(error.code),
          ERROR_MESSAGE: text(error.message.slice(0, 1024)),
          RETRY_ATTEMPTS: { DataType: 'Number', StringValue: String(delivery.retries) },
          ...(exhausted && { EXHAUSTED_RETRY_CONDITION: text(exhausted) }),
        });
        feed.tell({
          kind: 'dead-lettered',
          queue: parseArn(target.deadLetterArn)?.resource ?? target.deadLetterArn,
          source: ruleArn,
          eventId: event.id,
          errorCode: error.code,
          error: error.message,
        });
      } catch (thrown) {
        const what = thrown instanceof AwsError ? `${thrown.code}: ${thrown.message}` : messageOf(thrown);
        feed.tell({
          kind: 'delivery-failed',
          ...place,
          target: target.deadLetterArn,
          error: `Not dead-lettered: ${what}`,
        });
      }
    }
    await journal.remove(delivery.id);
  }
}

function accept(
  rule: Rule,
  target: Target,
  event: AwsEvent,
  text: string,
  payload: string,
  hops: string[],
): Delivery {
  return {
    id: randomUUID(),
    rule: rule.name,
    ruleArn: rule.arn,
    target: keptOf(target),
    event,
    text,
    payload,
    acceptedAt: Date.now(),
    retries: 0,
    hops,
  };
}

function keptOf({ described: _described, render: _render, ...kept }: Target): DeliveryTarget {
  return kept;
}

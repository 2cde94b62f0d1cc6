import { randomUUID } from 'node:crypto';
import { parseEvent } from '@tributary/events/pattern';
import type { ActivityFeed, AwsEvent } from '../activity.ts';
import { messageOf } from '../errors.ts';
import type { Access } from '../iam/access.ts';
import type { Journal } from '../journal.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Place } from '../place.ts';
import type { Sqs } from '../sqs/sqs.ts';
import type { Timers } from '../timers.ts';
import { Buses } from './buses.ts';
import { Deliveries, type Delivery, DeliveryError } from './delivery.ts';
import type { Rule, Target } from './event-bus.ts';
import type { EventRecords } from './event-records.ts';
import { Replays } from './replay.ts';
import type { sendToTarget } from './sending.ts';

export interface EventBridgeSettings {
  place: Place;
  access: Access;
  lambda: Lambda;
  sqs: Sqs;
  feed: ActivityFeed;
  timers: Timers;
  journal: Journal<Delivery>;
  records: EventRecords;
  timeScale: number;
  send: typeof sendToTarget;
}

/** What happens to an event that arrives: rules, deliveries, archives, replays. */
export class EventBridge {
  readonly buses: Buses;
  readonly replays: Replays;
  #settings: EventBridgeSettings;
  #deliveries: Deliveries;

  constructor(settings: EventBridgeSettings) {
    this.#settings = settings;
    const { journal, timers, feed, timeScale, records, place } = settings;
    this.#deliveries = new Deliveries({
      journal,
      timers,
      feed,
      timeScale,
      attempt: (delivery) => settings.send(delivery, { ...settings, bridge: this }),
      deadLetter: async (queueArn, ruleArn, body, attributes) => {
        await settings.sqs.sendAsService(queueArn, 'events.amazonaws.com', ruleArn, body, attributes);
      },
    });
    this.buses = new Buses(records, place);
    this.replays = new Replays({
      records,
      archives: this.buses.archives,
      place,
      feed,
      timers,
      replay: ({ bus, ruleArns }, event, text) => {
        this.#tell(bus, event);
        return this.accept(bus, event, text, { only: ruleArns });
      },
    });
  }

  /**
   * Takes an event: every matching rule's every target gets it. Resolves when each has it, or its retry is on disk.
   * @param text the event as JSON; given where it holds what parsing loses (digits, repeated names)
   * @param way buses it came through, and the rules (ARNs) that alone may have it, if any are named
   * @throws InvalidEvent if it is nested too deeply
   */
  async accept(
    busName: string,
    event: AwsEvent,
    text = JSON.stringify(event),
    { hops = [], only = [] }: { hops?: string[]; only?: string[] } = {},
  ): Promise<void> {
    const bus = this.buses.demand(busName);
    if (bus.rules.size === 0) return;
    const parsed = parseEvent(text);
    const matched = [...bus.rules.values()].filter(
      (rule) => rule.enabled && (only.length === 0 || only.includes(rule.arn)) && rule.matches(parsed),
    );
    await Promise.all(
      matched.map(async (rule) => {
        const targets = [...rule.targets.values()];
        if (rule.managedBy === undefined) this.#tellMatch(rule, event, targets);
        await Promise.all(
          targets.map((target) => this.#hand(rule, target, event, text, [...hops, bus.name])),
        );
      }),
    );
  }

  /** Takes an event that something here made, and tells of it. */
  async publish(busName: string, event: AwsEvent, text?: string): Promise<void> {
    this.#tell(busName, event);
    await this.accept(busName, event, text);
  }

  #tell(bus: string, event: AwsEvent): void {
    const { source, 'detail-type': detailType, id } = event;
    this.#settings.feed.tell({ kind: 'event-put', bus, eventId: id, source, detailType, event });
  }

  #tellMatch({ bus, name }: Rule, { id }: AwsEvent, targets: Target[]): void {
    const arns = targets.map(({ arn }) => arn);
    this.#settings.feed.tell({ kind: 'rule-matched', bus, rule: name, eventId: id, targets: arns });
  }

  /** An event as AWS services and PutEvents make it. `time` is ISO 8601 with whole seconds. */
  makeEvent(fields: {
    source: string;
    detailType: string;
    detail: unknown;
    resources: string[];
    time?: string;
  }): AwsEvent {
    const { place } = this.#settings;
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': fields.detailType,
      source: fields.source,
      account: place.accountId,
      time: fields.time ?? wholeSeconds(new Date()),
      region: place.region,
      resources: fields.resources,
      detail: fields.detail,
    };
  }

  async resume(): Promise<void> {
    await this.#deliveries.resume();
    this.replays.resume();
    void this.buses.archives.sweep(this.#settings.timers);
  }

  async close(): Promise<void> {
    await this.replays.close();
    await this.#deliveries.close();
  }

  async #hand(rule: Rule, target: Target, event: AwsEvent, text: string, hops: string[]): Promise<void> {
    const context = { ruleArn: rule.arn, ruleName: rule.name, ingestionTime: wholeSeconds(new Date()) };
    const payload = target.render(text, context);
    try {
      JSON.parse(payload);
    } catch (error) {
      // A template is only known to yield bad JSON once an event has filled it: AWS finds it here as well.
      const reason = `The input of target ${target.id} is no JSON: ${messageOf(error)}`;
      await this.#deliveries.refuse(
        rule,
        target,
        event,
        text,
        new DeliveryError('INVALID_JSON', reason, false),
      );
      return;
    }
    await this.#deliveries.deliver(rule, target, event, text, payload, hops);
  }
}

/** EventBridge times have no fraction. */
export function wholeSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

import { randomUUID } from 'node:crypto';
import { compilePattern } from '@tributary/events/pattern';
import type { ActivityFeed, AwsEvent } from '../activity.ts';
import { AwsError, messageOf } from '../errors.ts';
import type { Access } from '../iam/access.ts';
import type { Journal } from '../journal.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { functionNameOf } from '../lambda/lambda.ts';
import { arnOf, type Place, parseArn } from '../place.ts';
import type { Sqs } from '../sqs/sqs.ts';
import type { Timers } from '../timers.ts';
import { Deliveries, type Delivery, DeliveryError } from './delivery.ts';
import type { EventBus, Rule, Target } from './event-bus.ts';

export interface EventBridgeSettings {
  place: Place;
  access: Access;
  lambda: Lambda;
  sqs: Sqs;
  feed: ActivityFeed;
  timers: Timers;
  journal: Journal<Delivery>;
  timeScale: number;
}

/** An event may pass from bus to bus this often. */
const maxHops = 5;

/** Buses, rules, and what happens to an event that arrives. */
export class EventBridge {
  readonly buses = new Map<string, EventBus>();
  #settings: EventBridgeSettings;
  #deliveries: Deliveries;

  constructor(settings: EventBridgeSettings) {
    this.#settings = settings;
    const { journal, timers, feed, timeScale } = settings;
    this.#deliveries = new Deliveries({
      journal,
      timers,
      feed,
      timeScale,
      attempt: (delivery) => this.#attempt(delivery),
      deadLetter: async (queueArn, ruleArn, body, attributes) => {
        await settings.sqs.sendAsService(queueArn, 'events.amazonaws.com', ruleArn, body, attributes);
      },
    });
    this.createBus('default');
  }

  busArn(name: string): string {
    return arnOf(this.#settings.place, 'events', `event-bus/${name}`);
  }

  /** The default bus is not part of a rule's ARN, a custom one is. */
  ruleArn(bus: string, name: string): string {
    return arnOf(this.#settings.place, 'events', `rule/${bus === 'default' ? '' : `${bus}/`}${name}`);
  }

  createBus(name: string): EventBus {
    const bus = this.buses.get(name) ?? {
      name,
      arn: this.busArn(name),
      rules: new Map(),
      policies: new Map(),
    };
    this.buses.set(name, bus);
    return bus;
  }

  removeBus(name: string): void {
    this.buses.delete(name);
  }

  /** A bus by name or ARN. */
  bus(reference: string): EventBus | undefined {
    return this.buses.get(busNameOf(reference));
  }

  /** @throws AwsError ResourceNotFoundException, InvalidEventPatternException */
  putRule(rule: Omit<Rule, 'arn' | 'matches' | 'targets'>, targets?: Target[]): Rule {
    const bus = this.demandBus(rule.bus);
    const previous = bus.rules.get(rule.name);
    const stored: Rule = {
      ...rule,
      arn: this.ruleArn(bus.name, rule.name),
      matches: compileMatcher(rule.pattern),
      targets: targets
        ? new Map(targets.map((target) => [target.id, target]))
        : (previous?.targets ?? new Map()),
    };
    bus.rules.set(rule.name, stored);
    return stored;
  }

  /** @throws AwsError ResourceNotFoundException */
  demandBus(reference: string): EventBus {
    const bus = this.bus(reference);
    if (!bus)
      throw new AwsError('ResourceNotFoundException', `Event bus ${busNameOf(reference)} does not exist.`);
    return bus;
  }

  /**
   * Takes an event: every matching rule's every target gets it. Resolves when each has it, or its retry is on disk.
   * @param text the event as JSON; given where it holds what parsing loses (digits, repeated names)
   * @param hops buses it came through
   */
  async accept(
    busName: string,
    event: AwsEvent,
    text = JSON.stringify(event),
    hops: string[] = [],
  ): Promise<void> {
    const bus = this.demandBus(busName);
    const { feed } = this.#settings;
    const matched = [...bus.rules.values()].filter((rule) => rule.enabled && rule.matches(text));
    await Promise.all(
      matched.map(async (rule) => {
        const targets = [...rule.targets.values()];
        feed.tell({
          kind: 'rule-matched',
          bus: bus.name,
          rule: rule.name,
          eventId: event.id,
          targets: targets.map(({ arn }) => arn),
        });
        await Promise.all(
          targets.map((target) => this.#hand(rule, target, event, text, [...hops, bus.name])),
        );
      }),
    );
  }

  /** Takes an event that something here made, and tells of it. */
  async publish(busName: string, event: AwsEvent, text?: string): Promise<void> {
    const { source, 'detail-type': detailType, id } = event;
    this.#settings.feed.tell({ kind: 'event-put', bus: busName, eventId: id, source, detailType, event });
    await this.accept(busName, event, text);
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

  resume(): Promise<void> {
    return this.#deliveries.resume();
  }

  close(): Promise<void> {
    return this.#deliveries.close();
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

  async #attempt(delivery: Delivery): Promise<void> {
    try {
      await this.#send(delivery);
    } catch (error) {
      throw deliveryErrorOf(error);
    }
  }

  #send(delivery: Delivery): Promise<void> {
    const { target, ruleArn, payload } = delivery;
    switch (parseArn(target.arn)?.service) {
      case 'lambda':
        return this.#toFunction(delivery);
      case 'sqs':
        return this.#settings.sqs.sendAsService(target.arn, 'events.amazonaws.com', ruleArn, payload, {});
      case 'events':
        return this.#toBus(delivery);
      default:
        throw new DeliveryError('NO_RESOURCE', `Targets of this kind are not there: ${target.arn}`, false);
    }
  }

  async #toFunction({ target, ruleArn, payload }: Delivery): Promise<void> {
    const { lambda } = this.#settings;
    const name = functionNameOf(target.arn);
    if (!lambda.configOf(name))
      throw new DeliveryError('NO_RESOURCE', `Function not found: ${target.arn}`, false);
    if (!lambda.permits(name, 'events.amazonaws.com', ruleArn)) {
      throw new DeliveryError(
        'NO_PERMISSIONS',
        `events.amazonaws.com may not invoke ${name} for ${ruleArn}: no AWS::Lambda::Permission fits`,
        false,
      );
    }
    await lambda.invokeLater(name, Buffer.from(payload));
  }

  async #toBus({ target, event, text, hops }: Delivery): Promise<void> {
    const { access } = this.#settings;
    const bus = this.bus(target.arn);
    if (!bus) throw new DeliveryError('NO_RESOURCE', `Event bus not found: ${target.arn}`, false);
    if (hops.length > maxHops || hops.includes(bus.name)) {
      throw new DeliveryError(
        'NO_RESOURCE',
        `The event came through ${hops.join(', ')} already: a loop of buses`,
        false,
      );
    }
    const role = target.roleArn === undefined ? undefined : access.roleByArn(target.roleArn);
    const allowed = role && access.roleMay(role, { action: 'events:PutEvents', resource: bus.arn });
    if (!allowed) {
      throw new DeliveryError('NO_PERMISSIONS', `The target's role may not put events on ${bus.arn}`, false);
    }
    await this.accept(bus.name, event, text, hops);
  }
}

/**
 * Compiles a pattern's JSON text.
 * @returns a matcher of events, parsed or as JSON text
 * @throws AwsError InvalidEventPatternException, with AWS's reason
 */
export function compileMatcher(pattern: string): (event: AwsEvent | string) => boolean {
  try {
    return compilePattern(pattern);
  } catch (error) {
    throw new AwsError('InvalidEventPatternException', messageOf(error));
  }
}

export function busNameOf(reference: string): string {
  return /^arn:[^:]+:events:[^:]*:[^:]*:event-bus\/(.+)$/.exec(reference)?.[1] ?? reference;
}

/** EventBridge times have no fraction. */
export function wholeSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function deliveryErrorOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (!(error instanceof AwsError)) return new DeliveryError('INTERNAL_ERROR', messageOf(error), true);
  switch (error.code) {
    case 'ResourceNotFoundException':
    case 'AWS.SimpleQueueService.NonExistentQueue':
      return new DeliveryError('NO_RESOURCE', error.message, false);
    case 'AccessDenied':
      return new DeliveryError('NO_PERMISSIONS', error.message, false);
    case 'TooManyRequestsException':
    case 'OverLimit':
      return new DeliveryError('THROTTLING', error.message, true);
    case 'RequestTooLargeException':
    case 'InvalidParameterValue':
      return new DeliveryError('SDK_CLIENT_ERROR', error.message, false);
    default:
      return new DeliveryError('INTERNAL_ERROR', error.message, true);
  }
}

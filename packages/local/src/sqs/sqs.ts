import { join } from 'node:path';
import { AwsError } from '../errors.ts';
import type { Access, Identity } from '../iam/access.ts';
import { decide, type Statement } from '../iam/policy.ts';
import { arnOf, type Place } from '../place.ts';
import type { MessageAttributes } from './message-attributes.ts';
import { type Message, Queue, type QueueSettings } from './queue.ts';

/** All queues. */
export class Sqs {
  readonly queues = new Map<string, Queue>();
  #place: Place;
  #directory: string;

  constructor(place: Place, directory: string) {
    this.#place = place;
    this.#directory = directory;
  }

  identify(name: string): { name: string; arn: string; url: string } {
    return {
      name,
      arn: arnOf(this.#place, 'sqs', name),
      url: `${this.#place.endpoint}/${this.#place.accountId}/${name}`,
    };
  }

  async createQueue(name: string, settings: QueueSettings): Promise<Queue> {
    const existing = this.queues.get(name);
    if (existing) {
      existing.settings = settings;
      return existing;
    }
    const queue = await Queue.open(this.identify(name), settings, join(this.#directory, name));
    this.queues.set(name, queue);
    return queue;
  }

  async removeQueue(name: string): Promise<void> {
    await this.queues.get(name)?.destroy();
    this.queues.delete(name);
  }

  byArn(arn: string): Queue | undefined {
    for (const queue of this.queues.values()) if (queue.arn === arn) return queue;
    return undefined;
  }

  /** The queues whose redrive policy names this one. */
  sourcesOf({ arn }: Queue): Queue[] {
    return [...this.queues.values()].filter(({ settings }) => settings.redrive?.deadLetterTargetArn === arn);
  }

  /**
   * Sends for an AWS service, which needs the queue's policy to say so.
   * @throws AwsError AWS.SimpleQueueService.NonExistentQueue, AccessDenied
   */
  async sendAsService(
    queueArn: string,
    service: string,
    sourceArn: string,
    body: string,
    attributes: MessageAttributes,
  ): Promise<void> {
    const queue = this.#demandQueue(queueArn);
    const decision = decide(statementsOf(queue), {
      principal: { service },
      action: 'sqs:SendMessage',
      resource: queue.arn,
      context: {
        'aws:SourceArn': sourceArn,
        'aws:SourceAccount': this.#place.accountId,
        'aws:SecureTransport': 'true',
      },
    });
    if (decision !== 'allow') {
      throw new AwsError(
        'AccessDenied',
        `The policy of queue ${queue.name} does not let ${service} send to it for ${sourceArn}`,
        403,
      );
    }
    await queue.send(body, attributes, service);
  }

  /** Sends under a role, as Lambda's destinations do. @throws AwsError */
  async sendAsRole(
    access: Access,
    identity: Identity,
    queueArn: string,
    body: string,
    attributes: MessageAttributes,
  ): Promise<void> {
    const queue = this.#demandQueue(queueArn);
    access.demand(identity, { action: 'sqs:SendMessage', resource: queue.arn }, statementsOf(queue));
    await queue.send(body, attributes, identity.userId);
  }

  #demandQueue(arn: string): Queue {
    const queue = this.byArn(arn);
    if (!queue)
      throw new AwsError(
        'AWS.SimpleQueueService.NonExistentQueue',
        `The specified queue does not exist: ${arn}`,
      );
    return queue;
  }
}

/** Where what is received too often goes; undefined without a redrive policy. */
export function redriveOf(sqs: Sqs, queue: Queue): ((message: Message) => Promise<void>) | undefined {
  const target = queue.settings.redrive && sqs.byArn(queue.settings.redrive.deadLetterTargetArn);
  return target && ((message) => target.put(message));
}

export function* statementsOf(queue: Queue): Iterable<Statement> {
  for (const policy of queue.policies.values()) yield* policy.Statement;
}

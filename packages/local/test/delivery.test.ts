import { expect, test } from 'vitest';
import { type Activity, ActivityFeed, type AwsEvent } from '../src/activity.ts';
import { Deliveries, type Delivery, DeliveryError } from '../src/eventbridge/delivery.ts';
import type { Rule, Target } from '../src/eventbridge/event-bus.ts';
import { Journal } from '../src/journal.ts';
import type { MessageAttributes } from '../src/sqs/message-attributes.ts';
import { Timers } from '../src/timers.ts';
import { temporaryDirectory } from './packaged-stack.ts';

const event = { id: 'event-1' } as AwsEvent;
const rule = { name: 'rule', arn: 'arn:aws:events:eu-central-1:000000000000:rule/rule' } as Rule;

function target(maximumRetryAttempts: number, maximumEventAgeSeconds = 86_400): Target {
  return {
    id: 'target',
    arn: 'arn:aws:sqs:eu-central-1:000000000000:target',
    deadLetterArn: 'arn:aws:sqs:eu-central-1:000000000000:dead',
    retryPolicy: { maximumRetryAttempts, maximumEventAgeSeconds },
    described: { Id: 'target', Arn: '' },
    render: String,
  };
}

/** Deliveries over a real journal, to a target that fails as told. */
async function deliveries(directory: string, failures: number, timeScale = 0.0001) {
  const journal = await Journal.open<Delivery>(directory);
  const timers = new Timers();
  const feed = new ActivityFeed();
  const happened: Activity[] = [];
  feed.listen((activity) => happened.push(activity));
  const seen = { attempts: 0, dead: [] as { body: string; attributes: MessageAttributes }[] };
  let finished: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const running = new Deliveries({
    journal,
    timers,
    feed,
    timeScale,
    async attempt() {
      if (seen.attempts++ < failures) throw new DeliveryError('THROTTLING', 'slow down', true);
      finished();
    },
    async deadLetter(_queue, _rule, body, attributes) {
      seen.dead.push({ body, attributes });
      finished();
    },
  });
  const close = async () => {
    timers.close();
    await running.close();
  };
  return { running, journal, seen, happened, done, close };
}

test('a target that is busy is tried again until it takes the event', async () => {
  await using directory = await temporaryDirectory();
  const { running, journal, seen, happened, done, close } = await deliveries(directory.path, 3);
  await running.deliver(rule, target(185), event, '{"id":"event-1"}', 'payload', []);
  await done;
  await close();
  expect(seen.attempts).toBe(4);
  expect(happened.map(({ kind }) => kind)).toEqual([
    'delivery-retried',
    'delivery-retried',
    'delivery-retried',
  ]);
  expect(await journal.ids()).toEqual([]);
});

test('attempts and age are limited, and what ran out is told to the dead-letter queue', async () => {
  await using directory = await temporaryDirectory();
  const few = await deliveries(`${directory.path}/few`, 99);
  await few.running.deliver(rule, target(2), event, '{"id":"event-1"}', 'payload', []);
  await few.done;
  await few.close();
  expect(few.seen.attempts).toBe(3);
  expect(few.seen.dead).toMatchObject([
    {
      body: '{"id":"event-1"}',
      attributes: {
        ERROR_CODE: { StringValue: 'THROTTLING' },
        RETRY_ATTEMPTS: { StringValue: '2' },
        EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      },
    },
  ]);

  // No time at all: the first backoff is longer than the event may grow old.
  const old = await deliveries(`${directory.path}/old`, 99, 1);
  await old.running.deliver(rule, target(185, 0), event, '{}', 'payload', []);
  await old.close();
  expect(old.seen.dead[0]!.attributes).toMatchObject({
    EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumEventAgeInSeconds' },
  });
});

test('what waits for its next attempt survives the process', async () => {
  await using directory = await temporaryDirectory();
  const first = await deliveries(directory.path, 99, 1);
  await first.running.deliver(rule, target(185), event, '{"id":"event-1"}', 'payload', []);
  expect(await first.journal.ids()).toHaveLength(1);
  await first.close();
  const second = await deliveries(directory.path, 0);
  await second.running.resume();
  await second.done;
  await second.close();
  expect(second.seen.attempts).toBe(1);
  expect(await second.journal.ids()).toEqual([]);
});

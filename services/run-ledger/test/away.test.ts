import {
  DescribeReplayCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { runPage } from '@tributary/events/ledger';
import { beforeAll, expect, test } from 'vitest';
import { useLedger } from './running-ledger.ts';
import { eventsOfStep } from './step-events.ts';

const ledger = useLedger();
const EventBusName = 'tributary-dev';
const rule = { Name: 'tributary-dev-run-ledger', EventBusName };
const arnOf = (resource: string) => `arn:aws:events:${ledger.aws.region}:${ledger.aws.accountId}:${resource}`;

let bridge: EventBridgeClient;
beforeAll(() => {
  const { endpoint, region, credentials } = ledger.aws;
  bridge = new EventBridgeClient({ endpoint, region, credentials });
});

/** A step as its service would tell of it. */
async function tell(run: number): Promise<void> {
  const events = eventsOfStep({ run, at: Date.now() }) as {
    source: string;
    'detail-type': string;
    detail: object;
  }[];
  const Entries = events.map(({ source, 'detail-type': DetailType, detail }) => ({
    Source: source,
    DetailType,
    Detail: JSON.stringify(detail),
    EventBusName,
  }));
  expect(await bridge.send(new PutEventsCommand({ Entries }))).toMatchObject({ FailedEntryCount: 0 });
}

async function catchUp(name: string): Promise<void> {
  await bridge.send(
    new StartReplayCommand({
      ReplayName: name,
      EventSourceArn: arnOf('archive/tributary-dev-steps'),
      EventStartTime: new Date(Date.now() - 3_600_000),
      EventEndTime: new Date(Date.now() + 60_000),
      Destination: {
        Arn: arnOf(`event-bus/${EventBusName}`),
        FilterArns: [arnOf(`rule/${EventBusName}/${rule.Name}`)],
      },
    }),
  );
  const state = async () => (await bridge.send(new DescribeReplayCommand({ ReplayName: name }))).State;
  await expect.poll(state).toBe('COMPLETED');
}

const runs = async () =>
  runPage
    .parse((await ledger.ask('/v1/runs')).json())
    .runs.map(({ id, state }) => `${id} ${state}`)
    .sort();

test('a ledger that was away catches up from the archive, with nothing lost and nothing twice', async () => {
  await tell(1);
  await expect.poll(runs).toEqual(['run-1 completed']);
  await bridge.send(new DisableRuleCommand(rule));
  await tell(2);
  await tell(3);
  await bridge.send(new EnableRuleCommand(rule));
  await tell(4);
  await expect.poll(runs).toEqual(['run-1 completed', 'run-4 completed']);

  await catchUp('first');
  const all = [1, 2, 3, 4].map((run) => `run-${run} completed`);
  await expect.poll(runs).toEqual(all);
  const kept = ledger.keys('ledger').sort();
  expect(kept).toHaveLength(8);

  await catchUp('again');
  // What comes once more has the same keys, so that only time will tell that it came: the next event is behind it.
  await tell(5);
  await expect.poll(runs).toEqual([...all, 'run-5 completed']);
  expect(ledger.keys('ledger').sort()).toEqual(expect.arrayContaining(kept));
  expect(ledger.keys('ledger')).toHaveLength(10);
});

import { afterEach, describe, expect, test, vi } from 'vitest';
import { ActivityFeed, type AwsEvent } from '../src/activity.ts';
import { type Archive, Archives } from '../src/eventbridge/archive.ts';
import { EventRecords } from '../src/eventbridge/event-records.ts';
import { Replays } from '../src/eventbridge/replay.ts';
import { Timers } from '../src/timers.ts';
import { temporaryDirectory } from './packaged-stack.ts';

const place = { accountId: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '' };
const archive: Archive = { name: 'kept', bus: 'steps', retentionDays: 0, createdAt: 0 };
const january = Date.parse('2026-01-01T00:00:00Z');

/** Archive and replays over records on disk, as the server has them; `take` is what the bus does. */
function open(directory: string, take: (n: number) => Promise<void>) {
  const records = new EventRecords(`${directory}/records.sqlite`);
  const timers = new Timers();
  const archives = new Archives(records, place);
  const replays = new Replays({
    records,
    archives,
    place,
    feed: new ActivityFeed(),
    timers,
    replay: (_replay, { detail }) => take((detail as { n: number }).n),
  });
  return {
    archives,
    replays,
    async close() {
      timers.close();
      await replays.close();
      records.close();
    },
  };
}

function fill(archives: Archives, count: number): void {
  archives.put(archive);
  for (let n = 0; n < count; n++) {
    const event = { time: new Date(january + n * 1000).toISOString(), detail: { n } } as AwsEvent;
    archives.append('kept', event, JSON.stringify(event));
  }
}

const given = {
  name: 'again',
  archive: 'kept',
  bus: 'steps',
  ruleArns: [],
  from: january,
  to: january + 1e9,
};

/** Polls for as long as a busy machine may take. */
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

afterEach(() => {
  vi.useRealTimers();
});

describe('a replay', () => {
  test('that is cancelled ends after the events it has in hand', async () => {
    await using directory = await temporaryDirectory();
    const taken: number[] = [];
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { archives, replays, close } = open(directory.path, (n) => {
      taken.push(n);
      return held;
    });
    fill(archives, 100);
    const replay = replays.start(given);
    await soon(() => replay.state).toBe('RUNNING');
    await soon(() => taken.length).toBeGreaterThan(0);
    expect(replays.cancel('again').state).toBe('CANCELLING');
    expect(() => replays.cancel('again')).toThrow('not in a valid state');
    release();
    await soon(() => replay.state).toBe('CANCELLED');
    expect(taken.length).toBeLessThan(100);
    await close();
  });

  test('goes on after a stop where it was', async () => {
    await using directory = await temporaryDirectory();
    const taken = new Set<number>();
    const first = open(directory.path, async (n) => {
      taken.add(n);
      if (n >= 40) void stop();
    });
    fill(first.archives, 100);
    let stopping: Promise<void> | undefined;
    const stop = () => {
      stopping ??= first.close();
      return stopping;
    };
    first.replays.start(given);
    await soon(() => stopping !== undefined).toBe(true);
    await stopping;
    expect(taken.size).toBeLessThan(100);
    const before = Math.max(...taken);

    const again: number[] = [];
    const second = open(directory.path, async (n) => {
      again.push(n);
    });
    second.replays.resume();
    await soon(() => second.replays.demand('again').state).toBe('COMPLETED');
    expect(again.at(0)).toBe(before + 1);
    expect(new Set([...taken, ...again]).size).toBe(100);
    await second.close();
  });

  test('leaves alone what is archived after its start', async () => {
    await using directory = await temporaryDirectory();
    const taken: number[] = [];
    const { archives, replays, close } = open(directory.path, async (n) => {
      taken.push(n);
    });
    fill(archives, 3);
    replays.start(given);
    fill(archives, 3);
    await soon(() => replays.demand('again').state).toBe('COMPLETED');
    expect(taken).toEqual([0, 1, 2]);
    await close();
  });

  test('fails when its archive is deleted, and says so', async () => {
    await using directory = await temporaryDirectory();
    const { archives, replays, close } = open(directory.path, async () => archives.remove('kept'));
    fill(archives, 100);
    replays.start(given);
    await soon(() => replays.demand('again').state).toBe('FAILED');
    expect(replays.demand('again').reason).toBe('Archive kept does not exist.');
    await close();
  });

  test('is one of ten at most, and forgotten after ninety days', async () => {
    await using directory = await temporaryDirectory();
    const { archives, replays, close } = open(directory.path, async () => {});
    fill(archives, 1);
    for (let n = 0; n < 10; n++) replays.start({ ...given, name: `replay-${n}` });
    expect(() => replays.start(given)).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
    await soon(() => replays.all().every(({ state }) => state === 'COMPLETED')).toBe(true);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 91 * 24 * 3_600_000 });
    expect(replays.all()).toEqual([]);
    await close();
  });
});

test('an archive keeps events for its retention period, counted from their arrival', async () => {
  await using directory = await temporaryDirectory();
  const { archives, replays, close } = open(directory.path, async () => {});
  fill(archives, 2_500);
  archives.put({ ...archive, retentionDays: 2 });
  expect(archives.figures(archives.demand('kept')).events).toBe(2_500);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3 * 24 * 3_600_000 });
  fill(archives, 1);
  archives.put({ ...archive, retentionDays: 2 });
  expect(archives.figures(archives.demand('kept')).events).toBe(1);
  replays.start(given);
  await soon(() => replays.demand('again').state).toBe('COMPLETED');

  // Out of date, and after the sweep out of the file.
  const timers = new Timers();
  const sweeping = archives.sweep(timers);
  await soon(() => archives.figures({ ...archive, retentionDays: 0 }).events).toBe(1);
  timers.close();
  await sweeping;
  await close();
});

import type { ActivityFeed, AwsEvent } from '../activity.ts';
import { AwsError, messageOf } from '../errors.ts';
import { arnOf, type Place } from '../place.ts';
import type { Timers } from '../timers.ts';
import type { Archives } from './archive.ts';
import type { ArchivedEvent, ArchivePosition, EventRecords } from './event-records.ts';

export type ReplayState = 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

/** A replay; all times are milliseconds since 1970. */
export interface Replay {
  name: string;
  description?: string;
  archive: string;
  bus: string;
  /** Only these rules get the events; none: all of the bus's. */
  ruleArns: string[];
  from: number;
  to: number;
  state: ReplayState;
  reason?: string;
  startedAt: number;
  endedAt?: number;
  lastReplayed?: number;
  /** Where it goes on after a stop or a kill. */
  position: ArchivePosition;
  /** What was archived after it started is not replayed. */
  lastId: number;
}

export interface ReplaySettings {
  records: EventRecords;
  archives: Archives;
  place: Place;
  feed: ActivityFeed;
  timers: Timers;
  /** Hands an event to the rules of its bus. */
  replay(replay: Replay, event: AwsEvent, text: string): Promise<void>;
}

/** AWS runs ten at once, and remembers each for ninety days. */
const maxActive = 10;
const rememberedMs = 90 * 24 * 3_600_000;

/** Brings archived events back, those of each minute before those of the next, by their own times. */
export class Replays {
  #settings: ReplaySettings;
  #replays: Map<string, Replay>;
  #underWay = new Set<Promise<void>>();
  #stopped = false;

  constructor(settings: ReplaySettings) {
    this.#settings = settings;
    this.#replays = new Map(settings.records.all<Replay>('replay', ''));
  }

  all(): Replay[] {
    this.#forgetOld();
    return [...this.#replays.values()];
  }

  arn(name: string): string {
    return arnOf(this.#settings.place, 'events', `replay/${name}`);
  }

  /** @throws AwsError ResourceNotFoundException */
  demand(name: string): Replay {
    this.#forgetOld();
    const replay = this.#replays.get(name);
    if (!replay) throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
    return replay;
  }

  /** Goes on by itself; what it has come to is in its state. @throws AwsError */
  start(
    given: Pick<Replay, 'name' | 'description' | 'archive' | 'bus' | 'ruleArns' | 'from' | 'to'>,
  ): Replay {
    if (this.all().some(({ name }) => name === given.name))
      throw new AwsError('ResourceAlreadyExistsException', `Replay ${given.name} already exists.`);
    if (this.all().filter(isActive).length >= maxActive) {
      throw new AwsError(
        'LimitExceededException',
        `The maximum of ${maxActive} concurrent replays is reached.`,
      );
    }
    const replay: Replay = {
      ...given,
      state: 'STARTING',
      startedAt: Date.now(),
      position: { time: given.from, id: 0 },
      lastId: this.#settings.records.lastId(),
    };
    this.#change(replay, {});
    this.#begin(replay);
    return replay;
  }

  /** @throws AwsError ResourceNotFoundException, IllegalStatusException */
  cancel(name: string): Replay {
    const replay = this.demand(name);
    if (replay.state !== 'STARTING' && replay.state !== 'RUNNING') {
      throw new AwsError(
        'IllegalStatusException',
        `Replay ${name} is not in a valid state for this operation.`,
      );
    }
    this.#change(replay, { state: 'CANCELLING' });
    return replay;
  }

  /** Goes on with what a stop or a kill has interrupted. */
  resume(): void {
    for (const replay of this.all()) if (isActive(replay)) this.#begin(replay);
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#underWay);
  }

  #begin(replay: Replay): void {
    const run = this.#run(replay)
      .catch((error: unknown) => {
        // Without its records there is nothing to tell: it goes on at the next start.
        process.emitWarning(`Replay ${replay.name} waits for a restart: ${messageOf(error)}`);
      })
      .finally(() => this.#underWay.delete(run));
    this.#underWay.add(run);
  }

  async #run(replay: Replay): Promise<void> {
    const { records, archives, timers } = this.#settings;
    // Whoever started it is answered first.
    if (!(await timers.wait(0))) return;
    if (replay.state === 'STARTING') this.#change(replay, { state: 'RUNNING' });
    while (!this.#stopped) {
      if (replay.state === 'CANCELLING') return this.#end(replay, 'CANCELLED');
      const archive = archives.get(replay.archive);
      if (!archive) return this.#end(replay, 'FAILED', `Archive ${replay.archive} does not exist.`);
      const window = { ...replay, since: archives.keptSince(archive) };
      const events = records.page(archive.name, window, replay.position);
      const last = events.at(-1);
      if (!last) return this.#end(replay, 'COMPLETED');
      try {
        for (const minute of byMinute(events))
          await Promise.all(minute.map((event) => this.#hand(replay, event)));
      } catch (error) {
        return this.#end(replay, 'FAILED', messageOf(error));
      }
      // After a kill the page is replayed again: at least once, as everything here.
      this.#change(replay, { position: { time: last.time, id: last.id }, lastReplayed: last.time });
    }
  }

  async #hand(replay: Replay, { text }: ArchivedEvent): Promise<void> {
    const event = { ...(JSON.parse(text) as AwsEvent), 'replay-name': replay.name };
    // The text itself, not the event written anew: parsing has lost digits and repeated names.
    const replayed = `${text.slice(0, text.lastIndexOf('}'))},"replay-name":${JSON.stringify(replay.name)}}`;
    await this.#settings.replay(replay, event, replayed);
  }

  #end(replay: Replay, state: ReplayState, reason?: string): void {
    this.#change(replay, { state, endedAt: Date.now(), ...(reason !== undefined && { reason }) });
  }

  #change(replay: Replay, change: Partial<Replay>): void {
    Object.assign(replay, change);
    this.#replays.set(replay.name, replay);
    this.#settings.records.keep('replay', '', replay.name, replay);
    if (change.position) return;
    const { name, archive, bus, state, reason } = replay;
    this.#settings.feed.tell({
      kind: 'replay-changed',
      replay: name,
      archive,
      bus,
      state,
      ...(reason !== undefined && { error: reason }),
    });
  }

  #forgetOld(): void {
    for (const { name, endedAt } of this.#replays.values()) {
      if (endedAt === undefined || Date.now() - endedAt < rememberedMs) continue;
      this.#replays.delete(name);
      this.#settings.records.forget('replay', '', name);
    }
  }
}

/** AWS replays minute by minute; within one there is no order. */
function byMinute(events: ArchivedEvent[]): ArchivedEvent[][] {
  return [...Map.groupBy(events, ({ time }) => Math.floor(time / 60_000)).values()];
}

function isActive({ state }: Replay): boolean {
  return state === 'STARTING' || state === 'RUNNING' || state === 'CANCELLING';
}

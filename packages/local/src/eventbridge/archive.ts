import type { AwsEvent } from '../activity.ts';
import { AwsError } from '../errors.ts';
import { arnOf, type Place } from '../place.ts';
import type { Timers } from '../timers.ts';
import { defaultRetryPolicy, type Rule } from './event-bus.ts';
import type { EventRecords } from './event-records.ts';
import { compileMatcher } from './rule-pattern.ts';

export interface Archive {
  name: string;
  /** The bus whose events it keeps. */
  bus: string;
  description?: string;
  /** As written; absent: every event. */
  pattern?: string;
  /** 0: kept for good. */
  retentionDays: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Made by a template: after a restart it rests until the template brings it back. */
  template?: boolean;
}

/** Whom AWS names as the manager of an archive's rule. */
const manager = 'prod.vhs.events.aws.internal';

const hourMs = 3_600_000;

/** Archives and the events in them. Their rules are the bridge's to keep in step. */
export class Archives {
  #records: EventRecords;
  #place: Place;
  #archives = new Map<string, Archive>();
  #resting = new Map<string, Archive>();

  constructor(records: EventRecords, place: Place) {
    this.#records = records;
    this.#place = place;
    for (const [name, archive] of records.all<Archive>('archive', ''))
      (archive.template ? this.#resting : this.#archives).set(name, archive);
  }

  all(): Archive[] {
    return [...this.#archives.values()];
  }

  get(name: string): Archive | undefined {
    return this.#archives.get(name);
  }

  /** The archive of a template that is not there (yet), with its events. */
  resting(name: string): Archive | undefined {
    return this.#resting.get(name);
  }

  /** @throws AwsError ResourceNotFoundException */
  demand(name: string): Archive {
    const archive = this.#archives.get(name);
    if (!archive) throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
    return archive;
  }

  arn(name: string): string {
    return arnOf(this.#place, 'events', `archive/${name}`);
  }

  put(archive: Archive): void {
    this.#resting.delete(archive.name);
    this.#archives.set(archive.name, archive);
    this.#records.keep('archive', '', archive.name, archive);
  }

  remove(name: string): void {
    this.#archives.delete(name);
    this.#resting.delete(name);
    this.#records.forget('archive', '', name);
    this.#records.expire(name, Number.MAX_SAFE_INTEGER, -1);
  }

  append(name: string, event: AwsEvent, text: string): void {
    if (this.#archives.has(name)) this.#records.append(name, Date.parse(event.time), text);
  }

  /** What was archived before this time, in milliseconds since 1970, is as good as gone. */
  keptSince({ retentionDays }: Archive): number {
    return retentionDays === 0 ? 0 : Date.now() - retentionDays * 24 * hourMs;
  }

  figures(archive: Archive): { events: number; bytes: number } {
    return this.#records.figures(archive.name, this.keptSince(archive));
  }

  /** Drops what is older than its archive keeps it: now and every hour, until the server stops. */
  async sweep(timers: Timers): Promise<void> {
    do {
      for (const archive of [...this.all(), ...this.#resting.values()]) {
        while (this.#records.expire(archive.name, this.keptSince(archive)) > 0)
          if (!(await timers.wait(0))) return;
      }
    } while (await timers.wait(hourMs));
  }

  /** The rule by which AWS fills an archive: it shows in ListRules, and passes over what is replayed. */
  rule(archive: Archive): Omit<Rule, 'arn' | 'matches'> {
    const rest = archive.pattern === undefined ? '}' : `,${archive.pattern.trim().slice(1)}`;
    const arn = `arn:${this.#place.partition}:events:${this.#place.region}:::`;
    const name = archiveRuleName(archive.name);
    const template = {
      'archive-arn': this.arn(archive.name),
      event: '<aws.events.event.json>',
      'ingestion-time': '<aws.events.event.ingestion-time>',
    };
    const described = { Id: name, Arn: arn, InputTransformer: { InputTemplate: JSON.stringify(template) } };
    return {
      name,
      bus: archive.bus,
      enabled: true,
      managedBy: manager,
      pattern: `{"replay-name":[{"exists":false}]${rest}`,
      targets: new Map([
        [
          name,
          {
            id: name,
            arn,
            archive: archive.name,
            retryPolicy: defaultRetryPolicy,
            described,
            render: String,
          },
        ],
      ]),
    };
  }
}

export function archiveRuleName(archive: string): string {
  return `Events-Archive-${archive}`;
}

/** @throws AwsError InvalidEventPatternException */
export function checkArchivePattern(pattern: string | undefined): void {
  if (pattern !== undefined) compileMatcher(pattern);
}

import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type JsonOperation, jsonOperation } from '../http/json-operation.ts';
import type { Access, Identity } from '../iam/access.ts';
import { parseArn } from '../place.ts';
import type { Archive } from './archive.ts';
import type { EventBridge } from './event-bridge.ts';
import { page, paged } from './paging.ts';
import type { Replay } from './replay.ts';

const archiveName = z.string().regex(/^[.\-_A-Za-z0-9]{1,48}$/);
const replayName = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);
const arn = z.string().min(1).max(1600);
const archiveSettings = {
  Description: z.string().max(512).optional(),
  EventPattern: z.string().max(4096).optional(),
  RetentionDays: z.number().int().min(0).optional(),
};
/** Seconds since 1970. */
const time = z.number().min(0).max(253_402_300_799);

/** Archives and replays. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html */
export function archiveOperations(
  { buses, replays }: EventBridge,
  access: Access,
): Record<string, JsonOperation> {
  const { archives } = buses;
  const demand = (caller: Identity, action: string, resource: string) =>
    access.demand(caller, { action: `events:${action}`, resource });
  const stateOf = ({ name, createdAt }: Archive) => ({
    ArchiveArn: archives.arn(name),
    State: 'ENABLED',
    CreationTime: createdAt / 1000,
  });
  const describe = (archive: Archive) => {
    const { events, bytes } = archives.figures(archive);
    return {
      ArchiveName: archive.name,
      EventSourceArn: buses.arn(archive.bus),
      State: 'ENABLED',
      RetentionDays: archive.retentionDays,
      SizeBytes: bytes,
      EventCount: events,
      CreationTime: archive.createdAt / 1000,
    };
  };
  const describeReplay = (replay: Replay) => ({
    ReplayName: replay.name,
    EventSourceArn: archives.arn(replay.archive),
    State: replay.state,
    ...(replay.reason !== undefined && { StateReason: replay.reason }),
    EventStartTime: replay.from / 1000,
    EventEndTime: replay.to / 1000,
    ...(replay.lastReplayed !== undefined && { EventLastReplayedTime: replay.lastReplayed / 1000 }),
    ReplayStartTime: replay.startedAt / 1000,
    ...(replay.endedAt !== undefined && { ReplayEndTime: replay.endedAt / 1000 }),
  });

  /** The rules a replay is meant for, each of them there. */
  const checkFilters = (bus: string, ruleArns: string[]) => {
    const rules = [...buses.demand(bus).rules.values()];
    for (const ruleArn of ruleArns) {
      if (parseArn(ruleArn)?.resource.startsWith('rule/') !== true)
        throw invalid('Destination.FilterArns', 'Must contain an event rule ARN.');
      if (!rules.some((rule) => rule.arn === ruleArn))
        throw new AwsError('ResourceNotFoundException', `Rule ${ruleArn} does not exist on EventBus ${bus}.`);
    }
  };

  return {
    CreateArchive: jsonOperation(
      z.strictObject({ ArchiveName: archiveName, EventSourceArn: arn, ...archiveSettings }),
      (input, caller) => {
        demand(caller, 'CreateArchive', archives.arn(input.ArchiveName));
        const bus = buses.demand(input.EventSourceArn);
        if (archives.get(input.ArchiveName)) {
          throw new AwsError(
            'ResourceAlreadyExistsException',
            `Archive ${input.ArchiveName} already exists.`,
          );
        }
        // One of a template that is gone: this is another archive, and has none of its events.
        if (archives.resting(input.ArchiveName)) archives.remove(input.ArchiveName);
        const archive: Archive = {
          name: input.ArchiveName,
          bus: bus.name,
          retentionDays: input.RetentionDays ?? 0,
          createdAt: Date.now(),
          ...settingsOf(input),
        };
        buses.putArchive(archive);
        return stateOf(archive);
      },
    ),

    DescribeArchive: jsonOperation(z.strictObject({ ArchiveName: archiveName }), (input, caller) => {
      demand(caller, 'DescribeArchive', archives.arn(input.ArchiveName));
      const archive = archives.demand(input.ArchiveName);
      return {
        ArchiveArn: archives.arn(archive.name),
        ...describe(archive),
        ...(archive.description !== undefined && { Description: archive.description }),
        ...(archive.pattern !== undefined && { EventPattern: archive.pattern }),
      };
    }),

    ListArchives: jsonOperation(
      z.strictObject({
        NamePrefix: archiveName.optional(),
        EventSourceArn: arn.optional(),
        State: z
          .enum(['ENABLED', 'DISABLED', 'CREATING', 'UPDATING', 'CREATE_FAILED', 'UPDATE_FAILED'])
          .optional(),
        ...page,
      }),
      (input, caller) => {
        demand(caller, 'ListArchives', '*');
        demandOneFilter('ListArchives', input);
        const { NamePrefix = '', EventSourceArn, State = 'ENABLED' } = input;
        const listed = archives
          .all()
          .filter(
            ({ name, bus }) =>
              name.startsWith(NamePrefix) &&
              (EventSourceArn === undefined || buses.arn(bus) === EventSourceArn) &&
              State === 'ENABLED',
          );
        return paged('Archives', listed.map(describe), input);
      },
    ),

    UpdateArchive: jsonOperation(
      z.strictObject({ ArchiveName: archiveName, ...archiveSettings }),
      (input, caller) => {
        demand(caller, 'UpdateArchive', archives.arn(input.ArchiveName));
        const archive: Archive = { ...archives.demand(input.ArchiveName), ...settingsOf(input) };
        if (input.RetentionDays !== undefined) archive.retentionDays = input.RetentionDays;
        buses.putArchive(archive);
        return stateOf(archive);
      },
    ),

    DeleteArchive: jsonOperation(z.strictObject({ ArchiveName: archiveName }), (input, caller) => {
      demand(caller, 'DeleteArchive', archives.arn(input.ArchiveName));
      buses.removeArchive(archives.demand(input.ArchiveName).name);
      return {};
    }),

    StartReplay: jsonOperation(
      z.strictObject({
        ReplayName: replayName,
        Description: z.string().max(512).optional(),
        EventSourceArn: arn,
        EventStartTime: time,
        EventEndTime: time,
        Destination: z.strictObject({ Arn: arn, FilterArns: z.array(arn).default([]) }),
      }),
      ({ ReplayName, Description, EventSourceArn, EventStartTime, EventEndTime, Destination }, caller) => {
        demand(caller, 'StartReplay', replays.arn(ReplayName));
        const source = /^archive\/(.+)$/.exec(parseArn(EventSourceArn)?.resource ?? '')?.[1];
        if (source === undefined) throw invalid('EventSourceArn', 'Must contain an archive ARN.');
        if (!parseArn(Destination.Arn)?.resource.startsWith('event-bus/'))
          throw invalid('Destination.Arn', 'Must contain an event bus ARN.');
        const bus = buses.demand(Destination.Arn);
        const archive = archives.get(source);
        if (!archive) throw invalid('EventSourceArn', `Archive ${source} does not exist.`);
        if (archive.bus !== bus.name)
          throw invalid('Destination.Arn', 'Cross event bus replay is not permitted.');
        if (EventStartTime >= EventEndTime)
          throw invalid('EventEndTime', 'EventStartTime must be before EventEndTime.');
        checkFilters(bus.name, Destination.FilterArns);
        const replay = replays.start({
          name: ReplayName,
          archive: archive.name,
          bus: bus.name,
          ruleArns: Destination.FilterArns,
          from: EventStartTime * 1000,
          to: EventEndTime * 1000,
          ...(Description !== undefined && { description: Description }),
        });
        return {
          ReplayArn: replays.arn(replay.name),
          State: replay.state,
          ReplayStartTime: replay.startedAt / 1000,
        };
      },
    ),

    DescribeReplay: jsonOperation(z.strictObject({ ReplayName: replayName }), (input, caller) => {
      demand(caller, 'DescribeReplay', replays.arn(input.ReplayName));
      const replay = replays.demand(input.ReplayName);
      return {
        ReplayArn: replays.arn(replay.name),
        ...describeReplay(replay),
        ...(replay.description !== undefined && { Description: replay.description }),
        Destination: {
          Arn: buses.arn(replay.bus),
          ...(replay.ruleArns.length > 0 && { FilterArns: replay.ruleArns }),
        },
      };
    }),

    ListReplays: jsonOperation(
      z.strictObject({
        NamePrefix: replayName.optional(),
        EventSourceArn: arn.optional(),
        State: z.enum(['STARTING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED']).optional(),
        ...page,
      }),
      (input, caller) => {
        demand(caller, 'ListReplays', '*');
        demandOneFilter('ListReplays', input);
        const { NamePrefix = '', EventSourceArn, State } = input;
        const listed = replays
          .all()
          .filter(
            ({ name, archive, state }) =>
              name.startsWith(NamePrefix) &&
              (EventSourceArn === undefined || archives.arn(archive) === EventSourceArn) &&
              (State === undefined || state === State),
          );
        return paged('Replays', listed.map(describeReplay), input);
      },
    ),

    CancelReplay: jsonOperation(z.strictObject({ ReplayName: replayName }), (input, caller) => {
      demand(caller, 'CancelReplay', replays.arn(input.ReplayName));
      const replay = replays.cancel(input.ReplayName);
      return { ReplayArn: replays.arn(replay.name), State: replay.state };
    }),
  };
}

function settingsOf(input: { Description?: string | undefined; EventPattern?: string | undefined }) {
  return {
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.EventPattern !== undefined && { pattern: input.EventPattern }),
  };
}

function demandOneFilter(
  operation: string,
  { NamePrefix, EventSourceArn, State }: Partial<Record<'NamePrefix' | 'EventSourceArn' | 'State', unknown>>,
): void {
  if ([NamePrefix, EventSourceArn, State].filter((filter) => filter !== undefined).length < 2) return;
  throw new AwsError(
    'ValidationException',
    `At most one filter is allowed for ${operation}. Use either : State, EventSourceArn, or NamePrefix.`,
  );
}

function invalid(parameter: string, reason: string): AwsError {
  return new AwsError('ValidationException', `Parameter ${parameter} is not valid. Reason: ${reason}`);
}

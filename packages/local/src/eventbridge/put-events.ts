import { InvalidEvent } from '@tributary/events/pattern';
import * as z from 'zod';
import type { AwsEvent } from '../activity.ts';
import { AwsError } from '../errors.ts';
import type { Access, Identity } from '../iam/access.ts';
import { busNameOf } from './buses.ts';
import { type EventBridge, wholeSeconds } from './event-bridge.ts';

/** EventBridge raised it from 256 KB in January 2026; it counts for the whole request. */
const maxRequestBytes = 1024 * 1024;

const entrySchema = z.strictObject({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  /** Seconds since 1970. */
  Time: z.number().min(0).max(253_402_300_799).optional(),
  TraceHeader: z.string().max(500).optional(),
});

export const putEventsInput = z.strictObject({ Entries: z.array(entrySchema).min(1).max(10) });

type Entry = z.infer<typeof entrySchema>;
type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export async function putEvents(
  { Entries }: z.infer<typeof putEventsInput>,
  caller: Identity,
  bridge: EventBridge,
  access: Access,
): Promise<{ FailedEntryCount: number; Entries: EntryResult[] }> {
  if (Entries.reduce((bytes, entry) => bytes + entryBytes(entry), 0) > maxRequestBytes) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  for (const entry of Entries) demandAccess(entry, caller, bridge, access);
  // In the order of the request, as AWS takes them.
  const results: EntryResult[] = [];
  for (const entry of Entries) results.push(await putEntry(entry, bridge));
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevents-entry-size */
export function entryBytes(entry: Entry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const bytes = texts.reduce((sum, text) => sum + (text === undefined ? 0 : Buffer.byteLength(text)), 0);
  return bytes + (entry.Time === undefined ? 0 : 14);
}

function demandAccess(entry: Entry, caller: Identity, bridge: EventBridge, access: Access): void {
  const bus = bridge.buses.get(entry.EventBusName ?? 'default');
  const resource = bus?.arn ?? bridge.buses.arn(busNameOf(entry.EventBusName ?? 'default'));
  const context = {
    'events:source': entry.Source,
    'events:detail-type': entry.DetailType,
    'aws:SecureTransport': 'true',
  };
  const statements = [...(bus?.policies.values() ?? [])].flatMap((policy) => policy.Statement);
  access.demand(caller, { action: 'events:PutEvents', resource, context }, statements);
}

async function putEntry(entry: Entry, bridge: EventBridge): Promise<EntryResult> {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name]) {
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  const source = entry.Source!;
  if (source === 'aws' || source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parseDetail(entry.Detail!);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const busName = busNameOf(entry.EventBusName ?? 'default');
  if (!bridge.buses.get(busName)) {
    return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${busName} does not exist.` };
  }
  const event: AwsEvent = bridge.makeEvent({
    source,
    detailType: entry.DetailType!,
    detail,
    resources: entry.Resources ?? [],
    ...(entry.Time !== undefined && { time: wholeSeconds(new Date(entry.Time * 1000)) }),
  });
  try {
    await bridge.publish(busName, event, withDetailText(event, entry.Detail!));
  } catch (error) {
    if (error instanceof InvalidEvent) return { ErrorCode: 'MalformedDetail', ErrorMessage: error.message };
    // Could not be kept: the caller must know, and send it again.
    return { ErrorCode: 'InternalFailure', ErrorMessage: String(error) };
  }
  return { EventId: event.id };
}

function parseDetail(text: string): object | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

/** The event as JSON with its detail as it was sent: parsing would lose digits and repeated names. */
function withDetailText({ detail: _detail, ...fields }: AwsEvent, detail: string): string {
  return `${JSON.stringify(fields).slice(0, -1)},"detail":${detail.trim()}}`;
}

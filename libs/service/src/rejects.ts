import type { S3Client } from '@aws-sdk/client-s3';
import { BadInput } from '@tributary/codec';
import type { ObjectRef } from '@tributary/events';
import type { ObjectSink } from './object-sink.ts';
import { rejectsIdOf, reportMetadata, type Stamp } from './stamp.ts';
import { lookUp, type Place, removeIfSame, type StandingObject, settle } from './standing-object.ts';

/** A quarantine file. Rows are missing if it was too large to carry their number, and they could not be counted. */
export type Rejects = ObjectRef & { rows?: number };

export interface RejectsTools {
  s3: S3Client;
  signal: AbortSignal;
  warn(message: string, about: object): void;
}

/**
 * Puts a quarantine file in its place; undefined if there is nothing in it. Its name is that of one piece of work, so
 * what is there already holds the same, from another delivery of the event, and is left as it is.
 */
export async function keepRejects(
  place: Place,
  sink: ObjectSink,
  rows: number,
  stamp: Stamp,
  { s3, signal }: RejectsTools,
): Promise<Rejects | undefined> {
  if (sink.bytes === 0) return undefined;
  const late = reportMetadata({ rows: 0, rejected: rows, notices: {} });
  const settled = await settle(s3, place, sink, stamp, { late, signal });
  if (settled.act === 'written') return { ...settled.object, rows };
  if (settled.act === 'repeat') return { ...settled.of.object, rows: settled.of.report?.rejected ?? rows };
  throw new BadInput({ code: 'output-taken', what: `s3://${place.bucket}/${place.key} is of another input` });
}

/** The quarantine file that goes with an output, as it stands now. */
export async function findRejects(
  place: Place,
  rows: number | undefined,
  { s3, signal }: RejectsTools,
): Promise<Rejects | undefined> {
  if (rows === 0) return undefined;
  const there = await lookUp(s3, place, { signal });
  const count = rows ?? there?.report?.rejected;
  return there && { ...there.object, ...(count !== undefined && { rows: count }) };
}

/** Which quarantine files an output may have: its own, and that of the one it replaced, if it failed to remove it. */
export function rejectsBehind({ stamp, report }: StandingObject): string[] {
  if (stamp === undefined) return [];
  const own = report?.rejected === 0 ? [] : [rejectsIdOf(stamp)];
  return stamp.replaced === undefined ? own : [...own, stamp.replaced];
}

/**
 * Removes quarantine files that belong to no output any more. The step is done by then, so it does not fail for that: what
 * could not be removed is told, and tried again when the event comes again.
 */
export async function removeRejects(
  places: readonly Place[],
  { s3, signal, warn }: RejectsTools,
): Promise<void> {
  for (const place of places) {
    try {
      const there = await lookUp(s3, place, { signal });
      if (there) await removeIfSame(s3, there.object, signal);
    } catch (error) {
      warn('Outdated rejects stay behind', { rejects: `s3://${place.bucket}/${place.key}`, error });
    }
  }
}

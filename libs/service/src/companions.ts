import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { BadInput, type Converter, type ConvertReport } from '@tributary/codec';
import type { ObjectRef, StepSchema } from '@tributary/events';
import { createObject, type ObjectSink } from './object-sink.ts';
import type { Places } from './places.ts';
import { readText } from './small-object.ts';
import { type KeptReport, rejectsIdOf, reportMetadata, type Stamp, stampMetadata } from './stamp.ts';
import { lookUp, type Place, removeIfSame, settle } from './standing-object.ts';

/** A quarantine file. Rows are missing if it was too large to carry their number, and they could not be counted. */
export type Rejects = ObjectRef & { rows?: number };

export interface CompanionTools {
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
  tools: CompanionTools,
): Promise<Rejects | undefined> {
  if (sink.bytes === 0) return undefined;
  const late = reportMetadata({ rows: 0, rejected: rows, notices: {} });
  const { object, report } = await keep(place, sink, stamp, late, tools);
  return { ...object, rows: report?.rejected ?? rows };
}

/** The quarantine file that goes with an output, as it stands now. */
export async function findRejects(
  place: Place,
  rows: number | undefined,
  { s3, signal }: CompanionTools,
): Promise<Rejects | undefined> {
  if (rows === 0) return undefined;
  const there = await lookUp(s3, place, { signal });
  const count = rows ?? there?.report?.rejected;
  return there && { ...there.object, ...(count !== undefined && { rows: count }) };
}

/**
 * Puts a schema that was inferred in its place, as `keepRejects` does; one that was given is told as it is. It carries the
 * report, which an output of more than one request cannot.
 */
export async function keepSchema(
  place: () => Place,
  report: ConvertReport,
  stamp: Stamp,
  tools: CompanionTools,
): Promise<StepSchema | undefined> {
  const { schema } = report;
  if (!schema?.inferred) return schema;
  const text = `${JSON.stringify(schema.descriptor, null, 2)}\n`;
  const { s3, signal } = tools;
  const target = { ...place(), metadata: stampMetadata(stamp), contentType: 'application/json' };
  const sink = createObject(s3, target, { signal, partBytes: 5 * 1024 * 1024, parallel: 1 });
  try {
    await sink.write(Buffer.from(text));
    const { object } = await keep(target, sink, stamp, reportMetadata(report), tools);
    return { ...schema, object: { ...object, digest: digestOf(text) } };
  } finally {
    await sink.abort();
  }
}

/** The schema that goes with an output, as far as it can be told. */
export async function findSchema(
  place: () => Place,
  report: KeptReport | undefined,
  { s3, signal }: CompanionTools,
): Promise<StepSchema | undefined> {
  const schema = report?.schema;
  if (!schema?.inferred) return schema;
  const found = await readText(s3, place(), { signal });
  if (found === undefined) return schema;
  const descriptor = JSON.parse(found.text) as Record<string, unknown>;
  return { inferred: true, descriptor, object: { ...found.object, digest: digestOf(found.text) } };
}

/** By which ids an output may have companions: its own, and that of the output it replaced, if they were not removed. */
export function idsBehind({
  stamp,
  report,
}: {
  stamp: Stamp | undefined;
  report: KeptReport | undefined;
}): string[] {
  if (stamp === undefined) return [];
  const none = report?.rejected === 0 && !report.schema?.inferred && !report.documents?.length;
  const own = none ? [] : [rejectsIdOf(stamp)];
  return stamp.replaced === undefined ? own : [...own, stamp.replaced];
}

/**
 * Removes quarantine files, schemas and documents that belong to no output any more. The step is done by then, so it does not fail
 * for that: what could not be removed is told, and tried again when the event comes again.
 */
export async function removeCompanions(
  ids: readonly string[],
  { places, converter: { documents = [] } }: { places: Places; converter: Pick<Converter, 'documents'> },
  { s3, signal, warn }: CompanionTools,
): Promise<void> {
  for (const id of new Set(ids)) {
    const kinds = {
      rejects: () => places.rejects(id),
      schema: () => places.schema(id),
      ...Object.fromEntries(documents.map((name) => [name, () => places.document(id, name)])),
    };
    for (const [kind, place] of Object.entries(kinds)) {
      try {
        const there = await lookUp(s3, place(), { signal });
        if (there) await removeIfSame(s3, there.object, signal);
      } catch (error) {
        warn('What belonged to an earlier output stays behind', { kind, id, error });
      }
    }
  }
}

/** Puts a companion in its place, unless the same is there from another delivery of the event. */
export async function keep(
  place: Place,
  sink: ObjectSink,
  stamp: Stamp,
  late: Record<string, string>,
  { s3, signal }: CompanionTools,
): Promise<{ object: ObjectRef; report?: KeptReport | undefined }> {
  const settled = await settle(s3, place, sink, stamp, { late, signal });
  if (settled.act === 'written') return { object: settled.object };
  if (settled.act === 'repeat') return settled.of;
  throw new BadInput({ code: 'output-taken', what: `s3://${place.bucket}/${place.key} is of another input` });
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

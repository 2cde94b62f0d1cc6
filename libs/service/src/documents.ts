import type { Attachment } from '@tributary/codec';
import type { StepDocument } from '@tributary/events';
import { type CompanionTools, keep } from './companions.ts';
import { createObject } from './object-sink.ts';
import type { Places } from './places.ts';
import { type KeptReport, rejectsIdOf, reportMetadata, type Stamp, stampMetadata } from './stamp.ts';
import { lookUp } from './standing-object.ts';

/**
 * Puts documents in their places, as `keepRejects` does a quarantine file. Each carries the report, which an output of more
 * than one request cannot.
 */
export async function keepDocuments(
  documents: readonly Attachment[],
  places: Places,
  report: KeptReport | undefined,
  stamp: Stamp,
  tools: CompanionTools,
): Promise<StepDocument[]> {
  const { s3, signal } = tools;
  const id = rejectsIdOf(stamp);
  return await Promise.all(
    documents.map(async ({ name, mediaType, bytes }) => {
      const target = {
        ...places.document(id, name),
        metadata: stampMetadata(stamp),
        contentType: mediaType,
      };
      const sink = createObject(s3, target, { signal, partBytes: 5 * 1024 * 1024, parallel: 1 });
      try {
        await sink.write(bytes);
        const { object } = await keep(target, sink, stamp, report ? reportMetadata(report) : {}, tools);
        return { name, mediaType, ...object };
      } finally {
        await sink.abort();
      }
    }),
  );
}

/** The documents that go with an output, as they stand now. */
export async function findDocuments(
  stamp: Stamp,
  names: readonly string[],
  places: Places,
  { s3, signal }: CompanionTools,
): Promise<StepDocument[]> {
  const id = rejectsIdOf(stamp);
  const found = names.map(async (name) => {
    const there = await lookUp(s3, places.document(id, name), { signal });
    return there && { name, mediaType: there.contentType ?? 'application/octet-stream', ...there.object };
  });
  return (await Promise.all(found)).filter((document) => document !== undefined);
}

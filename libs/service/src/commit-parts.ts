import type { ConversionReport } from '@tributary/codec';
import type { ObjectRef } from '@tributary/events';
import { Transient } from './errors.ts';
import {
  decideManifest,
  keysBehind,
  lookUpManifest,
  type Manifest,
  type ManifestFile,
  putManifest,
  type StandingManifest,
} from './manifest.ts';
import type { ObjectSink } from './object-sink.ts';
import { isSameWork, type KeptReport, type Stamp } from './stamp.ts';
import { lookUp, type Place, removeIfSame, type StandingObject, whileContended } from './standing-object.ts';
import { type ConvertTools, removeFormer } from './target.ts';
import { decide, type Verdict } from './verdict.ts';
import { mapLimited } from './waiting.ts';

/** A part that is uploaded and not yet there. */
export interface PendingPart {
  place: Place;
  sink: ObjectSink;
  rows: number;
  partition: Record<string, string | null>;
}

interface Commit {
  /** Of the manifest. */
  place: Place;
  stamp: Stamp;
  report: ConversionReport;
  parts: readonly PendingPart[];
  /** The manifest as it was before the work. */
  standing: StandingManifest | undefined;
  /** What stands where the output would be if it were one object. */
  single: StandingObject | undefined;
  tools: ConvertTools;
}

export type Committed =
  | { act: 'written'; manifest: StandingManifest; replaced: StandingManifest | undefined }
  | (Exclude<Verdict<StandingManifest>, { act: 'write' }> & { at?: Place });

/** Another writer's manifest stands where ours did. */
class Overtaken extends Error {}

/**
 * Makes the parts of an output appear as one:
 *
 * 1. look at what stands at their keys;
 * 2. write the manifest, `committing`: all keys that may be there from now on, ours and those of the output before;
 * 3. complete the uploads, each under the condition that its key is as it was seen;
 * 4. remove what the output before had and this one has not;
 * 5. write the manifest, `done`.
 *
 * Whoever falls at any point leaves a manifest by which the next one, a retry or a newer input, knows every key. A writer
 * that is overtaken by a newer one finds out by a condition, takes back what it completed in vain, and gives way; if it
 * falls then, the newer manifest still names its keys as `former`.
 * @throws {Transient} `s3-failed`, `output-contended`, `output-unreadable`: a retry does the work again and ends the same
 */
export async function commitParts(commit: Commit): Promise<Committed> {
  const { place, stamp, parts, single, tools } = commit;
  const seen = new Map<PendingPart, StandingObject | undefined>();
  await mapLimited(parts, 8, async (part) => {
    seen.set(part, await lookUp(tools.s3, part.place, tools));
  });
  const others: [Place, StandingObject | undefined][] = parts.map((part) => [part.place, seen.get(part)]);
  if (single) others.push([single.object, single]);
  for (const [at, there] of others) {
    const { act } = decide(there, stamp);
    if (act === 'refuse') return { act, at };
  }
  if (single && decide(single, stamp).act === 'superseded') return { act: 'superseded' };

  const announced = await announceParts(commit);
  if (announced.act !== 'announced') return announced;
  const { manifest, replaced } = announced;
  try {
    const files = await mapLimited(parts, 4, (part) => completePart(part, seen.get(part), commit));
    await removeFormer(place.bucket, manifest.former, stamp, tools);
    const done = await finishManifest({ ...manifest, state: 'done', files }, announced.object, commit);
    return { act: 'written', manifest: done, replaced };
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    return await giveWay(commit);
  }
}

type Announced =
  | { act: 'announced'; manifest: Manifest; object: ObjectRef; replaced: StandingManifest | undefined }
  | Exclude<Verdict<StandingManifest>, { act: 'write' }>;

/** Writes the manifest as `committing`, unless what stands there forbids it. */
async function announceParts({
  place,
  stamp,
  report,
  parts,
  standing,
  single,
  tools,
}: Commit): Promise<Announced> {
  const { s3, signal } = tools;
  let there = standing;
  return await whileContended(place, signal, async (sure) => {
    if (sure !== undefined) there = await lookUpManifest(s3, place, { signal, sure });
    const verdict = decideManifest(there, stamp);
    // A manifest whose files were found amiss says `repeat` as long as it is the one that was seen then.
    const again = verdict.act === 'repeat' && there?.etag === standing?.etag;
    if (verdict.act !== 'write' && !again) return verdict;
    const manifest: Manifest = {
      version: 1,
      state: 'committing',
      stamp,
      report: keptReport(report),
      files: parts.map(describePart),
      former: formerKeys(there, single, stamp, parts),
    };
    const condition = there ? { etag: there.etag } : { absent: true as const };
    const object = await putManifest(s3, place, manifest, condition, signal);
    const replaced = isSameWork(there?.stamp, stamp) ? undefined : there;
    return { act: 'announced', manifest, object, replaced };
  });
}

/** What may be there from before, and is not ours. */
function formerKeys(
  there: StandingManifest | undefined,
  single: StandingObject | undefined,
  stamp: Stamp,
  parts: readonly PendingPart[],
): string[] {
  const behind = there?.manifest
    ? isSameWork(there.stamp, stamp)
      ? there.manifest.former // whoever began the same work has seen to it
      : keysBehind(there.manifest)
    : [];
  const keys = new Set(single?.stamp ? [...behind, single.object.key] : behind);
  for (const { place } of parts) keys.delete(place.key);
  return [...keys];
}

/** @throws {Overtaken} */
async function completePart(
  part: PendingPart,
  seen: StandingObject | undefined,
  { place, stamp, tools }: Commit,
): Promise<ManifestFile> {
  const { s3, signal } = tools;
  let there = seen;
  const object = await whileContended(part.place, signal, async (sure) => {
    if (sure !== undefined) {
      await refuseIfOvertaken(place, stamp, tools);
      there = await lookUp(s3, part.place, { signal, sure });
    }
    // Another delivery of the event, or this one before it fell, has put the same there.
    if (there && isSameWork(there.stamp, stamp)) return there.object;
    return await part.sink.complete(there ? { etag: there.etag } : { absent: true });
  });
  const { etag, versionId, bytes } = object;
  return { ...describePart(part), bytes, etag, ...(versionId !== undefined && { versionId }) };
}

/** Writes the manifest as `done`. @throws {Overtaken} */
async function finishManifest(
  manifest: Manifest,
  announced: ObjectRef,
  { place, stamp, tools }: Commit,
): Promise<StandingManifest> {
  const { s3, signal } = tools;
  let { etag } = announced;
  return await whileContended(place, signal, async (sure) => {
    if (sure !== undefined) {
      const there = await refuseIfOvertaken(place, stamp, tools);
      if (there.manifest?.state === 'done') return there;
      etag = there.etag;
    }
    const object = await putManifest(s3, place, manifest, { etag }, signal);
    return { etag: object.etag, object, stamp, report: manifest.report, manifest };
  });
}

async function refuseIfOvertaken(
  place: Place,
  stamp: Stamp,
  { s3, signal }: ConvertTools,
): Promise<StandingManifest> {
  const there = await lookUpManifest(s3, place, { signal });
  if (there === undefined || !isSameWork(there.stamp, stamp)) throw new Overtaken();
  return there;
}

/** Takes back what was completed before the newer writer was noticed. */
async function giveWay({ place, stamp, parts, tools }: Commit): Promise<Committed> {
  const { s3, signal } = tools;
  const there = await lookUpManifest(s3, place, { signal });
  const theirs = new Set(there?.manifest?.files.map(({ key }) => key));
  await mapLimited(parts, 8, async (part) => {
    if (theirs.has(part.place.key)) return;
    const left = await lookUp(s3, part.place, { signal });
    if (left && isSameWork(left.stamp, stamp)) await removeIfSame(s3, left.object, signal);
  });
  const verdict = decideManifest(there, stamp);
  if (verdict.act !== 'write') return verdict;
  // Neither newer nor ours: whatever happened there, a retry begins from what stands then.
  throw new Transient({
    code: 'output-contended',
    what: `s3://${place.bucket}/${place.key} was taken away as its output was completed`,
  });
}

function describePart({ place, sink, rows, partition }: PendingPart): ManifestFile {
  return {
    key: place.key,
    rows,
    bytes: sink.bytes,
    ...(Object.keys(partition).length > 0 && { partition }),
  };
}

function keptReport({ rows, rejected, dialect, fields, notices, schema }: ConversionReport): KeptReport {
  return {
    rows,
    rejected,
    notices,
    ...(dialect && { dialect }),
    ...(fields && { fields }),
    ...(schema && {
      schema: schema.inferred ? { inferred: true } : { inferred: false, descriptor: schema.descriptor },
    }),
  };
}

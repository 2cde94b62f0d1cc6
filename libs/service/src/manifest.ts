import type { S3Client } from '@aws-sdk/client-s3';
import { compareSequencers, type ObjectRef } from '@tributary/events';
import * as z from 'zod';
import type { WriteCondition } from './object-sink.ts';
import { putText, readText } from './small-object.ts';
import { type KeptReport, type Stamp, stampMetadata } from './stamp.ts';
import type { Place } from './standing-object.ts';
import { decide, type Standing, type Verdict } from './verdict.ts';

const file = z.object({
  key: z.string(),
  rows: z.number(),
  bytes: z.number(),
  partition: z.record(z.string(), z.string().nullable()).optional(),
  /** Once it is there. */
  etag: z.string().optional(),
  versionId: z.string().optional(),
});

const manifest = z.object({
  version: z.literal(1),
  /**
   * `committing`: some of `files` may be there and others not, and so may those of `former`. `done`: all of `files` are
   * there, and none of `former`.
   */
  state: z.enum(['committing', 'done']),
  stamp: z.object({
    fingerprint: z.string(),
    sequencer: z.string(),
    origin: z.string(),
    run: z.string(),
    replaced: z.string().optional(),
  }),
  report: z.custom<KeptReport>((value) => typeof value === 'object' && value !== null),
  files: z.array(file),
  /** Keys that outputs of the same input had before and this one has not. */
  former: z.array(z.string()),
});

/** One object of an output of several. */
export type ManifestFile = z.output<typeof file>;

/**
 * The list of an output that consists of several objects, in an object of its own. It is to them what its metadata is
 * to a single one: it says what work they come of, and whether they are whole.
 */
export type Manifest = Omit<z.output<typeof manifest>, 'stamp'> & { stamp: Stamp };

export interface StandingManifest extends Standing {
  object: ObjectRef;
  /** Undefined for an object that none of our services wrote, as is the stamp. */
  manifest: Manifest | undefined;
  report: KeptReport | undefined;
}

/** The manifest at `place`; undefined if nothing is there. @throws as `lookUp` */
export async function lookUpManifest(
  s3: S3Client,
  place: Place,
  options: { signal?: AbortSignal | undefined; sure?: boolean | undefined } = {},
): Promise<StandingManifest | undefined> {
  const found = await readText(s3, place, options);
  if (found === undefined) return undefined;
  const read = readManifest(found.text);
  return {
    etag: found.object.etag,
    object: found.object,
    stamp: read?.stamp,
    report: read?.report,
    manifest: read,
  };
}

/** @throws `OutputChanged`, {Transient} `s3-failed` */
export async function putManifest(
  s3: S3Client,
  place: Place,
  content: Manifest,
  condition: WriteCondition,
  signal?: AbortSignal,
): Promise<ObjectRef> {
  const text = `${JSON.stringify(content, null, 1)}\n`;
  return await putText(s3, place, text, condition, stampMetadata(content.stamp), signal);
}

/**
 * As `decide`, of an output of several objects: where the same work stands half committed, it is to be done again, by
 * whoever comes for that very event.
 */
export function decideManifest(
  standing: StandingManifest | undefined,
  ours: Stamp,
): Verdict<StandingManifest> {
  const verdict = decide(standing, ours);
  if (verdict.act !== 'repeat' || verdict.of.manifest?.state === 'done') return verdict;
  return compareSequencers(verdict.of.stamp.sequencer, ours.sequencer) === 0
    ? { act: 'write', condition: { etag: verdict.of.etag } }
    : { act: 'superseded' };
}

/** Every key that may be there because of a manifest. */
export function keysBehind({ state, files, former }: Manifest): string[] {
  return [...files.map(({ key }) => key), ...(state === 'committing' ? former : [])];
}

function readManifest(text: string): Manifest | undefined {
  try {
    return manifest.parse(JSON.parse(text)) as Manifest;
  } catch {
    return undefined;
  }
}

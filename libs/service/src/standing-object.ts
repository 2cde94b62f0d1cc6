import { DeleteObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectRef } from '@tributary/events';
import { lostCondition, OutputChanged, s3Failure, statusOf, Transient } from './errors.ts';
import { type ObjectSink, versionOf, type WrittenObject } from './object-sink.ts';
import { type KeptReport, readReport, readStamp, type Stamp } from './stamp.ts';
import { decide, type Standing, type Verdict } from './verdict.ts';
import { sleep } from './waiting.ts';

/** Where an output goes. */
export interface Place {
  bucket: string;
  key: string;
}

/** An output as it stands at its key now. */
export interface StandingObject extends Standing {
  object: ObjectRef;
  report: KeptReport | undefined;
  contentType: string | undefined;
}

/**
 * What stands at `place`; undefined if nothing does. 403 counts as nothing: S3 says so of a missing key to a role that
 * may not list the bucket, and ours may not. If something is there after all, the conditional write finds out.
 * @param sure S3 has just said that something is there, so that 403 means what it says
 * @throws {Transient} `output-unreadable`, `s3-failed`
 */
export async function lookUp(
  s3: S3Client,
  { bucket, key }: Place,
  { signal, sure = false }: { signal?: AbortSignal | undefined; sure?: boolean } = {},
): Promise<StandingObject | undefined> {
  try {
    const head = await s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key }),
      signal ? { abortSignal: signal } : {},
    );
    const etag = (head.ETag ?? '').replaceAll('"', '');
    return {
      etag,
      stamp: readStamp(head.Metadata),
      report: readReport(head.Metadata),
      contentType: head.ContentType,
      object: {
        bucket,
        key,
        etag,
        bytes: head.ContentLength ?? 0,
        ...versionOf(head.VersionId),
      },
    };
  } catch (error) {
    signal?.throwIfAborted();
    return nothingThere(error, { bucket, key }, sure);
  }
}

/**
 * Takes an answer of S3 for "nothing is there".
 * @throws {Transient} `output-unreadable`, `s3-failed` if it says something else
 */
export function nothingThere(error: unknown, { bucket, key }: Place, sure = false): undefined {
  if (statusOf(error) === 403 && sure) {
    throw new Transient(
      {
        code: 'output-unreadable',
        what: `s3://${bucket}/${key} is there, but may not be read`,
        expected: 's3:GetObject on it, and kms:Decrypt where it is encrypted by a key',
      },
      { cause: error },
    );
  }
  if (statusOf(error) === 404 || statusOf(error) === 403) return undefined;
  throw s3Failure(error, `Looking at s3://${bucket}/${key}`);
}

export type Settlement =
  | { act: 'written'; object: WrittenObject; replaced: StandingObject | undefined }
  | Exclude<Verdict<StandingObject>, { act: 'write' }>;

/** Writers that meet at one key each win in turn; more than this many in a row and Lambda's own retry takes over. */
const maxRounds = 6;

/**
 * Completes `sink` unless what stands at its key forbids it, and decides again whenever another writer was quicker.
 * @throws {Transient} `output-contended`, `output-unreadable`, `s3-failed`
 */
export async function settle(
  s3: S3Client,
  place: Place,
  sink: ObjectSink,
  stamp: Stamp,
  {
    standing,
    late = {},
    signal,
  }: {
    standing?: StandingObject | undefined;
    late?: Record<string, string>;
    signal?: AbortSignal | undefined;
  },
): Promise<Settlement> {
  let there = standing;
  return await whileContended(place, signal, async (sure) => {
    if (sure !== undefined) there = await lookUp(s3, place, { signal, sure });
    const verdict = decide(there, stamp);
    if (verdict.act !== 'write') return verdict;
    const object = await sink.complete(verdict.condition, late);
    return { act: 'written', object, replaced: there };
  });
}

/**
 * Tries again, after a pause, as long as `attempt` meets `OutputChanged`.
 * @param attempt is told whether S3 is sure that something is at `place`; the first time nothing, as nothing is known
 * @throws {Transient} `output-contended`
 */
export async function whileContended<Result>(
  place: Place,
  signal: AbortSignal | undefined,
  attempt: (sure: boolean | undefined) => Promise<Result>,
): Promise<Result> {
  let sure: boolean | undefined;
  for (let round = 1; ; round++) {
    try {
      return await attempt(sure);
    } catch (error) {
      if (!(error instanceof OutputChanged)) throw error;
      if (round === maxRounds) {
        throw new Transient(
          {
            code: 'output-contended',
            what: `s3://${place.bucket}/${place.key} kept changing under ${maxRounds} tries`,
          },
          { cause: error },
        );
      }
      await sleep(Math.random() * 20 * 2 ** round, signal);
      // Only that something is in the way says that something is there.
      sure = error.inTheWay;
    }
  }
}

/** Deletes the object if it is still the one that was seen; leaves it to its new owner otherwise. */
export async function removeIfSame(
  s3: S3Client,
  { bucket, key, etag }: ObjectRef,
  signal: AbortSignal,
): Promise<void> {
  try {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: `"${etag}"` }), {
      abortSignal: signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    if (lostCondition(error) || statusOf(error) === 404) return;
    throw s3Failure(error, `Removing s3://${bucket}/${key}`);
  }
}

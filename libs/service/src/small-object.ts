import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectRef } from '@tributary/events';
import { lostCondition, OutputChanged, s3Failure, statusOf } from './errors.ts';
import { versionOf, type WriteCondition } from './object-sink.ts';
import { nothingThere, type Place } from './standing-object.ts';

/**
 * Reads a small object of ours as text; undefined if there is none.
 * @param sure as `lookUp` has it
 * @throws {Transient} `output-unreadable`, `s3-failed`
 */
export async function readText(
  s3: S3Client,
  { bucket, key }: Place,
  { signal, sure = false }: { signal?: AbortSignal | undefined; sure?: boolean | undefined } = {},
): Promise<{ object: ObjectRef; text: string } | undefined> {
  try {
    const answer = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key }),
      signal ? { abortSignal: signal } : {},
    );
    const object = {
      bucket,
      key,
      etag: (answer.ETag ?? '').replaceAll('"', ''),
      bytes: answer.ContentLength ?? 0,
      ...versionOf(answer.VersionId),
    };
    return { object, text: (await answer.Body?.transformToString()) ?? '' };
  } catch (error) {
    signal?.throwIfAborted();
    return nothingThere(error, { bucket, key }, sure);
  }
}

/**
 * Puts a small object of JSON if `condition` holds.
 * @throws `OutputChanged` if it does not; {Transient} `s3-failed`
 */
export async function putText(
  s3: S3Client,
  { bucket, key }: Place,
  text: string,
  condition: WriteCondition,
  metadata: Record<string, string>,
  signal?: AbortSignal,
): Promise<ObjectRef> {
  const at = `s3://${bucket}/${key}`;
  const absent = 'absent' in condition;
  const Body = Buffer.from(text);
  try {
    const answer = await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body,
        ContentType: 'application/json',
        Metadata: metadata,
        ChecksumAlgorithm: 'CRC32',
        ...(absent ? { IfNoneMatch: '*' } : { IfMatch: `"${condition.etag}"` }),
      }),
      signal ? { abortSignal: signal } : {},
    );
    const etag = (answer.ETag ?? '').replaceAll('"', '');
    return { bucket, key, etag, bytes: Body.length, ...versionOf(answer.VersionId) };
  } catch (error) {
    signal?.throwIfAborted();
    if (!lostCondition(error)) throw s3Failure(error, `Writing ${at}`);
    const fault = { code: 'output-changed', what: `${at} was written by another meanwhile` };
    throw new OutputChanged(fault, { cause: error }, absent && statusOf(error) === 412);
  }
}

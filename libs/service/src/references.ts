import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { BadOptions, type ByteSource } from '@tributary/codec';
import type { ObjectRef } from '@tributary/events';
import { InputReplaced, isInputLost, s3Failure, statusOf, Transient } from './errors.ts';
import type { ReadSettings } from './object-range.ts';
import { versionOf } from './object-sink.ts';
import { openObject } from './object-source.ts';

/** Objects beside the input that a conversion may read, by name, as they stand now. */
export type References = Readonly<Record<string, ObjectRef>>;

/**
 * Looks at each object that options name as `s3://bucket/key`. What is read later is that very version, and the fingerprint
 * of the work goes by it.
 * @throws {BadOptions} `reference-unusable`; {Transient} `s3-failed`
 */
export async function findReferences(
  places: Readonly<Record<string, string>>,
  { s3, signal }: { s3: S3Client; signal: AbortSignal },
): Promise<References> {
  const found = Object.entries(places).map(async ([name, place]) => {
    const { bucket, key } = readPlace(name, place);
    try {
      const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), {
        abortSignal: signal,
      });
      const etag = (head.ETag ?? '').replaceAll('"', '');
      return [
        name,
        { bucket, key, etag, bytes: head.ContentLength ?? 0, ...versionOf(head.VersionId) },
      ] as const;
    } catch (error) {
      signal.throwIfAborted();
      // A role that may not list is told 403 of what is not there.
      if (statusOf(error) !== 404 && statusOf(error) !== 403) throw s3Failure(error, `Looking at ${place}`);
      throw unusable(name, place, 'an object that is there and may be read', { cause: error });
    }
  });
  return Object.fromEntries(await Promise.all(found));
}

/**
 * Opens one of them.
 * @throws {Transient} while it is read, also `reference-changed`
 */
export function openReference(
  s3: S3Client,
  object: ObjectRef,
  settings: Partial<ReadSettings> & { signal: AbortSignal },
): ByteSource & { close(): Promise<void> } {
  const source = openObject(s3, object, { ...settings, parallel: 2 });
  return {
    async read(into) {
      try {
        return await source.read(into);
      } catch (error) {
        // Of the input these would mean that the file is nobody's concern any more.
        if (!(error instanceof InputReplaced) && !isInputLost(error)) throw error;
        const at = `s3://${object.bucket}/${object.key}`;
        throw new Transient(
          {
            code: 'reference-changed',
            what: `${at}, which the options refer to, was replaced or removed while it was read`,
          },
          { cause: error },
        );
      }
    },
    close: () => source.close(),
  };
}

function readPlace(name: string, place: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(place) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  throw unusable(name, place, 's3://BUCKET/KEY');
}

function unusable(name: string, got: string, expected: string, cause?: ErrorOptions): BadOptions {
  const pointer = `/references/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return new BadOptions(
    {
      code: 'reference-unusable',
      what: `The reference ${name} cannot be read`,
      expected,
      got,
      where: { pointer },
    },
    cause,
  );
}

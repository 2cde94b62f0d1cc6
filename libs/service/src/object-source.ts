import type { S3Client } from '@aws-sdk/client-s3';
import type { ByteSource } from '@tributary/codec';
import type { ObjectRef } from '@tributary/events';
import { readFailure } from './errors.ts';
import { fetchPart, type Part, type ReadSettings, readDefaults } from './object-range.ts';
import { linkAbort } from './waiting.ts';

/** A part that is read while it comes. */
interface ComingPart extends Part {
  failure: unknown;
  settled: Promise<void>;
}

/**
 * Reads one object version as a stream: ranged GETs in parallel, handed on in order, in bounded buffers.
 * The bytes are those of the very object of the event, none written later: each GET carries `If-Match` (and the version id where there is one), so bytes of two versions never mix.
 * @throws `InputReplaced`, `BadInput` `input-gone`, `Transient` (`stalled`, `short-body`, `size-mismatch`, `input-unreadable`, `s3-failed`)
 * @example
 * ```ts
 * const source = openObject(s3, { bucket, key, bytes, etag }, { signal });
 * try { await copy(source, sink); } finally { await source.close(); }
 * ```
 */
export function openObject(
  s3: S3Client,
  object: ObjectRef,
  {
    signal,
    first = 0,
    ...given
  }: Partial<ReadSettings> & { signal?: AbortSignal | undefined; first?: number } = {},
): ByteSource & { close(): Promise<void> } {
  const settings = { ...readDefaults, ...given };
  const closing = linkAbort(signal);
  const ahead: ComingPart[] = [];
  const spare: Uint8Array[] = [];
  let next = first;
  let head: ComingPart | undefined;
  let taken = 0;

  function startNext(): void {
    const length = Math.min(settings.partBytes, object.bytes - next);
    const memory = spare.pop() ?? new Uint8Array(Math.min(settings.partBytes, object.bytes));
    const part: ComingPart = {
      first: next,
      bytes: memory.subarray(0, length),
      filled: 0,
      failure: undefined,
      settled: Promise.resolve(),
      wake: () => {},
    };
    next += length;
    part.settled = fetchPart(s3, object, part, settings, closing.signal).then(
      () => part.wake(),
      (error) => {
        part.failure = readFailure(error, `s3://${object.bucket}/${object.key}`);
        part.wake();
      },
    );
    ahead.push(part);
  }

  return {
    async read(into) {
      if (into.length === 0) return 0;
      for (;;) {
        signal?.throwIfAborted();
        while (ahead.length + (head ? 1 : 0) < settings.parallel && next < object.bytes) startNext();
        if (head === undefined) {
          head = ahead.shift();
          taken = 0;
          if (head === undefined) return 0;
        }
        const part = head;
        if (part.filled > taken) {
          const count = Math.min(into.length, part.filled - taken);
          into.set(part.bytes.subarray(taken, taken + count));
          taken += count;
          if (taken === part.bytes.length) {
            await part.settled;
            if (part.failure !== undefined) throw part.failure;
            spare.push(new Uint8Array(part.bytes.buffer));
            head = undefined;
          }
          return count;
        }
        if (part.failure !== undefined) throw part.failure;
        await new Promise<void>((resolve) => {
          part.wake = resolve;
          if (part.filled > taken || part.failure !== undefined) resolve();
        });
      }
    },
    async close() {
      closing.abort();
      closing.unlink();
      await Promise.all([head?.settled, ...ahead.map((part) => part.settled)]);
    },
  };
}

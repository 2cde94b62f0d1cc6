import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectRef } from '@tributary/events';
import { statusOf, Transient } from './errors.ts';
import { linkAbort, sleep } from './waiting.ts';

export interface ReadSettings {
  /** Bytes of one ranged GET. */
  partBytes: number;
  /** Ranged GETs under way at once; memory is `partBytes` times this. */
  parallel: number;
  /** A body that brings no byte for so long is given up and asked for again, from where it stopped. */
  stallMs: number;
  /** Tries of one range before the invocation fails. */
  attempts: number;
}

export const readDefaults: ReadSettings = {
  partBytes: 8 * 1024 * 1024,
  parallel: 4,
  stallMs: 10_000,
  attempts: 5,
};

/** One range of the object on its way into one buffer. */
export interface Part {
  first: number;
  bytes: Uint8Array;
  filled: number;
  /** Called when bytes came. */
  wake: () => void;
}

/**
 * Fills one part, asking again for what is missing where a body stalls, ends early or breaks. The bytes are those of the
 * very object of the event: each GET carries `If-Match` (and the version id where there is one).
 */
export async function fetchPart(
  s3: S3Client,
  object: ObjectRef,
  part: Part,
  settings: Pick<ReadSettings, 'stallMs' | 'attempts'>,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; part.filled < part.bytes.length; attempt++) {
    const before = part.filled;
    try {
      await fetchRest(s3, object, part, settings.stallMs, signal);
    } catch (error) {
      signal.throwIfAborted();
      const status = statusOf(error);
      const answered = status !== undefined && status >= 400 && status < 500;
      // A fault after the last byte says that the bytes are not to be trusted, and some may be in use already.
      const full = part.filled === part.bytes.length;
      if (answered || full || attempt >= settings.attempts) throw error;
      // A body that moved on earns its tries back: only standing still counts.
      if (part.filled > before) attempt = 0;
      await sleep(Math.min(2_000, 50 * 2 ** attempt), signal);
    }
  }
}

/** One GET for the bytes a part still lacks. */
async function fetchRest(
  s3: S3Client,
  object: ObjectRef,
  part: Part,
  stallMs: number,
  outer: AbortSignal,
): Promise<void> {
  const from = part.first + part.filled;
  const to = part.first + part.bytes.length;
  const whole = from === 0 && to === object.bytes;
  const watchdog = linkAbort(outer);
  const bark = () =>
    watchdog.abort(
      new Transient({
        code: 'stalled',
        what: `No byte for ${stallMs} ms`,
        where: { byte: part.first + part.filled },
      }),
    );
  const timer = setTimeout(bark, stallMs);
  try {
    const answer = await s3.send(
      new GetObjectCommand({
        Bucket: object.bucket,
        Key: object.key,
        ...(object.versionId === undefined ? {} : { VersionId: object.versionId }),
        IfMatch: `"${object.etag}"`,
        ...(whole ? {} : { Range: `bytes=${from}-${to - 1}` }),
      }),
      { abortSignal: watchdog.signal },
    );
    const body = answer.Body as Readable;
    const total = whole ? answer.ContentLength : Number(answer.ContentRange?.split('/')[1]);
    if (total !== object.bytes) {
      body.destroy();
      throw new Transient({
        code: 'size-mismatch',
        what: 'The object is not as long as its event says',
        expected: `${object.bytes} bytes`,
        got: `${total} bytes`,
      });
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        body.destroy();
        reject(watchdog.signal.reason);
      };
      if (watchdog.signal.aborted) return onAbort();
      watchdog.signal.addEventListener('abort', onAbort, { once: true });
      body.on('data', (chunk: Uint8Array) => {
        timer.refresh();
        if (part.filled + chunk.length > part.bytes.length) {
          body.destroy();
          return reject(new Transient({ code: 's3-failed', what: 'S3 sent more than was asked for' }));
        }
        part.bytes.set(chunk, part.filled);
        part.filled += chunk.length;
        part.wake();
      });
      body.on('error', reject);
      body.on('close', () => {
        const missing = part.bytes.length - part.filled;
        if (missing === 0) return resolve();
        reject(
          new Transient({
            code: 'short-body',
            what: 'The body ended early',
            expected: `${to - from} bytes`,
            got: `${to - from - missing} bytes`,
            where: { byte: part.first + part.filled },
          }),
        );
      });
    });
  } catch (error) {
    // The watchdog's abort comes back from the SDK as a plain AbortError: say what it was.
    if (watchdog.signal.aborted && !outer.aborted) throw watchdog.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    watchdog.unlink();
  }
}

import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { BadInput, type ByteSink } from '@tributary/codec';
import { lostCondition, OutputChanged, s3Failure, statusOf, Transient } from './errors.ts';

/** What must hold at the key for the write to count. */
export type WriteCondition = { absent: true } | { etag: string };

export interface WriteTarget {
  bucket: string;
  key: string;
  contentType: string;
  /** ASCII names and values, at most 2 KB in all. */
  metadata: Record<string, string>;
}

/** An object that is there whole. */
export interface WrittenObject {
  bucket: string;
  key: string;
  etag: string;
  bytes: number;
  versionId?: string;
}

export interface WriteSettings {
  /** Bytes of a part; an object shorter than one is put in a single request. */
  partBytes: number;
  /** Parts on their way at once; memory is `partBytes` times one more than this. */
  parallel: number;
  /** S3 takes this many. From a fifth of them on they are four times as long: with the defaults, room for about 280 GB. */
  maxParts: number;
}

export const writeDefaults: WriteSettings = {
  partBytes: 8 * 1024 * 1024,
  parallel: 4,
  maxParts: 10_000,
};

/** An object half written, for another invocation to go on with. */
export interface HeldObject {
  /** Left out where nothing has been sent yet. */
  uploadId?: string;
  parts: CompletedPart[];
  bytes: number;
  /** Bytes that do not fill a part. */
  rest: Uint8Array;
}

/** Most outputs are short: the first part's buffer begins with this and grows. */
const firstBufferBytes = 64 * 1024;

/** Buckets that do not keep versions name none, or `null`. */
export function versionOf(id: string | undefined): { versionId?: string } {
  return id === undefined || id === 'null' ? {} : { versionId: id };
}

export interface ObjectSink extends ByteSink {
  /** Bytes taken so far. */
  readonly bytes: number;
  /**
   * Says that there is no more to come: what is left goes up, and memory is given back. Only `complete` may follow. For a
   * sink that has to wait, among many, for the others.
   */
  seal(): Promise<void>;
  /**
   * Makes the object appear if `condition` holds. `late` is added to the metadata where that is still possible: S3
   * takes metadata when an upload begins, so only the single-request path can. After `OutputChanged` it may be called
   * again with another condition: nothing is lost yet.
   * @throws `OutputChanged` if the condition does not hold; `Transient` `s3-failed`, `output-contended`
   */
  complete(condition: WriteCondition, late?: Record<string, string>): Promise<WrittenObject>;
  /** Waits for what is on its way, and gives all that another sink needs to go on to the same object. */
  hold(): Promise<HeldObject>;
  /** Leaves the upload as it is, for another invocation: `abort` does nothing any more. */
  leave(): void;
  /** Leaves nothing behind, neither object nor parts. Safe to call at any time, also after `complete`. */
  abort(): Promise<void>;
}

/**
 * Writes one object, whole or not at all: parts go up in parallel while bytes come in, and the upload is completed last.
 * @example
 * ```ts
 * const sink = createObject(s3, target, { signal });
 * try { await convert(source, sink); await sink.complete({ absent: true }); } catch (error) { await sink.abort(); throw error; }
 * ```
 */
export function createObject(
  s3: S3Client,
  target: WriteTarget,
  {
    signal,
    held,
    ...given
  }: Partial<WriteSettings> & { signal?: AbortSignal | undefined; held?: HeldObject | undefined } = {},
): ObjectSink {
  const { partBytes, parallel, maxParts } = { ...writeDefaults, ...given };
  const place = { Bucket: target.bucket, Key: target.key };
  const sending = signal ? { abortSignal: signal } : {};
  const spare: Uint8Array<ArrayBuffer>[] = [];
  const parts: CompletedPart[] = [...(held?.parts ?? [])];
  const underway = new Set<Promise<void>>();
  let buffer = new Uint8Array(0);
  let used = 0;
  let total = held?.bytes ?? 0;
  let upload = held?.uploadId === undefined ? undefined : Promise.resolve(held.uploadId);
  let failure: Error | undefined;
  let closed = false;
  let writing = false;
  if (held && held.rest.length > 0) {
    buffer = new Uint8Array(partLength());
    buffer.set(held.rest);
    used = held.rest.length;
  }

  async function beginUpload(late: Record<string, string> = {}): Promise<string> {
    // Not under `signal`: an upload that began unnoticed could not be aborted.
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({
        ...place,
        ContentType: target.contentType,
        Metadata: { ...target.metadata, ...late },
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    if (UploadId === undefined) throw new Error('no upload id in the answer');
    return UploadId;
  }

  function sendPart(bytes: Uint8Array<ArrayBuffer>): void {
    const number = parts.push({});
    upload ??= beginUpload();
    const sent = upload
      .then((id) =>
        s3.send(
          new UploadPartCommand({
            ...place,
            UploadId: id,
            PartNumber: number,
            Body: bytes,
            ChecksumAlgorithm: 'CRC32',
          }),
          sending,
        ),
      )
      .then(
        (answer) => {
          parts[number - 1] = { PartNumber: number, ETag: answer.ETag, ChecksumCRC32: answer.ChecksumCRC32 };
          if (bytes.buffer.byteLength === partLength()) spare.push(new Uint8Array(bytes.buffer));
        },
        (error) => {
          failure ??= failed(error);
        },
      )
      .finally(() => underway.delete(sent));
    underway.add(sent);
  }

  function failed(error: unknown, expectedNothing = false): Error {
    if (signal?.aborted && signal.reason instanceof Error) return signal.reason;
    const at = `s3://${target.bucket}/${target.key}`;
    if ((error as Error | undefined)?.name === 'NoSuchUpload') {
      return new Transient({ code: 'upload-gone', what: `The upload of ${at} is no more` }, { cause: error });
    }
    if (!lostCondition(error)) return s3Failure(error, `Writing ${at}`);
    const fault = { code: 'output-changed', what: `${at} was written by another meanwhile` };
    // S3 drops a multipart upload that met a 409: its parts would have to go up again, and a retry does just that.
    if (upload !== undefined && statusOf(error) === 409) {
      return new Transient({ ...fault, code: 'output-contended' }, { cause: error });
    }
    return new OutputChanged(fault, { cause: error }, expectedNothing && statusOf(error) === 412);
  }

  /** Of the part after those that were sent. */
  function partLength(): number {
    return parts.length < maxParts / 5 ? partBytes : partBytes * 4;
  }

  function takeBuffer(): void {
    const length = partLength();
    buffer = spare.pop() ?? new Uint8Array(parts.length === 0 ? Math.min(length, firstBufferBytes) : length);
    if (parts.length > 0 && buffer.length !== length) {
      // Parts have become longer: what is left of the short ones is of no more use.
      spare.length = 0;
      buffer = new Uint8Array(length);
    }
    used = 0;
  }

  function growBuffer(): void {
    const larger = new Uint8Array(Math.min(partLength(), buffer.length * 4));
    larger.set(buffer);
    buffer = larger;
  }

  async function drain(limit: number): Promise<void> {
    while (underway.size > limit) await Promise.race(underway);
    if (failure) throw failure;
  }

  async function take(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (used === buffer.length && used > 0 && used < partLength()) growBuffer();
      else if (used === buffer.length) {
        if (used > 0) {
          if (parts.length === maxParts - 1) {
            throw new BadInput({
              code: 'output-too-large',
              what: `What s3://${target.bucket}/${target.key} would hold is more than S3 takes in one upload`,
              expected: `<= ${maxParts} parts`,
            });
          }
          sendPart(buffer);
          await drain(parallel - 1);
        }
        takeBuffer();
      }
      const count = Math.min(bytes.length - at, buffer.length - used);
      buffer.set(bytes.subarray(at, at + count), used);
      used += count;
      at += count;
    }
    total += bytes.length;
  }

  return {
    async write(bytes) {
      signal?.throwIfAborted();
      if (failure) throw failure;
      // Two at once would mix their bytes, or send a part twice: better no object than that one.
      if (writing) {
        failure = new Error('An object is written to by one at a time');
        throw failure;
      }
      writing = true;
      try {
        await take(bytes);
      } finally {
        writing = false;
      }
    },

    get bytes() {
      return total;
    },

    async seal() {
      signal?.throwIfAborted();
      if (failure) throw failure;
      sendRest();
      await drain(0);
      buffer = new Uint8Array(0);
      spare.length = 0;
    },

    async complete(condition, late = {}) {
      signal?.throwIfAborted();
      if (failure) throw failure;
      const only = 'absent' in condition ? { IfNoneMatch: '*' } : { IfMatch: `"${condition.etag}"` };
      try {
        if ('etag' in condition && condition.etag === etagOfWhole()) upload ??= beginUpload(late);
        const answer = upload === undefined ? await putWhole(only, late) : await completeUpload(only);
        closed = true;
        return {
          bucket: target.bucket,
          key: target.key,
          etag: (answer.ETag ?? '').replaceAll('"', ''),
          bytes: total,
          ...versionOf(answer.VersionId),
        };
      } catch (error) {
        throw failed(error, 'absent' in condition);
      }
    },

    async hold() {
      signal?.throwIfAborted();
      await drain(0);
      const uploadId = await upload;
      const rest = buffer.slice(0, used);
      return { parts: [...parts], bytes: total, rest, ...(uploadId !== undefined && { uploadId }) };
    },

    leave() {
      closed = true;
    },

    async abort() {
      if (closed) return;
      closed = true;
      failure ??= new Transient({ code: 's3-failed', what: 'The upload was aborted' });
      if (upload === undefined) return;
      // Parts in flight may land after the abort and would then stay: let them end first.
      await Promise.allSettled(underway);
      const id = await upload.catch(() => undefined);
      if (id === undefined) return;
      // Not under `signal`: it is aborted already when this matters. The bucket's lifecycle rule removes what this cannot.
      await s3.send(new AbortMultipartUploadCommand({ ...place, UploadId: id })).catch(() => {});
    },
  };

  /**
   * Bytes that are put whole have their MD5 for an ETag. Put over the same bytes they would leave the ETag as it is, and a
   * writer that saw it before could not tell: they go up as one part then, which makes another.
   */
  function etagOfWhole(): string | undefined {
    if (upload !== undefined) return undefined;
    return createHash('md5').update(buffer.subarray(0, used)).digest('hex');
  }

  function putWhole(only: object, late: Record<string, string>) {
    return s3.send(
      new PutObjectCommand({
        ...place,
        ...only,
        Body: buffer.subarray(0, used),
        ContentType: target.contentType,
        Metadata: { ...target.metadata, ...late },
        ChecksumAlgorithm: 'CRC32',
      }),
      sending,
    );
  }

  function sendRest(): void {
    if (used > 0 || parts.length === 0) sendPart(buffer.subarray(0, used));
    used = 0;
  }

  async function completeUpload(only: object) {
    sendRest();
    await drain(0);
    const UploadId = await upload;
    return await s3.send(
      new CompleteMultipartUploadCommand({ ...place, ...only, UploadId, MultipartUpload: { Parts: parts } }),
      sending,
    );
  }
}

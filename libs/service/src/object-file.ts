import type { S3Client } from '@aws-sdk/client-s3';
import type { ByteFile } from '@tributary/codec';
import type { ObjectRef } from '@tributary/events';
import { readFailure } from './errors.ts';
import { fetchPart, type ReadSettings, readDefaults } from './object-range.ts';
import { linkAbort } from './waiting.ts';

export interface FileSettings extends Pick<ReadSettings, 'stallMs' | 'attempts'> {
  /** Bytes of one ranged GET, and of one place in the cache. */
  blockBytes: number;
  /** Blocks kept, those on their way among them; memory is `blockBytes` times this, and what one read spans. */
  blocks: number;
  /** Blocks fetched beyond a read that goes on where another ended. */
  ahead: number;
}

const fileDefaults: FileSettings = {
  blockBytes: 1024 * 1024,
  blocks: 32,
  ahead: 2,
  stallMs: readDefaults.stallMs,
  attempts: readDefaults.attempts,
};

/**
 * Reads one object version at any place: ranged GETs of whole blocks with `If-Match`, the blocks last used kept, the
 * next ones fetched ahead where reads follow on each other (several such runs at a time, a column each for instance).
 * @throws as `openObject`
 */
export function openObjectFile(
  s3: S3Client,
  object: ObjectRef,
  { signal, ...given }: Partial<FileSettings> & { signal?: AbortSignal | undefined } = {},
): ByteFile & { close(): Promise<void> } {
  const settings = { ...fileDefaults, ...given };
  const { blockBytes } = settings;
  const count = Math.ceil(object.bytes / blockBytes);
  const closing = linkAbort(signal);
  /** By their number; the one used longest ago comes first. */
  const blocks = new Map<number, Promise<Uint8Array>>();
  const underWay = new Set<Promise<void>>();
  /** Where reads ended of late, the oldest first: a read from there is one of a run. */
  const ends = new Set<number>();

  function fetchBlock(number: number): Promise<Uint8Array> {
    const first = number * blockBytes;
    const bytes = new Uint8Array(Math.min(blockBytes, object.bytes - first));
    const part = { first, bytes, filled: 0, wake() {} };
    const fetched = fetchPart(s3, object, part, settings, closing.signal).then(
      () => bytes,
      (error) => {
        if (blocks.get(number) === fetched) blocks.delete(number);
        throw readFailure(error, `s3://${object.bucket}/${object.key}`);
      },
    );
    // Whoever waits for it is told of a failure; of a block fetched ahead that may be nobody.
    const settled: Promise<void> = fetched.then(
      () => {},
      () => {},
    );
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    return fetched;
  }

  function useBlock(number: number): Promise<Uint8Array> {
    const block = blocks.get(number) ?? fetchBlock(number);
    blocks.delete(number);
    blocks.set(number, block);
    while (blocks.size > settings.blocks) blocks.delete(blocks.keys().next().value!);
    return block;
  }

  function noteEnd(offset: number, end: number): boolean {
    const follows = ends.delete(offset);
    ends.add(end);
    if (ends.size > 4 * settings.blocks) ends.delete(ends.keys().next().value!);
    return follows;
  }

  return {
    size: object.bytes,
    async read(offset, into) {
      signal?.throwIfAborted();
      const end = Math.min(offset + into.length, object.bytes);
      if (end <= offset) return 0;
      const [first, last] = [Math.floor(offset / blockBytes), Math.floor((end - 1) / blockBytes)];
      const follows = noteEnd(offset, end);
      // A read of many blocks has them come in turn, as many at once as are kept.
      const window: Promise<Uint8Array>[] = [];
      let next = first;
      for (let number = first; number <= last; number++) {
        for (; next <= last && window.length < settings.blocks; next++) window.push(useBlock(next));
        const start = number * blockBytes;
        const block = await window.shift()!;
        const from = Math.max(0, offset - start);
        const part = block.subarray(from, Math.min(block.length, end - start));
        into.set(part, start + from - offset);
      }
      if (follows)
        for (let more = last + 1; more <= Math.min(last + settings.ahead, count - 1); more++) useBlock(more);
      return end - offset;
    },
    async close() {
      closing.abort();
      closing.unlink();
      await Promise.all(underWay);
    },
  };
}

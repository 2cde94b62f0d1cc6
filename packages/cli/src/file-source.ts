import { fstatSync, read as readCallback } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ByteSource } from '@tributary/codec/ports';
import { describeFileError, UsageError } from './failure.ts';

const readDescriptor = promisify(readCallback);

/** A file, or stdin, read straight into the memory of whoever asks. */
export interface FileSource extends ByteSource {
  /** Bytes in all; unknown for a pipe. */
  readonly size: number | undefined;
  /** Device and inode, to tell whether two names are one file. */
  readonly identity: string | undefined;
  close(): Promise<void>;
}

/** Opens `path`; `-` is stdin. @throws {UsageError} `file-not-usable` */
export async function openSource(path: string): Promise<FileSource> {
  if (path === '-' || path === '/dev/stdin') return await openStdin();
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stat = await file.stat();
    if (stat.isDirectory())
      throw new UsageError({
        code: 'file-not-usable',
        what: `Cannot use ${path}`,
        expected: 'a file to read',
        got: 'a folder',
      });
    return new OpenFile(file, stat.isFile() ? stat.size : undefined, `${stat.dev}:${stat.ino}`);
  } catch (error) {
    await file?.close();
    throw describeFileError(error, 'a file to read', path);
  }
}

class OpenFile implements FileSource {
  readonly size: number | undefined;
  readonly identity: string;
  readonly #file: FileHandle;

  constructor(file: FileHandle, size: number | undefined, identity: string) {
    this.#file = file;
    this.size = size;
    this.identity = identity;
  }

  async read(into: Uint8Array): Promise<number> {
    return (await this.#file.read(into, 0, into.length, null)).bytesRead;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Stdin that is a file is read as one. A pipe is not: a read that waits for it would hold up the end of the process. */
async function openStdin(): Promise<FileSource> {
  const stat = fstatSync(0);
  const identity = `${stat.dev}:${stat.ino}`;
  if (stat.isFile()) {
    return {
      size: stat.size,
      identity,
      read: async (into) => (await readDescriptor(0, into, 0, into.length, null)).bytesRead,
      close: async () => {},
    };
  }
  const chunks: AsyncIterator<Uint8Array> = process.stdin.iterator({ destroyOnReturn: true });
  let chunk = new Uint8Array(0);
  let taken = 0;
  return {
    size: undefined,
    identity,
    async read(into) {
      if (taken === chunk.length) {
        // Memory of its own is given back at once: the collector would let it pile up.
        if (chunk.buffer instanceof ArrayBuffer && chunk.length === chunk.buffer.byteLength)
          chunk.buffer.transfer(0);
        chunk = (await chunks.next()).value ?? new Uint8Array(0);
        taken = 0;
      }
      const part = chunk.subarray(taken, taken + into.length);
      into.set(part);
      taken += part.length;
      return part.length;
    },
    async close() {
      process.stdin.destroy();
    },
  };
}

import { fstatSync, read as readCallback, type Stats } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { TributaryError } from '@tributary/codec/errors';
import type { ByteFile, ByteSource } from '@tributary/codec/ports';
import { describeFileError, UsageError } from './failure.ts';

const readDescriptor = promisify(readCallback);

/** A file, or stdin, read straight into the memory of whoever asks. */
export interface FileSource extends ByteSource {
  /** Bytes in all; unknown for a pipe. */
  readonly size: number | undefined;
  /** When it was written last, in milliseconds since 1970-01-01 UTC; unknown for a pipe. */
  readonly modified?: number;
  /** Device and inode, to tell whether two names are one file. */
  readonly identity: string | undefined;
  /**
   * The same bytes from their start again; undefined for what comes but once.
   * @throws {TributaryError} `input-changed`, also from its reads
   */
  reopen?(): Promise<ByteSource>;
  /**
   * The same bytes at any place; undefined for what comes but once.
   * @throws {TributaryError} `input-changed`, from its reads
   */
  openFile?(): Promise<ByteFile>;
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
    return stat.isFile() ? new OpenFile(path, file, stat) : new OpenPipe(file, `${stat.dev}:${stat.ino}`);
  } catch (error) {
    await file?.close();
    throw describeFileError(error, 'a file to read', path);
  }
}

/**
 * What tells one input from another of the same name, from run to run: the path without links, or `stdin`.
 * @example `await originOf('jan/data.csv') // '/home/ann/jan/data.csv'`
 */
export async function originOf(path: string): Promise<string> {
  if (path === '-' || path === '/dev/stdin') return 'stdin';
  return await realpath(path).catch(() => resolve(path)); // a pipe by its number has no path
}

/** A pipe or device with a name. */
class OpenPipe implements FileSource {
  readonly size = undefined;
  readonly identity: string;
  readonly #file: FileHandle;

  constructor(file: FileHandle, identity: string) {
    this.#file = file;
    this.identity = identity;
  }

  async read(into: Uint8Array): Promise<number> {
    return (await this.#file.read(into, 0, into.length, null)).bytesRead;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

class OpenFile implements FileSource {
  readonly size: number;
  readonly identity: string;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly modified: number;
  #at = 0;

  constructor(path: string, file: FileHandle, { size, dev, ino, mtimeMs }: Stats) {
    this.#path = path;
    this.#file = file;
    this.modified = mtimeMs;
    this.size = size;
    this.identity = `${dev}:${ino}`;
  }

  async read(into: Uint8Array): Promise<number> {
    const { bytesRead } = await this.#file.read(into, 0, into.length, this.#at);
    this.#at += bytesRead;
    return bytesRead;
  }

  /** By the open file itself: a new one that has taken its name is another. */
  async reopen(): Promise<ByteSource> {
    await this.#refuseChange();
    let at = 0;
    return {
      read: async (into) => {
        const { bytesRead } = await this.#file.read(into, 0, into.length, at);
        at += bytesRead;
        if (bytesRead === 0 && into.length > 0) await this.#refuseChange();
        return bytesRead;
      },
    };
  }

  async openFile(): Promise<ByteFile> {
    return {
      size: this.size,
      read: async (offset, into) => {
        const count = await readFully(this.#file, offset, into);
        await this.#refuseChange();
        return count;
      },
    };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #refuseChange(): Promise<void> {
    const { size, mtimeMs } = await this.#file.stat();
    if (size === this.size && mtimeMs === this.modified) return;
    throw new TributaryError({
      code: 'input-changed',
      what: `${this.#path} was written to while it was read`,
      expected: `${this.size} bytes as of ${new Date(this.modified).toISOString()}`,
      got: `${size} bytes as of ${new Date(mtimeMs).toISOString()}`,
    });
  }
}

/** Fills `into` from `offset` on; less only where the file ends. */
export async function readFully(file: FileHandle, offset: number, into: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
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

import { write as writeCallback } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ByteSink } from '@tributary/codec/ports';
import { describeFileError, UsageError } from './failure.ts';

const writeDescriptor = promisify(writeCallback);

/** A file that is there whole or not at all. One of the two ends is to be called, once. */
export interface FileSink extends ByteSink {
  /** Puts the file in its place. */
  commit(): Promise<void>;
  /** Leaves everything as it was. */
  abort(): Promise<void>;
  /** Forgets what was written; there where nobody can have seen it. */
  discard?(): Promise<void>;
}

/**
 * Opens `path` for writing; `-` is stdout. The bytes go to a file beside it that takes its name when all is well. Pipes
 * and devices are written as they come.
 * @throws {UsageError} `file-not-usable`
 */
export async function openSink(path: string, { clobber = true } = {}): Promise<FileSink> {
  if (path === '-' || path === '/dev/stdout') return stdout();
  try {
    const existing = await stat(path).catch(() => undefined);
    if (existing?.isDirectory())
      throw new UsageError({
        code: 'file-not-usable',
        what: `Cannot use ${path}`,
        expected: 'a file to write',
        got: 'a folder',
      });
    if (existing && !existing.isFile()) return new DirectFile(await open(path, 'w'));
    if (existing && !clobber) throw Object.assign(new Error(), { code: 'EEXIST' });
    const place = existing ? await realpath(path) : path; // a link stays one
    const name = `.${basename(place).slice(0, 200)}.${process.pid}-${Date.now().toString(36)}.part`;
    const part = join(dirname(place), name);
    const file = await open(part, 'wx');
    if (existing) await file.chmod(existing.mode & 0o777);
    return new PartFile(file, part, place);
  } catch (error) {
    throw describeFileError(error, 'a file to write', path);
  }
}

/** Writes a file whole or not at all. @throws {UsageError} `file-not-usable` */
export async function writeFile(
  path: string,
  bytes: Uint8Array,
  flags?: { clobber?: boolean },
): Promise<void> {
  const sink = await openSink(path, flags);
  try {
    await sink.write(bytes);
  } catch (error) {
    await sink.abort();
    throw error;
  }
  await sink.commit();
}

/** What an earlier run has left would pass for this one's. */
export async function removeStale(path: string): Promise<void> {
  if (path !== '-' && (await stat(path).catch(() => undefined))?.isFile()) await rm(path);
}

/** A single write may take less than it was given. */
export async function writeFully(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; )
    at += (await file.write(bytes, at, bytes.length - at, null)).bytesWritten;
}

class DirectFile implements FileSink {
  protected file: FileHandle;

  constructor(file: FileHandle) {
    this.file = file;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await writeFully(this.file, bytes);
  }

  async commit(): Promise<void> {
    await this.file.close();
  }

  async abort(): Promise<void> {
    await this.file.close();
  }
}

class PartFile extends DirectFile {
  readonly #part: string;
  readonly #path: string;

  constructor(file: FileHandle, part: string, path: string) {
    super(file);
    this.#part = part;
    this.#path = path;
  }

  override async commit(): Promise<void> {
    await this.file.close();
    await rename(this.#part, this.#path);
  }

  override async abort(): Promise<void> {
    await this.file.close();
    await rm(this.#part, { force: true });
  }

  async discard(): Promise<void> {
    await this.file.close();
    this.file = await open(this.#part, 'w');
  }
}

function stdout(): FileSink {
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length; ) {
        try {
          at += (await writeDescriptor(1, bytes, at, bytes.length - at, null)).bytesWritten;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
          await setTimeout(2); // a non-blocking pipe that is full
        }
      }
    },
    async commit() {},
    async abort() {},
  };
}

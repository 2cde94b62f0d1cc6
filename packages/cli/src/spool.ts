import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByteFile, type ByteSource, TributaryError } from '@tributary/codec';
import { type FileSource, readFully } from './file-source.ts';

/**
 * Keeps what comes but once, from a pipe, so that it can be read again: in a file that has no name any more once it is
 * open, and so is gone when the process is, whatever ends it. What has not come yet comes as it is asked for.
 * @throws {TributaryError} `no-room-to-keep-input`
 */
export class Spool implements FileSource {
  readonly size = undefined;
  readonly identity: string | undefined;
  readonly #inner: FileSource;
  #file: Promise<FileHandle> | undefined;
  #kept = 0;
  /** One read at a time: one that was given up may still be waiting for the pipe. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #first: ByteSource;

  constructor(inner: FileSource) {
    this.#inner = inner;
    this.identity = inner.identity;
    this.#first = this.#pass();
  }

  read(into: Uint8Array): Promise<number> {
    return this.#first.read(into);
  }

  async reopen(): Promise<ByteSource> {
    return this.#pass();
  }

  /** Waits for the whole input: what stands at its end is asked for first. */
  async openFile(): Promise<ByteFile> {
    const rest = this.#pass();
    const piece = new Uint8Array(256 * 1024);
    while ((await rest.read(piece)) > 0);
    const file = await this.#file;
    return {
      size: this.#kept,
      read: async (offset, into) => {
        const room = into.subarray(0, Math.max(0, this.#kept - offset));
        return file ? await readFully(file, offset, room) : 0;
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#inner.close(), this.#file?.then((file) => file.close())]);
  }

  #pass(): ByteSource {
    let at = 0;
    const read = async (into: Uint8Array) => {
      const count = at < this.#kept ? await this.#readKept(into, at) : await this.#readOn(into);
      at += count;
      return count;
    };
    return {
      read: (into) => {
        const result = this.#last.then(() => read(into));
        this.#last = result.catch(() => {});
        return result;
      },
    };
  }

  async #readKept(into: Uint8Array, at: number): Promise<number> {
    const file = await this.#file!;
    return (await file.read(into, 0, Math.min(into.length, this.#kept - at), at)).bytesRead;
  }

  async #readOn(into: Uint8Array): Promise<number> {
    const count = await this.#inner.read(into);
    try {
      this.#file ??= openNameless();
      const file = await this.#file;
      for (let written = 0; written < count; )
        written += (await file.write(into, written, count - written, this.#kept + written)).bytesWritten;
    } catch (error) {
      throw new TributaryError(
        {
          code: 'no-room-to-keep-input',
          what: `What comes through a pipe cannot be kept in ${tmpdir()} to be read again: ${(error as Error).message}`,
          expected: 'room for all of it where TMPDIR says, or a file for IN',
        },
        { cause: error },
      );
    }
    this.#kept += count;
    return count;
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `tributary-${process.pid}-${crypto.randomUUID()}.input`);
  const file = await open(path, 'wx+', 0o600);
  await rm(path);
  return file;
}

import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { BodyFile, StagedFile } from './body-file.ts';
import type { DigestName } from './checksums.ts';
import { stamp } from './file-identity.ts';
import { type Digests, hashBytes } from './hashing.ts';

/** Kept in memory, then hashed and written in one go. */
export class SmallBody implements BodyFile {
  #directory: string;
  #names: readonly DigestName[];
  #target: { path: string; offset: number };
  #own: boolean;
  #chunks: Uint8Array[] = [];
  #written = false;
  size = 0;

  constructor(
    directory: string,
    names: readonly DigestName[],
    target: { path: string; offset: number },
    own: boolean,
  ) {
    this.#directory = directory;
    this.#names = names;
    this.#target = target;
    this.#own = own;
  }

  write(bytes: Uint8Array): undefined {
    this.#chunks.push(Uint8Array.prototype.slice.call(bytes));
    this.size += bytes.length;
  }

  async finish(): Promise<{ file: StagedFile; digests: Digests }> {
    const bytes = Buffer.concat(this.#chunks, this.size);
    const fd = openSync(join(this.#directory, this.#target.path), this.#own ? 'wx' : 'r+');
    this.#written = true;
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(fd, bytes, done, bytes.length - done, this.#target.offset + done);
      }
      return {
        file: { ...this.#target, size: this.size, mtime: stamp(fd) },
        digests: hashBytes(this.#names, bytes),
      };
    } finally {
      closeSync(fd);
    }
  }

  async abandon(): Promise<void> {
    this.#chunks = [];
    if (this.#own && this.#written) rmSync(join(this.#directory, this.#target.path), { force: true });
  }
}

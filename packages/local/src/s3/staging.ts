import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Blocks, blockBytes } from './blocks.ts';
import type { BodyFile } from './body-file.ts';
import type { DigestName } from './checksums.ts';
import { type Digests, type Hashing, HashPool, hashBytes } from './hashing.ts';
import { LargeBody } from './large-body.ts';
import { SmallBody } from './small-body.ts';
import { WriteTurns } from './write-turns.ts';

/** Up to this size a body is hashed and written where it stands: threads cost more than they save. */
const smallBody = 256 * 1024;

/** Writes bodies to files aside, hashing on the way, with at most four blocks of 1 MiB in memory for each. */
export class Staging {
  readonly directory: string;
  #pool = new HashPool();
  #blocks = new Blocks();
  #turns = new WriteTurns();

  constructor(directory: string) {
    this.directory = directory;
  }

  /**
   * Takes a body in.
   * @param size its length, if it is known: decides how it is taken
   * @param place a file to write into, rather than one of its own
   */
  begin(
    names: readonly DigestName[],
    size: number | undefined,
    place?: { path: string; offset: number },
  ): BodyFile {
    const target = place ?? { path: join('.meta', 'staged', randomUUID()), offset: 0 };
    return size !== undefined && size <= smallBody
      ? new SmallBody(this.directory, names, target, place === undefined)
      : new LargeBody(this.directory, names, target, place === undefined, {
          pool: this.#pool,
          blocks: this.#blocks,
          turns: this.#turns,
        });
  }

  /** Hashes part of a file that is there. @throws Error if it ends early */
  async hashFile(path: string, names: readonly DigestName[], offset = 0, size?: number): Promise<Digests> {
    const file = await open(path, 'r');
    let hashing: Hashing | undefined;
    try {
      let left = size ?? (await file.stat()).size - offset;
      if (left <= smallBody) {
        const bytes = Buffer.alloc(left);
        const { bytesRead } = await file.read(bytes, 0, left, offset);
        if (bytesRead < left) throw new Error(`${path} ended early`);
        return hashBytes(names, bytes);
      }
      hashing = this.#pool.begin(names);
      let position = offset;
      let earlier: Promise<void> | undefined;
      // One block is read while the other is hashed.
      const blocks = [this.#blocks.take(), this.#blocks.take()] as const;
      for (let turn = 0; left > 0; turn++) {
        const block = blocks[turn % 2] as SharedArrayBuffer;
        const { bytesRead } = await file.read(new Uint8Array(block), 0, Math.min(blockBytes, left), position);
        if (bytesRead === 0) throw new Error(`${path} ended early`);
        await earlier;
        earlier = hashing.update(block, bytesRead);
        earlier.catch(() => {});
        position += bytesRead;
        left -= bytesRead;
      }
      await earlier;
      const digests = await hashing.digest();
      hashing = undefined;
      for (const block of blocks) this.#blocks.give(block);
      return digests;
    } finally {
      hashing?.forget();
      await file.close();
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

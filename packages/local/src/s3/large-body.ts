import { rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Blocks, blockBytes } from './blocks.ts';
import type { BodyFile, StagedFile } from './body-file.ts';
import type { DigestName } from './checksums.ts';
import { stamp } from './file-identity.ts';
import type { Digests, Hashing, HashPool } from './hashing.ts';
import type { WriteTurns } from './write-turns.ts';

const blocksPerBody = 4;

/** Copied into blocks, each of which is hashed and written at once, elsewhere. */
export class LargeBody implements BodyFile {
  #path: string;
  #target: { path: string; offset: number };
  #own: boolean;
  #blocks: Blocks;
  #turns: WriteTurns;
  #hashing: Hashing;
  #file: Promise<FileHandle>;
  #block: SharedArrayBuffer | undefined;
  #filled = 0;
  #taken = 0;
  #idle: SharedArrayBuffer[] = [];
  #wake: (() => void) | undefined;
  #pending = new Set<Promise<void>>();
  #error: unknown;
  #position: number;
  size = 0;

  constructor(
    directory: string,
    names: readonly DigestName[],
    target: { path: string; offset: number },
    own: boolean,
    { pool, blocks, turns }: { pool: HashPool; blocks: Blocks; turns: WriteTurns },
  ) {
    this.#path = join(directory, target.path);
    this.#target = target;
    this.#own = own;
    this.#blocks = blocks;
    this.#turns = turns;
    this.#position = target.offset;
    this.#hashing = pool.begin(names);
    this.#file = open(this.#path, own ? 'wx' : 'r+');
    this.#file.catch(() => {});
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    const taken = this.#fill(bytes);
    this.size += taken;
    return taken < bytes.length ? this.#writeRest(bytes.subarray(taken)) : undefined;
  }

  async #writeRest(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#error) throw this.#error;
      const taken = this.#fill(rest);
      this.size += taken;
      rest = rest.subarray(taken);
      if (rest.length > 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  /** Copies what fits into free blocks, and sends off those that are full. */
  #fill(bytes: Uint8Array): number {
    let taken = 0;
    while (taken < bytes.length) {
      if (!this.#block) {
        this.#block = this.#idle.pop() ?? this.#anotherBlock();
        if (!this.#block) break;
        this.#filled = 0;
      }
      const room = Math.min(blockBytes - this.#filled, bytes.length - taken);
      // A copy by `memcpy`: `set` and `copy` go word by word where memory is shared.
      Buffer.from(this.#block, this.#filled, room).fill(bytes.subarray(taken, taken + room));
      this.#filled += room;
      taken += room;
      if (this.#filled === blockBytes) this.#send();
    }
    return taken;
  }

  #anotherBlock(): SharedArrayBuffer | undefined {
    if (this.#taken === blocksPerBody) return undefined;
    this.#taken++;
    return this.#blocks.take();
  }

  #send(): void {
    const block = this.#block as SharedArrayBuffer;
    const length = this.#filled;
    const position = this.#position;
    this.#block = undefined;
    this.#position += length;
    const work = Promise.all([this.#hashing.update(block, length), this.#store(block, length, position)])
      .then(
        () => {
          this.#idle.push(block);
        },
        (error: unknown) => {
          this.#error ??= error;
          this.#idle.push(block);
        },
      )
      .finally(() => {
        this.#pending.delete(work);
        this.#wake?.();
      });
    this.#pending.add(work);
  }

  async #store(block: SharedArrayBuffer, length: number, position: number): Promise<void> {
    const file = await this.#file;
    const bytes = new Uint8Array(block, 0, length);
    await this.#turns.run(this.#path, async () => {
      for (let done = 0; done < length; ) {
        const { bytesWritten } = await file.write(bytes, done, length - done, position + done);
        done += bytesWritten;
      }
    });
  }

  async finish(): Promise<{ file: StagedFile; digests: Digests }> {
    if (this.#block && this.#filled > 0) this.#send();
    await Promise.all(this.#pending);
    if (this.#error) throw this.#error;
    const file = await this.#file;
    const digests = await this.#hashing.digest();
    const mtime = stamp(file.fd);
    await file.close();
    this.#release();
    return { file: { ...this.#target, size: this.size, mtime }, digests };
  }

  async abandon(): Promise<void> {
    this.#error ??= new Error('abandoned');
    await Promise.all(this.#pending);
    this.#hashing.forget();
    this.#release();
    const file = await this.#file.catch(() => undefined);
    await file?.close();
    if (file && this.#own) rmSync(this.#path, { force: true });
  }

  #release(): void {
    if (this.#block) this.#idle.push(this.#block);
    this.#block = undefined;
    for (const block of this.#idle.splice(0)) this.#blocks.give(block);
  }
}

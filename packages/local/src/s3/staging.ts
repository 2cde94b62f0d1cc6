import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, futimesSync, lstatSync, openSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DigestName } from './checksums.ts';
import { type Digests, type Hashing, HashPool, hashBytes } from './hashing.ts';

/** What tells whether a file is still the one a record speaks of. */
export interface FileIdentity {
  size: number;
  /** Nanoseconds, as text: they do not fit a number. */
  mtime: string;
}

/** Bytes on disk that no record speaks of yet. */
export interface StagedFile extends FileIdentity {
  /** Relative to the directory. */
  path: string;
  /** Where in the file they begin. */
  offset: number;
}

/** Up to this size a body is hashed and written where it stands: threads cost more than they save. */
const smallBody = 256 * 1024;
const blockBytes = 1024 * 1024;
const blocksPerBody = 4;
/** Blocks kept for reuse. */
const spareBlocks = 16;

/** Writes bodies to files aside, hashing on the way, with at most four blocks of 1 MiB in memory for each. */
export class Staging {
  readonly directory: string;
  #pool = new HashPool();
  #spare: SharedArrayBuffer[] = [];
  #turns = new Map<string, Promise<void>>();

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
      : new LargeBody(this.directory, names, target, place === undefined, this.#pool, this);
  }

  takeBlock(): SharedArrayBuffer {
    return this.#spare.pop() ?? new SharedArrayBuffer(blockBytes);
  }

  /**
   * Runs writes to one file one after the other. The kernel lets only one through anyway, and the threads that wait for it spin: of
   * four, three would burn what hashing needs.
   */
  async inTurn(path: string, write: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(path) ?? Promise.resolve()).then(write);
    const settled = turn.catch(() => {});
    this.#turns.set(path, settled);
    try {
      await turn;
    } finally {
      if (this.#turns.get(path) === settled) this.#turns.delete(path);
    }
  }

  giveBlock(block: SharedArrayBuffer): void {
    if (this.#spare.length < spareBlocks) this.#spare.push(block);
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
      const blocks = [this.takeBlock(), this.takeBlock()] as const;
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
      for (const block of blocks) this.giveBlock(block);
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

/** A body on its way into a file. */
export interface BodyFile {
  readonly size: number;
  /** Takes bytes, which it copies. A promise means: wait. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  finish(): Promise<{ file: StagedFile; digests: Digests }>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

class SmallBody implements BodyFile {
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

class LargeBody implements BodyFile {
  #path: string;
  #target: { path: string; offset: number };
  #own: boolean;
  #staging: Staging;
  #hashing: Hashing;
  #file: Promise<FileHandle>;
  #block: SharedArrayBuffer | undefined;
  #filled = 0;
  #blocks = 0;
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
    pool: HashPool,
    staging: Staging,
  ) {
    this.#path = join(directory, target.path);
    this.#target = target;
    this.#own = own;
    this.#staging = staging;
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
      new Uint8Array(this.#block, this.#filled, room).set(bytes.subarray(taken, taken + room));
      this.#filled += room;
      taken += room;
      if (this.#filled === blockBytes) this.#send();
    }
    return taken;
  }

  #anotherBlock(): SharedArrayBuffer | undefined {
    if (this.#blocks === blocksPerBody) return undefined;
    this.#blocks++;
    return this.#staging.takeBlock();
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
    await this.#staging.inTurn(this.#path, async () => {
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
    for (const block of this.#idle.splice(0)) this.#staging.giveBlock(block);
  }
}

let lastStamp = 0;

/**
 * Gives a finished file a time of its own. The kernel's clock ticks every few milliseconds, too coarse to tell this file from one
 * that a person writes over it right away.
 */
function stamp(fd: number): string {
  const now = Math.max(performance.timeOrigin + performance.now(), lastStamp + 0.002);
  lastStamp = now;
  futimesSync(fd, now / 1000, now / 1000);
  return fstatSync(fd, { bigint: true }).mtimeNs.toString();
}

/** Size and time of a file, or undefined if there is none; what is behind a link is none of ours. */
export function identify(path: string): FileIdentity | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.isFile() ? { size: Number(stats.size), mtime: stats.mtimeNs.toString() } : undefined;
}

export function sameFile(a: FileIdentity, b: FileIdentity | undefined): boolean {
  return a.size === b?.size && a.mtime === b.mtime;
}

/** Stamps a file by its path. */
export function stampFile(path: string): string {
  const fd = openSync(path, 'r+');
  try {
    return stamp(fd);
  } finally {
    closeSync(fd);
  }
}

import { join, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FileIdentity, identify, sameFile } from './file-identity.ts';
import { FolderWatch } from './folder-watch.ts';
import type { Digests } from './hashing.ts';
import { keyOfPath } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { ObjectStore } from './object-store.ts';
import { OpenFiles } from './open-files.ts';
import { walkFiles } from './placement.ts';
import type { Staging } from './staging.ts';

/** Names of files that are on their way to another one: editors, browsers, rsync, file managers. Also `.DS_Store` and the like. */
const passing = /^\.|~$|\.(?:part|partial|crdownload|filepart|swp|swx)$/;

const maxHashing = 8;

/** Files that people put into a bucket's folder, change there or remove, become objects or cease to be some. */
export class Drops {
  #store: ObjectStore;
  #ledger: Ledger;
  #staging: Staging;
  #settleMs: number;
  #watch: FolderWatch | undefined;
  #pending = new Map<string, Promise<void>>();
  #closing = new AbortController();
  #openFiles = new OpenFiles();
  /** Files being hashed; a folder of thousands may arrive at once. */
  #hashing = 0;
  #queue: (() => void)[] = [];

  constructor(store: ObjectStore, ledger: Ledger, staging: Staging, settleMs: number) {
    this.#store = store;
    this.#ledger = ledger;
    this.#staging = staging;
    this.#settleMs = settleMs;
  }

  /** Watches the folders of all buckets, also of those made later. */
  start(): void {
    this.#watch = new FolderWatch({
      root: this.#store.directory,
      ignores: (path) => path.startsWith('.'),
      tell: (path, below) => this.#notice(path, below),
      missed: () => this.scanBehind(),
    });
  }

  /** Looks through all buckets for what happened while nobody watched; resolves when all of it is taken in. */
  async scan(): Promise<void> {
    const { directory } = this.#store;
    const work: Promise<void>[] = [];
    for (const { name } of this.#ledger.buckets()) {
      for (const path of this.#ledger.paths(name))
        if (!identify(join(directory, path))) work.push(this.#look(path));
      try {
        for (const path of walkFiles(join(directory, name))) {
          const full = join(name, path);
          if (this.#isNews(full, identify(join(directory, full)))) work.push(this.#look(full));
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
          process.emitWarning(`Not all of ${join(directory, name)} can be looked at: ${String(error)}`);
      }
    }
    await Promise.all(work);
  }

  /** The same, where nobody waits for it. */
  scanBehind(): void {
    void this.scan().catch((error: unknown) => {
      if (!this.#closing.signal.aborted)
        process.emitWarning(`Looking for files that were dropped: ${String(error)}`);
    });
  }

  /** Takes in one file that is not what its record says; resolves when that is done. */
  async refresh(path: string): Promise<void> {
    await this.#look(path);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#watch?.close();
    await Promise.allSettled(this.#pending.values());
  }

  /** @param below a folder may have been there, and have taken its files along */
  #notice(path: string, below: boolean): void {
    const file = identify(join(this.#store.directory, path));
    if (this.#isNews(path, file)) void this.#look(path);
    if (below) for (const gone of this.#ledger.pathsBelow(path)) void this.#look(gone);
  }

  // Our own writes are no news: the record was there before the file.
  #isNews(path: string, file: FileIdentity | undefined): boolean {
    const names = path.split(sep);
    if (names.length < 2 || !this.#ledger.bucket(names[0] as string)) return false;
    const record = this.#ledger.objectAt(path);
    if (record) return !sameFile(record, file);
    return file !== undefined && !passing.test(names.at(-1) as string);
  }

  #look(path: string): Promise<void> {
    const running = this.#pending.get(path);
    if (running) return running;
    const work = this.#takeIn(path)
      .catch((error: unknown) => {
        if (!this.#closing.signal.aborted)
          process.emitWarning(`The file ${path} could not be taken in: ${String(error)}`);
      })
      .finally(() => this.#pending.delete(path));
    this.#pending.set(path, work);
    return work;
  }

  async #takeIn(path: string): Promise<void> {
    const file = join(this.#store.directory, path);
    for (;;) {
      const identity = await this.#lieStill(file);
      const record = this.#ledger.objectAt(path);
      if (!identity) {
        // Looked at again in this very turn: a write by the API may have come in between.
        if (record?.latest && !identify(file)) this.#store.forget(record);
        return;
      }
      if (record && sameFile(record, identity)) return;
      const [bucket = '', ...names] = path.split(sep);
      if (!this.#ledger.bucket(bucket)) return;
      const key = record?.key ?? keyOfPath(names);
      if (Buffer.byteLength(key) > 1024) throw new Error('its path is too long for a key of 1,024 bytes');
      const digests = await this.#hash(file);
      if (!digests) continue;
      const checksum = digests.get('CRC64NVME') as Buffer;
      const head = {
        headers: { 'content-type': 'binary/octet-stream' },
        metadata: {},
        checksum: {
          algorithm: 'CRC64NVME',
          type: 'FULL_OBJECT',
          value: checksum.toString('base64'),
        } as const,
      };
      const etag = (digests.get('MD5') as Buffer).toString('hex');
      if (this.#store.adopt(bucket, key, path, identity, etag, head)) return;
    }
  }

  /** Undefined: it is gone or changed meanwhile. */
  async #hash(path: string): Promise<Digests | undefined> {
    if (this.#hashing >= maxHashing) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#hashing++;
    try {
      return await this.#staging.hashFile(path, ['MD5', 'CRC64NVME']);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') throw error;
      return undefined;
    } finally {
      this.#hashing--;
      this.#queue.shift()?.();
    }
  }

  /** Waits until nobody changes a file any more. Undefined: it is gone. */
  async #lieStill(path: string): Promise<{ size: number; mtime: string } | undefined> {
    for (let earlier = identify(path), gone = false; ; ) {
      // What nobody touched for a while needs no watching.
      const age = earlier ? Date.now() - Number(BigInt(earlier.mtime) / 1_000_000n) : 0;
      if (earlier && age > 10 * this.#settleMs && age > 5000 && !this.#openFiles.has(path)) return earlier;
      await delay(this.#settleMs, undefined, { signal: this.#closing.signal, ref: false });
      const now = identify(path);
      if (!now && gone) return undefined;
      if (now && earlier && sameFile(earlier, now) && !this.#openFiles.has(path)) return now;
      // Editors that save by renaming leave a gap: gone is what is gone twice.
      gone = !now;
      earlier = now;
    }
  }
}

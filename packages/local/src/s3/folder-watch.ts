import { type BigIntStats, type FSWatcher, lstatSync, readdirSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface FolderWatchSettings {
  /** Paths here and below are relative to it. */
  root: string;
  ignores(path: string): boolean;
  /**
   * A file came or changed; or what was at that path went, to make room for something else or for nothing.
   * @param below it may have been a folder, which went with all that was below it
   */
  tell(path: string, below: boolean): void;
  /** So much happened at once that the system may not have told of all of it. */
  missed(): void;
}

/** macOS and Windows watch whole trees; elsewhere each folder needs a watch of its own. */
const watchesTrees = process.platform === 'darwin' || process.platform === 'win32';
/** Linux keeps 16,384 changes until they are asked for, and says nothing of those beyond. */
const manyAtOnce = 4_000;
const calmMs = 1_000;

interface Watched {
  watcher: FSWatcher;
  /** Tells a folder from a later one of the same name, by number and birth: file systems give numbers again at once. */
  identity: string;
  /** Names of folders in it that are watched. */
  folders: Set<string>;
}

/**
 * Tells of what happens to files anywhere under a folder, as the system tells of it: once or several times, and of folders that
 * come or go whole. What it costs hangs on what happens, not on how much is there: a ledger makes a folder for each run.
 */
export class FolderWatch {
  readonly #settings: FolderWatchSettings;
  readonly #watched = new Map<string, Watched>();
  readonly #closing = new AbortController();
  /** Changes told in this turn of the event loop. */
  #changes = 0;
  #overrun = 0;
  #full = false;

  constructor(settings: FolderWatchSettings) {
    this.#settings = settings;
    this.#enter('.', false, true);
  }

  close(): void {
    this.#closing.abort();
    this.#leave('.');
  }

  /**
   * @param news tells of the files that are there: they came before the watch did
   * @param watched whether the folder above is: what is under one that cannot be watched is not watched either
   */
  #enter(folder: string, news: boolean, watched: boolean): void {
    const { root, ignores } = this.#settings;
    const isWatched = watched && ((watchesTrees && folder !== '.') || this.#watch(folder));
    for (const entry of entriesOf(join(root, folder))) {
      const path = join(folder, entry.name);
      if (ignores(path)) continue;
      if (entry.isDirectory()) this.#enter(path, news, isWatched);
      else if (news && entry.isFile()) this.#tell(path, false);
    }
  }

  /** @returns whether it is watched now */
  #watch(folder: string): boolean {
    if (this.#watched.has(folder)) return true;
    const path = join(this.#settings.root, folder);
    try {
      const identity = identityOf(lstatSync(path, { bigint: true }));
      const watcher = watch(path, { recursive: watchesTrees }, (_, name) => {
        if (name !== null) this.#changed(join(folder, name));
      });
      // Windows says so of a folder that is removed; that is told by the one above it.
      watcher.on('error', () => this.#leave(folder));
      this.#watched.set(folder, { watcher, identity, folders: new Set() });
      if (folder !== '.') this.#watched.get(dirname(folder))?.folders.add(basename(folder));
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.#warn(path, error);
      return false;
    }
  }

  #changed(path: string): void {
    if (this.#closing.signal.aborted) return;
    this.#countChange();
    const { root, ignores } = this.#settings;
    if (ignores(path)) return;
    const stats = statsOf(join(root, path));
    const before = this.#watched.get(path);
    if (stats?.isDirectory()) {
      if (before?.identity === identityOf(stats)) return;
      this.#tell(path, true);
      this.#leave(path);
      this.#enter(path, true, true);
    } else {
      this.#tell(path, before !== undefined || watchesTrees || stats === undefined);
      this.#leave(path);
    }
  }

  /** Nobody is there to catch what is thrown out of a watch. */
  #tell(path: string, below: boolean): void {
    try {
      this.#settings.tell(path, below);
    } catch (error) {
      process.emitWarning(`${join(this.#settings.root, path)} cannot be looked at: ${String(error)}`);
    }
  }

  #leave(folder: string): void {
    const one = this.#watched.get(folder);
    if (!one) return;
    for (const name of one.folders) this.#leave(join(folder, name));
    one.watcher.close();
    this.#watched.delete(folder);
    this.#watched.get(dirname(folder))?.folders.delete(basename(folder));
  }

  #countChange(): void {
    if (this.#changes++ === 0) setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    if (this.#changes >= manyAtOnce) void this.#catchUp(++this.#overrun);
    this.#changes = 0;
  }

  /** Once it is quiet again: folders that nobody told of are watched from then on. */
  async #catchUp(overrun: number): Promise<void> {
    const elapsed = await delay(calmMs, true, { signal: this.#closing.signal, ref: false }).catch(
      () => false,
    );
    if (!elapsed || overrun !== this.#overrun) return;
    this.#enter('.', false, true);
    this.#settings.missed();
  }

  #warn(path: string, error: unknown): void {
    if (this.#full) return;
    this.#full = true;
    process.emitWarning(
      `${path} is not watched: files dropped there are seen at the next start (${String(error)}; on Linux fs.inotify.max_user_watches is the limit)`,
    );
  }
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return []; // gone again, or not to be read
  }
}

function identityOf({ ino, birthtimeNs }: BigIntStats): string {
  return `${ino} ${birthtimeNs}`;
}

function statsOf(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined; // a folder on the way has become a file, or may not be looked into
  }
}

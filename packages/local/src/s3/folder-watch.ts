import { type BigIntStats, type FSWatcher, lstatSync, readdirSync, watch } from 'node:fs';
import { join, sep } from 'node:path';

export interface FolderWatchSettings {
  /** Paths here and below are relative to it. */
  root: string;
  ignores(path: string): boolean;
  /** A file came or changed; or what was at that path went, if a folder, then with all that was below it. */
  tell(path: string): void;
}

/** macOS and Windows watch whole trees; elsewhere each folder needs a watch of its own. */
const watchesTrees = process.platform === 'darwin' || process.platform === 'win32';

interface Watched {
  watcher: FSWatcher;
  /** Tells a folder from a later one of the same name, by number and birth: file systems give numbers again at once. */
  identity: string;
}

/**
 * Tells of what happens to files anywhere under a folder, as the system tells of it: once or several times, and of folders that
 * come or go whole. What it costs hangs on what happens, not on how much is there: a ledger makes a folder for each run.
 */
export class FolderWatch {
  readonly #settings: FolderWatchSettings;
  readonly #watched = new Map<string, Watched>();
  #full = false;

  constructor(settings: FolderWatchSettings) {
    this.#settings = settings;
    this.#enter('', false);
  }

  close(): void {
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  /** @param news tells of the files that are there: they came before the watch did */
  #enter(folder: string, news: boolean): void {
    const { root, ignores, tell } = this.#settings;
    if (!watchesTrees || folder === '') this.#watch(folder);
    for (const entry of entriesOf(join(root, folder))) {
      const path = join(folder, entry.name);
      if (ignores(path)) continue;
      if (entry.isDirectory()) this.#enter(path, news);
      else if (news && entry.isFile()) tell(path);
    }
  }

  #watch(folder: string): void {
    const path = join(this.#settings.root, folder);
    try {
      const identity = identityOf(lstatSync(path, { bigint: true }));
      const watcher = watch(path, { recursive: watchesTrees }, (_, name) => {
        if (name !== null) this.#changed(join(folder, name));
      });
      // Windows says so of a folder that is removed; that is told by the one above it.
      watcher.on('error', () => this.#leave(folder));
      this.#watched.set(folder, { watcher, identity });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.#warn(path, error);
    }
  }

  #changed(path: string): void {
    const { root, ignores, tell } = this.#settings;
    if (ignores(path)) return;
    const stats = statsOf(join(root, path));
    const isFolder = stats?.isDirectory() ?? false;
    const before = this.#watched.get(path);
    if (stats && isFolder && before?.identity === identityOf(stats)) return;
    // Another folder in its place: what was in the former one went with it.
    if (!isFolder || before) tell(path);
    this.#leave(path);
    if (isFolder) this.#enter(path, true);
  }

  #leave(folder: string): void {
    if (!this.#watched.has(folder)) return;
    for (const [path, { watcher }] of this.#watched) {
      if (path !== folder && !path.startsWith(folder + sep)) continue;
      watcher.close();
      this.#watched.delete(path);
    }
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
    return undefined; // a folder on the way has become a file
  }
}

import { closeSync, fstatSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { StagedFile } from './body-file.ts';
import { type FileIdentity, identify, sameFile } from './file-identity.ts';
import type { Ledger } from './ledger.ts';
import { moveFile, pruneFolders, releaseFile, walkFiles } from './placement.ts';
import type { ObjectRecord } from './records.ts';

const metaFolder = '.meta';

/** The files of objects: they follow what the ledger says. */
export class ObjectFiles {
  readonly directory: string;
  #ledger: Ledger;

  constructor(directory: string, ledger: Ledger) {
    this.directory = directory;
    this.#ledger = ledger;
  }

  /** Ends what a sudden end left undone, and throws away what was never finished. */
  recover(): void {
    for (const record of this.#ledger.unsettled()) this.settle(record);
    for (const leftover of this.#ledger.leftovers()) this.remove(leftover);
    for (const folder of ['staged', 'versions', 'uploads']) {
      const root = join(metaFolder, folder);
      mkdirSync(join(this.directory, root), { recursive: true });
      for (const file of walkFiles(join(this.directory, root))) {
        if (!this.#ledger.knowsPath(join(root, file))) rmSync(join(this.directory, root, file));
      }
    }
  }

  /**
   * Opens an object's bytes. Undefined: the file is not the one the record speaks of, someone changed it by hand.
   * @returns a file descriptor, the caller's to close
   */
  open(record: ObjectRecord): number | undefined {
    let fd: number;
    try {
      fd = openSync(join(this.directory, record.path), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const stats = fstatSync(fd, { bigint: true });
    if (Number(stats.size) === record.size && stats.mtimeNs.toString() === record.mtime) return fd;
    closeSync(fd);
    return undefined;
  }

  /** Removes a file that no record speaks of. */
  discard(file: StagedFile): void {
    rmSync(join(this.directory, file.path), { force: true });
  }

  /** Moves a file from where a commit left it to where it belongs. If that fails, the record still says where it is. */
  settle(record: ObjectRecord): void {
    if (record.path === record.home) return;
    const from = join(this.directory, record.path);
    const to = join(this.directory, record.home);
    if (sameFile(record, identify(from))) releaseFile(to, () => moveFile(from, to));
    else if (!sameFile(record, identify(to))) return;
    this.#ledger.saveObject({ ...record, path: record.home });
    record.path = record.home;
  }

  /** Removes a file that a committed change left over, unless it is another by now. */
  remove(file: FileIdentity & { path: string }): void {
    const path = join(this.directory, file.path);
    if (sameFile(file, identify(path))) releaseFile(path, () => rmSync(path, { force: true }));
    this.#ledger.removeLeftover(file.path);
    this.prune(file);
  }

  /** Removes the folders that are left empty where a file was. */
  prune({ path }: { path: string }): void {
    const bucket = path.split(sep, 1)[0] as string;
    if (bucket !== metaFolder) pruneFolders(join(this.directory, bucket), path.slice(bucket.length + 1));
  }
}

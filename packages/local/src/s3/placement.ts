import { close, lstatSync, mkdirSync, openSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { encodeKey } from './keys.ts';

/**
 * Finds the place of a key's file under `root` and makes the folders on the way. A name that is taken by something of
 * the other kind, or by a link (which could lead out of the directory), is passed by: see `keys.ts`.
 * @returns the path relative to `root`
 */
export function placeKey(root: string, key: string): string {
  const names = encodeKey(key);
  const last = names.pop() as string;
  let directory = root;
  for (const name of names) directory = enterFolder(directory, name);
  const file = [last, `${last}%file`].find((name) => kindOf(join(directory, name)) !== 'other');
  if (!file) throw new Error(`No name is free for the object ${key} in ${directory}`);
  return relative(root, join(directory, file));
}

function enterFolder(directory: string, name: string): string {
  for (const candidate of [name, `${name}%dir`]) {
    const path = join(directory, candidate);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return path;
    if (stats) continue;
    mkdirSync(path, { recursive: true }); // somebody may have been quicker
    return path;
  }
  throw new Error(`No name is free for the folder ${name} in ${directory}`);
}

function kindOf(path: string): 'free' | 'file' | 'other' {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 'free' : stats.isFile() ? 'file' : 'other';
}

/** Removes the folders that a removed file leaves empty, up to `root`: S3 has no folders. */
export function pruneFolders(root: string, path: string): void {
  for (let folder = dirname(join(root, path)); folder.length > root.length; folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

/**
 * Does what takes the last name from a file, while the file stays open: the file system frees large files when they are closed, and
 * that goes on in the background.
 */
export function releaseFile(path: string, removeName: () => void): void {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
  } catch {
    // Not there, or not to be read: nothing to hold.
  }
  try {
    removeName();
  } finally {
    if (fd !== undefined) close(fd, () => {});
  }
}

/** Moves a file and makes the folder it goes to. */
export function moveFile(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
}

/** All files under a folder, as paths relative to it; links are passed by. */
export function* walkFiles(root: string, below = ''): Iterable<string> {
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}${sep}${entry.name}`;
    if (entry.isDirectory()) yield* walkFiles(root, path);
    else if (entry.isFile()) yield path;
  }
}

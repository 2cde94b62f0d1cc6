import { type BigIntStats, closeSync, fstatSync, futimesSync, lstatSync, openSync } from 'node:fs';

/** What tells whether a file is still the one a record speaks of. */
export interface FileIdentity {
  size: number;
  /** Nanoseconds, as text: they do not fit a number. */
  mtime: string;
}

let lastStamp = 0;

/**
 * Gives a finished file a time of its own. The kernel's clock ticks every few milliseconds, too coarse to tell this file from one
 * that a person writes over it right away.
 */
export function stamp(fd: number): string {
  const now = Math.max(performance.timeOrigin + performance.now(), lastStamp + 0.002);
  lastStamp = now;
  futimesSync(fd, now / 1000, now / 1000);
  return fstatSync(fd, { bigint: true }).mtimeNs.toString();
}

/** Size and time of a file, or undefined if there is none; what is behind a link is none of ours. */
export function identify(path: string): FileIdentity | undefined {
  let stats: BigIntStats | undefined;
  try {
    stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    // A folder on the way may have become a file since the path was heard of.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error;
  }
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

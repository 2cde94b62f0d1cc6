import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** So long one look at all processes holds good: thousands of files may ask at once. */
const freshMs = 50;

/**
 * Which files some process has open for writing. Only Linux tells, and only of processes that we may look at; of others, time
 * must do.
 */
export class OpenFiles {
  #paths = new Set<string>();
  #seen = Number.NEGATIVE_INFINITY;

  /** @param path real and absolute */
  has(path: string): boolean {
    const now = performance.now();
    if (now - this.#seen > freshMs) {
      this.#paths = process.platform === 'linux' ? lookAround() : new Set();
      this.#seen = performance.now();
    }
    return this.#paths.has(path);
  }
}

function lookAround(): Set<string> {
  const paths = new Set<string>();
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const path = readlinkSync(`/proc/${pid}/fd/${fd}`);
        if (path.startsWith('/') && !path.startsWith('/dev/') && isWriter(pid, fd)) paths.add(path);
      }
    } catch {
      // The process is gone, or another user's.
    }
  }
  return paths;
}

function isWriter(pid: string, fd: string): boolean {
  const flags = /flags:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
  // O_WRONLY or O_RDWR
  return (Number.parseInt(flags, 8) & 3) !== 0;
}

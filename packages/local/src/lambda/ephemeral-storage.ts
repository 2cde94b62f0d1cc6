import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** MB that the files of a directory take on the disk; what goes away meanwhile counts as nothing. */
export async function storedMb(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    // The kernel counts in these, whatever the block of the file system is.
    if (found) bytes += found.blocks * 512;
  }
  return bytes / (1024 * 1024);
}

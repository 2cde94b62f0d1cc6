import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeployError } from './errors.ts';

/**
 * One server owns a state directory. A lock left by a process that is gone is taken over.
 * @returns what lets go of it
 * @throws DeployError `state-in-use`
 */
export async function lockState(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'server.pid');
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      held.add(path);
      return async () => {
        held.delete(path);
        await rm(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(await readFile(path, 'utf8').catch(() => ''));
      if (isAlive(pid, path)) {
        throw new DeployError(
          'state-in-use',
          `Process ${pid} runs a local AWS with its state in ${directory}`,
        );
      }
      await rm(path, { force: true });
    }
  }
}

/** Locks of this very process, which `kill(pid, 0)` cannot tell from a stale file with a reused pid. */
const held = new Set<string>();

function isAlive(pid: number, path: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

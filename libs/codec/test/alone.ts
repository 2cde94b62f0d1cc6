import { spawnSync } from 'node:child_process';

/** The number that `script` prints as the only work of a process: its memory is nobody else's. `file` names a source file for it to import. */
export function measureAlone(script: (file: (path: string) => string) => string): number {
  const file = (path: string) => JSON.stringify(new URL(`../src/${path}`, import.meta.url).href);
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script(file)], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return Number(run.stdout);
}

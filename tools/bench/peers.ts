import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const PEERS = join(import.meta.dirname, 'peers');

/** Programs that were built: the Rust original's algorithm, and what reading and writing alone take. */
export interface RustPeers {
  peer: string;
  floor: string;
}

/** Builds the Rust peers, if this machine has cargo and Debian's flate2; says what is missing otherwise. */
export function buildRustPeers(folder: string): RustPeers | undefined {
  const source = join(PEERS, 'rust');
  const target = join(folder, 'rust-peer');
  const built = spawnSync(
    'cargo',
    ['build', '--release', '--offline', '--locked', '--config', 'config.toml', '--target-dir', target],
    { cwd: source, encoding: 'utf8' },
  );
  const release = join(target, 'release');
  if (built.status === 0) return { peer: join(release, 'rust-peer'), floor: join(release, 'floor') };
  console.error(
    'No Rust peers (apt-get install cargo librust-flate2-dev):',
    built.error?.message ?? built.stderr.trim(),
  );
  return undefined;
}

export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

export const pythonPeer = (from: string, to: string): string =>
  `python3 ${join(PEERS, 'fixed_width.py')} ${from} ${to}`;
export const mawkPeer = (from: string, to: string): string =>
  `mawk -f ${join(PEERS, 'fixed-width.awk')} ${from} > ${to}`;

/** The command a user runs, from its built bundle. */
export function tributary(...args: string[]): string {
  const bin = join(import.meta.dirname, '../../packages/cli/bin/tributary.mjs');
  if (!existsSync(bin)) throw new Error(`${bin} is missing`);
  return [process.execPath, bin, ...args].join(' ');
}

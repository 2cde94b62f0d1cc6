import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { ChainFile } from '../chain-file/read-chain.ts';

/** A chain lies in a folder of its own, under this name. */
export const chainFileName = 'chain.yml';

/** Reads a chain.yml; its path is told relative to `from`. Files beside it are read when asked for. */
export function readChainFile(path: string, from = process.cwd()): ChainFile {
  const folder = dirname(path);
  return {
    file: shown(path, from),
    text: readFileSync(path, 'utf8'),
    read: (beside) => {
      const inner = isAbsolute(beside) ? beside : join(folder, beside);
      if (!statSync(inner, { throwIfNoEntry: false })?.isFile()) return undefined;
      return { file: shown(inner, from), text: readFileSync(inner, 'utf8') };
    },
  };
}

/**
 * Paths of the chain.yml files that paths mean: a file, the folder of a chain, or a folder of such folders. Empty if there
 * are none.
 */
export function findChainFiles(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [path];
  const own = join(path, chainFileName);
  if (existsSync(own)) return [own];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(path, entry.name, chainFileName)))
    .map((entry) => join(path, entry.name, chainFileName))
    .sort();
}

function shown(path: string, from: string): string {
  const near = relative(from, path);
  return near.startsWith('..') ? path : near;
}

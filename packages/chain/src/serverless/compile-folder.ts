import { join } from 'node:path';
import { checkChains } from '../check/check-chains.ts';
import { type CompiledChain, compileChain } from '../cloudformation/compile-chain.ts';
import type { UploadPlace } from '../cloudformation/publication.ts';
import { chainFileName, findChainFiles, readChainFile } from '../files/chain-files.ts';
import { BadChain } from '../mistake.ts';
import { services } from '../services.ts';

/**
 * Compiles the chain.yml of a folder for one stage. The chains in the folders beside it are checked along with it, as they
 * may live on the same stage: but only what is wrong here stops it.
 * @throws {BadChain}
 */
export async function compileChainFolder(
  folder: string,
  {
    uploads,
    ...surroundings
  }: { stage: string; region: string; params: Record<string, string>; uploads: UploadPlace },
): Promise<CompiledChain> {
  const own = join(folder, chainFileName);
  const beside = findChainFiles(join(folder, '..')).filter((path) => path !== own);
  const files = [...beside, own].map((path) => readChainFile(path));
  const { graphs, mistakes } = await checkChains(files, { ...surroundings, services });
  const file = files.at(-1)!.file;
  const ours = mistakes.filter(({ where }) => where.file === file || !isOf(beside, where.file));
  if (ours.length > 0) throw new BadChain(ours);
  return compileChain(graphs.find(({ chain }) => chain.file === file)!, uploads);
}

function isOf(paths: readonly string[], file: string): boolean {
  return paths.some((path) => join(path, '..') === join(file, '..') || path.endsWith(file));
}

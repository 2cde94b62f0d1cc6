import {
  BadChain,
  type ChainGraph,
  checkChains,
  findChainFiles,
  readChainFile,
  services,
} from '@tributary/chain';
import { UsageError } from '../failure.ts';

/** Flags that every chain command has. */
export interface ChainFlags {
  stage: string;
  region: string;
  param?: string[];
  json?: boolean;
}

/** Where chains lie in a checkout. */
const usualFolder = 'services/chains';

/**
 * Reads and checks the chains that paths mean; without paths, those of the checkout.
 * @throws {BadChain} with every mistake; {UsageError} `no-chain`
 */
export async function loadChains(paths: readonly string[], flags: ChainFlags): Promise<ChainGraph[]> {
  const given = paths.length > 0 ? paths : [usualFolder];
  const found = given.map((path) => ({ path, files: findChainFiles(path) }));
  const empty = found.find(({ files }) => files.length === 0);
  if (empty)
    throw new UsageError({
      code: 'no-chain',
      what: 'There is no chain here',
      expected: 'a chain.yml, its folder, or a folder of such folders',
      got: empty.path,
    });
  const files = [...new Set(found.flatMap((one) => one.files))].map((path) => readChainFile(path));
  const { graphs, mistakes } = await checkChains(files, { ...surroundings(flags), services });
  if (mistakes.length > 0) throw new BadChain(mistakes);
  return graphs;
}

/** Stage, region and params as the commands take them. */
export function surroundings({ stage, region, param = [] }: ChainFlags) {
  const params = Object.fromEntries(
    param.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new UsageError({
        code: 'bad-param',
        what: 'This is no param',
        expected: 'NAME=VALUE',
        got: pair,
      });
    }),
  );
  return { stage, region, params };
}

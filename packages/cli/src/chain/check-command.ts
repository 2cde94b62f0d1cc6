import { BadChain } from '@tributary/chain';
import { type ChainFlags, loadChains } from './load-chains.ts';

/** `tributary chain check [CHAINS]`: says what is fine; what is not is thrown. */
export async function check(paths: string[], flags: ChainFlags): Promise<void> {
  try {
    const graphs = await loadChains(paths, flags);
    if (flags.json) console.log(JSON.stringify({ mistakes: [] }));
    else
      for (const { chain, steps } of graphs)
        console.log(`${chain.file}: ${steps.length} steps, nothing wrong on stage ${flags.stage}`);
  } catch (error) {
    if (!flags.json || !(error instanceof BadChain)) throw error;
    console.log(JSON.stringify({ mistakes: error.mistakes }));
    throw error;
  }
}

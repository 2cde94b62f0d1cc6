import { type ChainFile, readChain, type Surroundings } from '../chain-file/read-chain.ts';
import { type ChainGraph, graphOf } from '../graph.ts';
import { inOrder, type Mistake } from '../mistake.ts';
import { checkWhen } from '../pattern/rule-pattern.ts';
import { checkAcross } from './check-across.ts';
import { checkAlarms } from './check-alarms.ts';
import { checkFlow } from './check-flow.ts';
import { checkLimits } from './check-limits.ts';
import { checkOutputs } from './check-outputs.ts';
import { checkReach } from './check-reach.ts';
import { checkRoles } from './check-roles.ts';
import { checkTemplate } from './check-template.ts';

export interface CheckedChains {
  /** Of the chains that could be read; to be used only if there is no mistake. */
  graphs: ChainGraph[];
  mistakes: Mistake[];
}

/** Reads and checks chains that are to live in one account and stage, each by itself and all together. */
export async function checkChains(
  files: readonly ChainFile[],
  surroundings: Surroundings,
): Promise<CheckedChains> {
  const graphs: ChainGraph[] = [];
  const sound: ChainGraph[] = [];
  const mistakes: Mistake[] = [];
  for (const file of files) {
    const read = await readChain(file, surroundings);
    mistakes.push(...read.mistakes);
    if (!read.chain) continue;
    const graph = graphOf(read.chain);
    graphs.push(graph);
    const own = checkOne(graph);
    mistakes.push(...own);
    if (own.length + read.mistakes.length === 0) sound.push(graph);
  }
  return {
    graphs,
    mistakes: inOrder([
      ...mistakes,
      ...checkAcross(graphs),
      ...checkRoles(sound),
      ...sound.flatMap(checkTemplate),
    ]),
  };
}

function checkOne(graph: ChainGraph): Mistake[] {
  return [
    ...checkReach(graph),
    ...checkFlow(graph),
    ...checkOutputs(graph),
    ...graph.steps.flatMap((step) => checkWhen(graph.chain, step)),
    ...checkLimits(graph),
    ...checkAlarms(graph),
  ];
}

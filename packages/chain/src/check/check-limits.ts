import { MAX_HOPS } from '@tributary/events';
import { archiveNames, maxArchiveName } from '../cloudformation/archives.ts';
import type { ChainGraph } from '../graph.ts';
import type { Mistake } from '../mistake.ts';

/** Rules of one bus, unless a quota was raised. */
const maxSteps = 100;

/** What AWS, or a run, would refuse for its size. */
export function checkLimits({ chain, steps, inputOf }: ChainGraph): Mistake[] {
  const mistakes: Mistake[] = [];
  if (steps.length > maxSteps)
    mistakes.push({
      code: 'too-many-steps',
      what: 'The chain has more steps than a bus has room for beside others',
      expected: `<= ${maxSteps}`,
      got: `${steps.length}`,
      where: chain.place(['steps'], 'key'),
    });
  const longest = Object.values(archiveNames(chain)).find((name) => name.length > maxArchiveName);
  if (longest !== undefined && chain.archiveDays !== undefined)
    mistakes.push({
      code: 'archive-name-too-long',
      what: `EventBridge does not take the name of the archive, ${longest}`,
      expected: `<= ${maxArchiveName} characters: a shorter name of the chain or stage`,
      got: `${longest.length}`,
      where: chain.place(['chain']),
    });
  for (const step of steps) {
    let hops = 1;
    for (let before = inputOf(step).writtenBy; before; before = inputOf(before).writtenBy) hops++;
    if (hops <= MAX_HOPS) continue;
    mistakes.push({
      code: 'too-many-hops',
      what: `${step.name} is step ${hops} in a row: a run ends before it`,
      expected: `<= ${MAX_HOPS}`,
      where: chain.place(['steps', step.name], 'key'),
    });
  }
  return mistakes;
}

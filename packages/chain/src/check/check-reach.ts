import type { ChainGraph } from '../graph.ts';
import type { Mistake } from '../mistake.ts';

/** Steps that follow one another in a circle, and those that only come after such. */
export function checkReach({ chain, unreached }: ChainGraph): Mistake[] {
  const byName = new Map(unreached.map((step) => [step.name, step]));
  return unreached.map((step) => {
    const trail = [step.name];
    for (
      let before = step.after?.step;
      before && !trail.includes(before);
      before = byName.get(before)?.after?.step
    )
      trail.push(before);
    const closes = byName.get(trail.at(-1)!)?.after?.step;
    const inCycle = closes === step.name;
    return {
      code: inCycle ? 'cycle' : 'unreachable-step',
      what: inCycle
        ? `Steps follow one another in a circle: ${[...trail, step.name].reverse().join(' -> ')}`
        : `Step ${step.name} is never reached: it comes after a circle of steps`,
      expected: 'a step without `after`, which starts at the source, before all others',
      where: chain.place(['steps', step.name, 'after']),
    };
  });
}

import { extensionsOf } from '@tributary/service/deployment';
import type { ChainStep } from '../chain-file/chain.ts';
import { type ChainGraph, describePlace } from '../graph.ts';
import type { Mistake } from '../mistake.ts';
import { caughtBy, describeSource, startTogether } from './keys.ts';

/** Outputs that would start the chain again, or get in each other's way. */
export function checkOutputs(graph: ChainGraph): Mistake[] {
  return [...checkLoop(graph), ...checkTwins(graph)];
}

function checkLoop(graph: ChainGraph): Mistake[] {
  const { chain, steps } = graph;
  return steps.flatMap((step): Mistake[] => {
    const caught = caughtBy(graph, step);
    if (caught === undefined) return [];
    return [
      {
        code: 's3-loop',
        what: `What ${step.name} writes to ${describePlace(step.output)}*${caught} would start the chain again`,
        expected:
          'a prefix apart from that of the source, another bucket, or `source.suffixes` or a `when` that no output meets',
        got: `source ${describeSource(chain)}`,
        where: chain.place(['steps', step.name, 'output', 'prefix']),
      },
    ];
  });
}

/** Two steps that one event may wake, and that write one key. Steps that `when` tells apart may share a place. */
function checkTwins({ chain, steps }: ChainGraph): Mistake[] {
  return steps.flatMap((step, index): Mistake[] => {
    const twin = steps
      .slice(0, index)
      .find((other) => writeOneKey(step, other) && startTogether(chain, step, other));
    if (!twin) return [];
    return [
      {
        code: 'same-output',
        what: `${step.name} and ${twin.name} may start by the same event and write the same objects`,
        expected: 'a prefix of its own, or a `when` in both that no event meets together',
        got: describePlace(step.output),
        where: chain.place(['steps', step.name, 'output', 'prefix']),
      },
    ];
  });
}

function writeOneKey(a: ChainStep, b: ChainStep): boolean {
  return (
    describePlace(a.output) === describePlace(b.output) &&
    extensionsOf(a.converter, a.parsed)[0] === extensionsOf(b.converter, b.parsed)[0]
  );
}

import { type ChainGraph, describePlace } from '../graph.ts';
import type { Mistake } from '../mistake.ts';
import { caughtBy, describeSource, share } from './keys.ts';

/** What only shows where chains of one stage are looked at together. */
export function checkAcross(graphs: readonly ChainGraph[]): Mistake[] {
  return [...checkNames(graphs), ...checkSources(graphs), ...checkLoops(graphs)];
}

function checkNames(graphs: readonly ChainGraph[]): Mistake[] {
  return graphs.flatMap(({ chain }, index): Mistake[] => {
    const other = graphs.slice(0, index).find((one) => one.chain.name === chain.name);
    if (!other) return [];
    return [
      {
        code: 'duplicate-chain',
        what: `There is another chain ${chain.name}, in ${other.chain.file}`,
        expected: 'a name of its own',
        where: chain.place(['chain']),
      },
    ];
  });
}

function checkSources(graphs: readonly ChainGraph[]): Mistake[] {
  return graphs.flatMap((graph, index) => {
    const { chain } = graph;
    return graphs.slice(0, index).flatMap((before): Mistake[] => {
      const { chain: other } = before;
      if ((chain.source.shared && other.source.shared) || !share(graph, before)) return [];
      return [
        {
          code: 'overlapping-sources',
          what: `Chain ${other.name} takes objects of the same source: they would be processed twice`,
          expected:
            'another prefix, other suffixes or a `when` that tells them apart, or `shared: true` in both sources if that is meant',
          got: `${describeSource(chain)} here, ${describeSource(other)} there`,
          where: chain.place(['source']),
        },
      ];
    });
  });
}

/** A chain may start another by what it writes, but not, by any way, itself. */
function checkLoops(graphs: readonly ChainGraph[]): Mistake[] {
  const links = graphs.map((from) =>
    graphs.flatMap((to) => {
      const step = to === from ? undefined : from.steps.find((one) => caughtBy(to, one));
      return step ? [{ to, step }] : [];
    }),
  );
  const linksOf = (graph: ChainGraph) => links[graphs.indexOf(graph)]!;
  return graphs.flatMap((start) => {
    // Breadth first, so that the shortest way round is told.
    const ways: { at: ChainGraph; names: string[]; first: (typeof links)[number][number] | undefined }[] = [
      { at: start, names: [start.chain.name], first: undefined },
    ];
    const seen = new Set<ChainGraph>();
    for (const { at, names, first } of ways) {
      for (const link of linksOf(at)) {
        const begun = first ?? link;
        if (link.to === start)
          return [
            {
              code: 's3-loop',
              what: `What ${begun.step.name} writes to ${describePlace(begun.step.output)} comes back to this chain through others: ${[...names, start.chain.name].join(' -> ')}`,
              expected:
                'a prefix that no source takes, or `source.suffixes` or a `when` that no output meets',
              where: start.chain.place(['steps', begun.step.name, 'output', 'prefix']),
            },
          ];
        if (seen.has(link.to)) continue;
        seen.add(link.to);
        ways.push({ at: link.to, names: [...names, link.to.chain.name], first: begun });
      }
    }
    return [];
  });
}

import { type EventPattern, excludeEachOther } from '@tributary/events/pattern';
import { allExtensionsOf } from '@tributary/service/deployment';
import type { Chain, ChainStep } from '../chain-file/chain.ts';
import type { ChainGraph } from '../graph.ts';
import { isSingle } from '../pattern/event-fields.ts';
import { checkWhen, contractOf, rulePattern, sourcePattern } from '../pattern/rule-pattern.ts';

/**
 * Whether what a step writes, companions included, may start a chain; the ending that does. Anything may come that the
 * patterns of the steps at its source do not exclude for sure.
 */
export function caughtBy(graph: ChainGraph, { converter, parsed, output }: ChainStep): string | undefined {
  const { source } = graph.chain;
  if (source.bucket !== output.bucket) return undefined;
  const starts = startsOf(graph);
  return allExtensionsOf(converter, parsed).find((extension) => {
    const written = sourcePattern({ ...output, suffixes: [extension] });
    return starts.some((pattern) => mayMeet(pattern, written));
  });
}

/** Whether two chains may take the same objects. */
export function share(a: ChainGraph, b: ChainGraph): boolean {
  if (a.chain.source.bucket !== b.chain.source.bucket) return false;
  const others = startsOf(b);
  return startsOf(a).some((pattern) => others.some((other) => mayMeet(pattern, other)));
}

/** Whether one event may start two steps. */
export function startTogether(chain: Chain, a: ChainStep, b: ChainStep): boolean {
  if (a.after?.step !== b.after?.step || a.after?.outcome !== b.after?.outcome) return false;
  return mayMeet(patternOf(chain, a), patternOf(chain, b), a);
}

/** What starts the steps at the source of a chain; any object of it, where they are wrong themselves. */
function startsOf(graph: ChainGraph): EventPattern[] {
  const starts = graph.next();
  if (starts.length === 0) return [sourcePattern(graph.chain.source)];
  return starts.map((step) => patternOf(graph.chain, step));
}

/** A `when` that is wrong is told of elsewhere, and taken for none here. */
function patternOf(chain: Chain, step: ChainStep): EventPattern {
  const { when: _, ...rest } = step;
  return rulePattern(chain, checkWhen(chain, step).length === 0 ? step : rest);
}

function mayMeet(a: EventPattern, b: EventPattern, { after }: Pick<ChainStep, 'after'> = {}): boolean {
  const contract = contractOf(after);
  return !excludeEachOther(a, b, (path) => isSingle(contract, path.split('.')));
}

export function describeSource({ source: { bucket, prefix, suffixes } }: Pick<Chain, 'source'>): string {
  const at = `s3://${bucket}/${prefix}`;
  return suffixes.length === 0 ? `${at}*` : suffixes.map((suffix) => `${at}*${suffix}`).join(', ');
}

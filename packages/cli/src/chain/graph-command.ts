import { drawMermaid, drawSvg } from '@tributary/chain';
import { UsageError } from '../failure.ts';
import { type ChainFlags, loadChains } from './load-chains.ts';

/** `tributary chain graph [CHAINS]`: pictures to stdout, one after the other; SVG of one chain only. */
export async function graph(paths: string[], flags: ChainFlags & { format: string }): Promise<void> {
  const draw = { mermaid: drawMermaid, svg: drawSvg }[flags.format];
  if (!draw)
    throw new UsageError({
      code: 'bad-format',
      what: 'This is no format',
      expected: 'mermaid or svg',
      got: flags.format,
    });
  const graphs = await loadChains(paths, flags);
  if (flags.format === 'svg' && graphs.length > 1)
    throw new UsageError({
      code: 'several-chains',
      what: 'An SVG is of one chain',
      expected: 'the path of a chain',
      got: graphs.map(({ chain }) => chain.name).join(', '),
    });
  if (flags.json)
    console.log(JSON.stringify(graphs.map((one) => ({ chain: one.chain.name, picture: draw(one) }))));
  else process.stdout.write(graphs.map(draw).join('\n'));
}

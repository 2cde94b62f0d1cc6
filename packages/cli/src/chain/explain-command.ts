import { explainKey } from '@tributary/chain';
import { bytesOf } from './byte-size.ts';
import { type ChainFlags, loadChains } from './load-chains.ts';

/** `tributary chain explain KEY [CHAINS]`: what each chain would do with the object. */
export async function explain(
  address: string,
  paths: string[],
  flags: ChainFlags & { size: string },
): Promise<void> {
  const [, bucket, inner] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(address) ?? [];
  const asked = { ...(bucket !== undefined && { bucket }), key: inner ?? address, size: bytesOf(flags.size) };
  const answers = (await loadChains(paths, flags)).map((graph) => ({
    chain: graph.chain.name,
    lines: explainKey(graph, asked),
  }));
  if (flags.json) console.log(JSON.stringify(answers));
  else console.log(answers.flatMap(({ lines }) => lines).join('\n'));
}
